"""The two or three lines of an article that answer a question."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from kb.text import stems

MAX_PASSAGE = 320
_LINES = 3
# As shares of what was asked. Chosen by reading the passages of forty questions on the starter articles (31 open where
# the answer stands, 22 when every word weighed the same) and by StackFAQ's answers joined to articles of 10,000
# characters (183 of 200 questions open at their own answer; 171 without the windows).
_FROM_START, _FIRST_SECTION = 0.15, 0.1
_MEANING, _BEHIND = 0.2, 0.1
_TOLD = 0.1
_BEGINNING = 60  # characters by which a line is known again
_LAST_RESORT = re.compile(r"^\W*when to ask a person\b", re.IGNORECASE)
_HEADING = re.compile(r"^\s*#{1,6}\s+")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")
_NUMBER = re.compile(r"^\s*(\d{1,3})[.)]\s+")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_MARKS = re.compile(r"(\*\*|__|`|~~)|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_SENTENCE_END = re.compile(r"[^\s\d][.!?](?=\s)")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")


def best_passage(
    body: str,
    summary: str,
    wanted: Mapping[str, float],
    language: str = "en",
    *,
    told: Collection[str] = (),
    windows: Sequence[tuple[str, float]] = (),
) -> str:
    """Up to three neighbouring lines of one section that answer best.

    `told` are stems by which the article was found: they are what all of it is about, and say little about its lines.
    `windows` are stretches of the body with their likeness to the question, where meaning is known.
    """
    weights = {stem: weight * (_TOLD if stem in told else 1.0) for stem, weight in wanted.items()}
    total = sum(wanted.values()) or 1.0
    near = _nearness([likeness for _, likeness in windows])
    best: tuple[float, list[str]] = (-1.0, [])
    places = _places(body, language, tuple(text for text, _ in windows))
    for number, (section, heading, held) in enumerate(_read(body, language)):
        worth = [{term: weights[term] for term in line & weights.keys()} for line in held]
        headed = {term: weights[term] for term in heading & weights.keys()}
        for at, place in enumerate(places[number]):
            lines = section[at : at + _that_fit(section, at)]
            # Most people need the first section, and any section is easier to follow from its start.
            sure = _FIRST_SECTION * (number == 0) + _FROM_START * (at == 0)
            sure += _MEANING * (near[place] if place >= 0 else 0.0)
            sure += _together([*worth[at : at + len(lines)], headed]) / total
            if sure > best[0]:
                best = sure, lines
    return _short(best[1] or [summary])


def _that_fit(section: Sequence[str], at: int) -> int:
    """How many lines from here on will be shown; at least one."""
    length, count = len(section[at]), 1
    while count < _LINES and at + count < len(section):
        length += 1 + len(section[at + count])
        if length > MAX_PASSAGE:
            break
        count += 1
    return count


def _nearness(likenesses: Sequence[float]) -> list[float]:
    """1 for the nearest stretch, and less the farther the others are behind it."""
    return [math.exp((likeness - max(likenesses)) / _BEHIND) for likeness in likenesses]


def plain_line(line: str) -> str:
    """One line of Markdown without its marks; a list item keeps its number or gets a bullet."""
    number = _NUMBER.match(line)
    bullet = f"{number[1]}. " if number else "• " if _ITEM.match(line) else ""
    text = _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub(r"\1", _ITEM.sub("", line))))
    return bullet + " ".join(_MARKS.sub("", text).split())


def _sections(body: str) -> list[tuple[str, list[str]]]:
    """Headings with the lines to show: no fences, wrapped lines joined, no pointer to a person."""
    sections: list[tuple[str, list[str]]] = [("", [])]
    open_paragraph = False
    for raw in body[:200_000].splitlines():
        if _HEADING.match(raw):
            sections.append((plain_line(_HEADING.sub("", raw)), []))
        lines = sections[-1][1]
        if not raw.strip() or _HEADING.match(raw) or _FENCE.match(raw) or _LAST_RESORT.match(raw):
            open_paragraph = False
        elif open_paragraph and not _ITEM.match(raw):
            lines[-1] = f"{lines[-1]} {plain_line(raw)}"
        else:
            lines.append(plain_line(raw))
            open_paragraph = True
    kept = ((heading, [line for line in section if line]) for heading, section in sections)
    return [(heading, section) for heading, section in kept if section]


@lru_cache(maxsize=1_000)
def _read(body: str, language: str) -> list[tuple[list[str], set[str], list[set[str]]]]:
    """The lines of each section, the stems of its heading and of each line. The same few articles answer most."""
    return [
        (section, set(stems(heading, language)), [set(stems(line[:2_000], language)) for line in section])
        for heading, section in _sections(body)
    ]


@lru_cache(maxsize=1_000)
def _places(body: str, language: str, windows: tuple[str, ...]) -> list[list[int]]:
    """For each line of each section, in which of the windows it begins; -1 where in none."""
    texts = [" ".join(window.split()) for window in windows]
    return [
        [next((at for at, text in enumerate(texts) if line[:_BEGINNING] in text), -1) for line in section]
        for section, *_ in _read(body, language)
    ]


def _together(worth: Sequence[dict[str, float]]) -> float:
    # A word counts once, however often the lines repeat it; the first line counts a little more.
    found: dict[str, float] = {}
    for distance, line in enumerate(worth):
        for term, weight in line.items():
            found.setdefault(term, weight * (1 - 0.15 * distance))
    return sum(found.values())


def _short(lines: Sequence[str]) -> str:
    text = "\n".join(lines).strip()
    if len(text) <= MAX_PASSAGE:
        return text
    cut = text[: MAX_PASSAGE - 1]
    # A sentence ends here, but the number of a list item does not.
    whole = max([cut.rfind("\n"), *(end.end() for end in _SENTENCE_END.finditer(cut))])
    if whole >= MAX_PASSAGE // 3:
        return cut[:whole].strip()
    return cut[: cut.rfind(" ")].strip() + "…"

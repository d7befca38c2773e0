"""The two or three lines of an article that answer a question."""

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.text import stems

MAX_PASSAGE = 320
_LINES = 3
_FROM_START, _FIRST_SECTION = 0.4, 0.2
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


def best_passage(body: str, summary: str, wanted: dict[str, float], language: str = "en") -> str:
    """Up to three neighbouring lines of one section that hold most of the wanted stems; without any, the first."""
    best: tuple[float, list[str]] = (0.0, [])
    for number, (section, held) in enumerate(_read(body, language)):
        worth = [{term: wanted[term] for term in line & wanted.keys()} for line in held]
        for at in range(len(section)):
            together = _together(worth[at : at + _LINES])
            # Reading from the start of a section is easier, and the first section is the answer most people need.
            together *= 1 + _FROM_START * (at == 0) + _FIRST_SECTION * (number == 0)
            if together > best[0] or not best[1]:
                best = together, section[at : at + _LINES]
    return _short(best[1] or [summary])


def plain_line(line: str) -> str:
    """One line of Markdown without its marks; a list item keeps its number or gets a bullet."""
    number = _NUMBER.match(line)
    bullet = f"{number[1]}. " if number else "• " if _ITEM.match(line) else ""
    text = _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub(r"\1", _ITEM.sub("", line))))
    return bullet + " ".join(_MARKS.sub("", text).split())


def _sections(body: str) -> list[list[str]]:
    """The lines to show, by section: no headings, no fences, wrapped lines joined, no pointer to a person."""
    sections: list[list[str]] = [[]]
    open_paragraph = False
    for raw in body[:200_000].splitlines():
        if _HEADING.match(raw):
            sections.append([])
        if not raw.strip() or _HEADING.match(raw) or _FENCE.match(raw) or _LAST_RESORT.match(raw):
            open_paragraph = False
        elif open_paragraph and not _ITEM.match(raw):
            sections[-1][-1] = f"{sections[-1][-1]} {plain_line(raw)}"
        else:
            sections[-1].append(plain_line(raw))
            open_paragraph = True
    kept = ([line for line in section if line] for section in sections)
    return [section for section in kept if section]


@lru_cache(maxsize=1_000)
def _read(body: str, language: str) -> list[tuple[list[str], list[set[str]]]]:
    """The sections with the stems of each line. The same few articles answer most questions."""
    return [
        (section, [set(stems(line[:2_000], language)) for line in section]) for section in _sections(body)
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

"""How a requester's words sound to whoever reads them: said at somebody, or only upset with a thing. Pure.

Judged from the requester's text alone, to spare one agent the third harsh ticket in a row and to meet a feeling in
the answer's first line. It says nothing about a person, and whatever agents write is never read here.

A model of rules: each find in `tone_words` weighs between 0 and 1, and doubts multiply. Harsh is what
reaches `HOSTILE`. What is quoted, denied, told about somebody else's words or said about oneself does not count, and
neither does swearing at a machine. Figures: `evenhand bench tone`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kb.text import from_slack
from triage.care.tone_words.around import DENIED, DENIED_BEFORE, REPORTED, SELF, THING
from triage.care.tone_words.english import ENGLISH
from triage.care.tone_words.feelings import FELT
from triage.care.tone_words.german import GERMAN
from triage.care.tone_words.kinds import Feeling, Kind, Said

HOSTILE = 0.5
FRUSTRATED = 0.5
# Longer texts are logs or mails; who is cross says so early.
_READ_AT_MOST = 1_200
_LONGEST_SENTENCE = 400
_MOST_QUOTED = 5


@dataclass(frozen=True)
class Tone:
    """`why` holds the words of a harsh text, without their masks; `feeling` what is felt, where that is sure enough."""

    hostile: bool
    score: float
    why: tuple[str, ...]
    frustrated: bool
    feeling: Feeling | None = None


CALM = Tone(hostile=False, score=0.0, why=(), frustrated=False)


@dataclass(frozen=True)
class _Find:
    kind: Kind
    weight: float
    words: str


@lru_cache(maxsize=512)
def read_tone(text: str) -> Tone:
    """Reads one message as it was written."""
    plain = _own_words(text[: 2 * _READ_AT_MOST])[:_READ_AT_MOST]
    if not plain:
        return CALM
    sentences = _sentences(_unmasked(plain))
    finds = [find for sentence in sentences for find in _said_at_somebody(sentence)]
    loud = _shouts(plain)
    score = _sum(finds, loud=loud)
    weights = _felt(sentences, loud=loud)
    best = max(weights, key=lambda feeling: weights[feeling], default=None)
    upset = 1 - _doubt(weights.values()) >= FRUSTRATED
    hostile = score >= HOSTILE
    return Tone(
        hostile=hostile,
        score=round(score, 3),
        why=tuple(dict.fromkeys(find.words for find in finds))[:_MOST_QUOTED] if hostile else (),
        frustrated=upset,
        feeling=(best if best is not None and weights[best] >= FRUSTRATED else Feeling.UPSET)
        if upset
        else None,
    )


# --- What they say themselves -------------------------------------------------------------------------

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_QUOTED_LINE = re.compile(r"^[ \t]*(?:>|&gt;).*$", re.MULTILINE)
_QUOTED = re.compile(r"[\"“”„«»][^\"“”„«»\n]{1,300}[\"“”„«»]")
_ADDRESS = re.compile(r"\S*(?:://|@\w|[/\\]\w+[/\\._])\S*|\b\w+_\w+\b|\b[\w-]+\.[a-z]{2,4}\b")


def _own_words(text: str) -> str:
    """Without quotes, code and addresses: whose words those are is not known."""
    plain = _QUOTED_LINE.sub(" ", _CODE.sub(" ", text))
    plain = _QUOTED.sub(" ", from_slack(plain))
    return _ADDRESS.sub(" ", plain).replace("’", "'").strip()


# --- Masks and typos ----------------------------------------------------------------------------------

_MASKED_WORDS = (
    (
        re.compile(
            r"\bf[*#@$%!_.-]{1,3}(?:c?k)?(?=(?:ing|ed|er|s|ers)?\b)|\bf(?:uc|c|u|k)k(?=(?:ing|ed|er|s)?\b)"
        ),
        "fuck",
    ),
    (re.compile(r"\bf[*#@$%!]{2,6}(?=ing\b)"), "fuck"),
    (re.compile(r"\bf\*{2,6}\b|\bf[*#@$%!]{3,5}(?!\w)"), "fuck"),
    (re.compile(r"\bs[h*#@$%!][i*#@$%!1]t(?=(?:ty|s)?\b)"), "shit"),
    (re.compile(r"\bb[*#@$%!1]tch(?=(?:es)?\b)"), "bitch"),
    (re.compile(r"\b(?:a[$*@]{2}|@ss)(?=(?:hole|es|holes)?\b)"), "ass"),
)
_LEET = str.maketrans("013457@$", "oieasta" + "s")
_LEET_WORD = re.compile(r"\b(?=\w*[a-z])(?=\w*[013457@$])[a-z013457@$]{3,}\b")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_TYPOS = re.compile(
    r"\b(?:idot|idoit|ideot|idiiot|moran|mornos|stupd|stoopid|stuipd|usless|useles|incompetant|incompetend|patethic)(s?)\b"
)
_TYPO_OF = {
    "idot": "idiot", "idoit": "idiot", "ideot": "idiot", "idiiot": "idiot", "moran": "moron", "mornos": "morons",
    "stupd": "stupid", "stoopid": "stupid", "stuipd": "stupid", "usless": "useless", "useles": "useless",
    "incompetant": "incompetent", "incompetend": "incompetent", "patethic": "pathetic",
}  # fmt: skip
_DEPARTMENT = re.compile(r"\bIT\b")


def _unmasked(text: str) -> str:
    """In lower case, stretched and masked words put back: “y0u are 1diots”, “stuuupid”, “f***ing”."""
    if not _is_loud(text):
        text = _DEPARTMENT.sub("itdesk", text)
    lowered = _STRETCHED.sub(r"\1", text.lower())
    for masked, word in _MASKED_WORDS:
        lowered = masked.sub(word, lowered)
    lowered = _LEET_WORD.sub(lambda found: _read_leet(found.group()), lowered)
    return _TYPOS.sub(lambda found: _TYPO_OF.get(found.group(), found.group()), lowered)


def _read_leet(word: str) -> str:
    """A word with a digit in it, unless it is a name of a thing (“mp3”, “win10”, “b2b”): letters must prevail."""
    letters = sum(sign.isalpha() for sign in word)
    return word.translate(_LEET) if letters >= 2 * (len(word) - letters) and not word[-1].isdigit() else word


_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


def _sentences(text: str) -> list[str]:
    return [part[:_LONGEST_SENTENCE] for part in _SENTENCE.split(text) if part.strip()]


# --- What is said at somebody -------------------------------------------------------------------------

_RULES: tuple[tuple[Said, re.Pattern[str]], ...] = tuple(
    (said, re.compile(said.pattern)) for said in (*ENGLISH, *GERMAN)
)
_SELF = re.compile(SELF)
_REPORTED = re.compile(REPORTED)
_DENIED = re.compile(DENIED)
_DENIED_BEFORE = re.compile(DENIED_BEFORE)
_THING = re.compile(THING)


def _said_at_somebody(sentence: str) -> Iterator[_Find]:
    reported = _REPORTED.search(sentence)
    until = reported.start() if reported else len(sentence)
    for said, pattern in _RULES:
        if said.near and not any(letters in sentence for letters in said.near):
            continue
        for match in pattern.finditer(sentence):
            if match.end() <= until and not _clears(sentence, match, said):
                yield _Find(said.kind, said.weight, match.group().strip(" ,.;:!?").replace("itdesk", "IT"))
                break


def _clears(sentence: str, match: re.Match[str], said: Said) -> bool:
    """Whether the words around a find take the sting out of it."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    if said.kind is Kind.INSULT and (
        _THING.match(after) or _SELF.search(before) or _DENIED.search(match.group())
    ):
        return True
    return bool(_DENIED_BEFORE.search(before))


def _sum(finds: Iterable[_Find], *, loud: bool) -> float:
    """One find of a kind of heat counts once; shouting alone is no insult."""
    strong = [find.weight for find in finds if find.kind is not Kind.HEAT]
    heat = [find.weight for find in finds if find.kind is Kind.HEAT]
    shouted = [0.25] if loud and (strong or heat) else []
    return 1 - _doubt([*strong, *heat, *shouted])


def _doubt(weights: Iterable[float]) -> float:
    doubt = 1.0
    for weight in weights:
        doubt *= 1 - weight
    return doubt


# --- What is felt -------------------------------------------------------------------------------------

_FEELINGS = tuple((felt, re.compile(felt.pattern)) for felt in FELT)
_MARKS = re.compile(r"[!?]{2,}")
_FEWEST_LOUD_WORDS = 4


def _felt(sentences: Iterable[str], *, loud: bool) -> dict[Feeling, float]:
    """How sure each feeling is; several hints of one add up."""
    weights: dict[Feeling, float] = {}
    text = "\n".join(sentences)
    for felt, pattern in _FEELINGS:
        if pattern.search(text):
            weights[felt.feeling] = 1 - (1 - weights.get(felt.feeling, 0.0)) * (1 - felt.weight)
    if loud or _MARKS.search(text):
        heat = 0.4 if loud else 0.25
        weights[Feeling.UPSET] = 1 - (1 - weights.get(Feeling.UPSET, 0.0)) * (1 - heat)
    return weights


def _shouts(text: str) -> bool:
    return _is_loud(text) and len(text.split()) >= _FEWEST_LOUD_WORDS


def _is_loud(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return len(letters) >= 8 and sum(sign.isupper() for sign in letters) > 0.7 * len(letters)

"""Tells which language a short question is in, or that it cannot be told.

Made for messages of five words, where statistics over letters guess: the evidence is the small words people cannot do
without, a few letters that only some languages write, and the script. Wrongly telling people that there are no
articles in their language is worse than not noticing, so all that is unclear is None.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kb.function_words import ASKING, DESK_WORDS, STOP_WORDS
from kb.text import ENGLISH_STOP_WORDS, fold_accents

# The first seven are read by their own rules; the others are known well enough to be told apart.
NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian",
    "nl": "Dutch", "da": "Danish", "sv": "Swedish", "fi": "Finnish", "pl": "Polish", "cs": "Czech",
    "ro": "Romanian", "tr": "Turkish", "hu": "Hungarian", "ru": "Russian", "uk": "Ukrainian", "el": "Greek",
    "ar": "Arabic", "he": "Hebrew", "hi": "Hindi", "th": "Thai", "ko": "Korean", "ja": "Japanese", "zh": "Chinese",
}  # fmt: skip
LANGUAGES = tuple(NAMES)
_MOST = 2_000  # characters that are looked at
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 0.8  # evidence below which nothing is told
_LEAD = 1.25  # how many times more than the next language
_SURE, _FAR = 1.0, 2.5  # the same before anybody is told that theirs is not spoken here
_FOLDED = 0.6  # what a word counts that was typed without its accents
_DESK = 0.7
_SIGNS = 2  # different words or letters: one alone may be a name
_SHORT = 0.6  # one or two letters: as often an abbreviation

_WRITTEN_BY = {
    "ß": "de", "ä": "de sv fi", "ö": "de sv fi tr hu", "ü": "de tr hu", "ñ": "es", "¿": "es", "¡": "es", "ã": "pt",
    "õ": "pt", "ç": "fr pt tr", "œ": "fr", "è": "fr it", "ê": "fr pt", "à": "fr it pt", "ù": "fr it", "ò": "it",
    "ì": "it", "å": "sv da", "ø": "da", "æ": "da", "ł": "pl", "ą": "pl", "ę": "pl", "ś": "pl", "ż": "pl",
    "ř": "cs", "ě": "cs", "ů": "cs", "ș": "ro", "ț": "ro", "ă": "ro", "ğ": "tr", "ş": "tr", "ı": "tr", "ő": "hu",
    "ű": "hu",
}  # fmt: skip
_LETTERS = {
    letter: tuple((language, 1 / len(written.split())) for language in written.split())
    for letter, written in _WRITTEN_BY.items()
}
_SCRIPTS = (
    ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CJK", "zh"), ("CYRILLIC", "ru"), ("GREEK", "el"),
    ("ARABIC", "ar"), ("HEBREW", "he"), ("DEVANAGARI", "hi"), ("THAI", "th"),
)  # fmt: skip
_UKRAINIAN = frozenset("іїєґ")


def language_name(code: str) -> str:
    """“fr” → French; a code without a name stays."""
    return NAMES.get(code[:2], code)


def detect(text: str, *, among: Sequence[str] = LANGUAGES) -> str | None:
    """The language of a short text as a two-letter code, of those in `among`; None if it cannot be told."""
    read = _read(text, among)
    return None if read.first is None or read.most < _LEAD * read.next_most else read.first


def foreign(text: str, spoken: Collection[str]) -> str | None:
    """The language of a text that is surely in none of those spoken here; None if that cannot be told.

    Asks for more than `detect`, because a misspelt English word now and then is one of another language.
    """
    read = _read(text, LANGUAGES)
    if read.first is None or read.first in spoken or read.most < _LEAD * read.next_most:
        return None
    if read.evidence is None:
        return read.first
    ours = max((read.evidence.get(language, 0.0) for language in spoken), default=0.0)
    return read.first if read.most >= max(_SURE, _FAR * ours) else None


@dataclass(frozen=True)
class _Read:
    """`evidence` is None where the script alone decides."""

    first: str | None
    most: float = 0.0
    next_most: float = 0.0
    evidence: Mapping[str, float] | None = None


def _read(text: str, among: Sequence[str]) -> _Read:
    looked_at = unicodedata.normalize("NFKC", text[:_MOST]).casefold()
    words = _WORD.findall(looked_at)
    script = _script("".join(words))
    if script is not None:
        return _Read(script if script in among else None)
    evidence, signs = dict.fromkeys(among, 0.0), dict.fromkeys(among, 0)
    told = [_telling()[word] for word in dict.fromkeys(words) if word in _telling()]
    told += [_LETTERS[letter] for letter in dict.fromkeys(looked_at) if letter in _LETTERS]
    for speaks_for in told:
        for language, weight in speaks_for:
            if language in evidence:
                evidence[language] += weight
                signs[language] += 1
    first, second = (*sorted(evidence, key=lambda language: -evidence[language]), "", "")[:2]
    most = evidence.get(first, 0.0)
    enough = most >= _ENOUGH and signs[first] >= _SIGNS
    return _Read(first if enough else None, most, evidence.get(second, 0.0), evidence)


def _script(letters: str) -> str | None:
    """The language of a script of its own, if most letters are in it."""
    seen: dict[str, int] = {}
    for letter in letters:
        if letter > "\u036f":
            name = unicodedata.name(letter, "")
            for script, language in _SCRIPTS:
                if name.startswith(script):
                    seen[language] = seen.get(language, 0) + 1
    if 2 * sum(seen.values()) <= len(letters):
        return None
    if "ja" in seen:  # Japanese mixes its own letters with Chinese ones
        return "ja"
    best = max(seen, key=lambda language: seen[language])
    return "uk" if best == "ru" and _UKRAINIAN & set(letters) else best


@cache
def _telling() -> dict[str, tuple[tuple[str, float], ...]]:
    """Word → languages it speaks for; one that many languages share says little for each."""
    said: dict[str, dict[str, float]] = {}

    def count(language: str, words: frozenset[str], weight: float) -> None:
        for word in words:
            for form, worth in ((word, weight), (fold_accents(word), weight * _FOLDED)):
                known = said.setdefault(form, {})
                known[language] = max(known.get(language, 0.0), worth)

    for language in LANGUAGES:
        small = ENGLISH_STOP_WORDS if language == "en" else STOP_WORDS.get(language, frozenset())
        count(language, small | ASKING.get(language, frozenset()), 1.0)
        count(language, DESK_WORDS.get(language, frozenset()), _DESK)
    return {
        word: tuple(
            (language, worth * (_SHORT if len(word) <= 2 else 1.0) / len(known))
            for language, worth in known.items()
        )
        for word, known in said.items()
    }

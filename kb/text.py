"""The one way text is read: the same cleaning before training, predicting and searching."""

import re
import unicodedata
from functools import cache, lru_cache
from threading import Lock

import snowballstemmer

from kb.courtesies import (
    is_chatter,
    is_greeting,
    is_greeting_or_thanks,
    is_thanks,
    without_courtesies,
)
from kb.function_words import ASKING, STOP_WORDS
from kb.letters import without_letters
from kb.mrkdwn import from_slack
from kb.redaction import EMAIL, LONG_HEX, UUID, redact

__all__ = [
    "MAX_LENGTH",
    "clean",
    "fold_accents",
    "from_slack",
    "is_chatter",
    "is_greeting",
    "is_greeting_or_thanks",
    "is_stop_word",
    "is_thanks",
    "redact",
    "stem",
    "stems",
    "tokens",
]

MAX_LENGTH = 4_000
_MAX_INPUT = 40_000  # Slack cuts messages here; more would only cost time

_INVISIBLE = re.compile(
    r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
)
_URL = re.compile(r"\b(?:https?|ftp|slack)://(?:www\.)?([^\s/<>()\"'|?#]+)[^\s<>()\"']*", re.IGNORECASE)
_SPACE = re.compile(r"\s+")

_LOG_LINE = re.compile(
    r"^\s*(?:\[?\d{4}-\d\d-\d\d[T ]|\[?\d\d:\d\d:\d\d|\w{3} +\d+ \d\d:"
    r"|at [\w.$<>/]+[(:]|File \"|Traceback |\.{3} \d+ more|Caused by|#\d+ "
    r"|(?:[\w.]+\.)?\w+(?:Error|Exception)\b"
    r"|\[?(?:DEBUG|TRACE|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL|NOTICE)\b)"
)
_TELLING = re.compile(
    r"error|exception|fail|fatal|critical|denied|refused|timed? ?out|unreachable|invalid|expired"
    r"|0x[0-9a-f]{4}",
    re.IGNORECASE,
)
_LOG_FROM = 4  # fewer such lines are read as prose
_LOG_KEEPS = 5
_LOG_LINE_LENGTH = 200

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_NEGATED = re.compile(
    r"^(ca|do|does|did|is|are|was|were|has|have|had|wo|would|could|should|must|need)(?:n't|nt)$"
)
_CONTRACTED = re.compile(
    r"\b(?:cannot|(?:ca|do|does|did|is|are|was|were|has|have|had|wo|would|could|should|must|need)nt)\b"
)
_WHOLE = {"ca": "can", "wo": "will"}
# Question and negation words stay: they tell “how do I” from “it does not”.
_STOP_WORDS = """
    a, an, the, this, that, these, those, is, are, was, were, be, been, being, am, i, me, my, we, our, us,
    you, your, he, she, it, its, they, them, their, of, to, in, on, at, by, for, from, with, and, or, as, so,
    if, then, than, there, here, have, has, had, do, does, did, will, would, should, could, may, might, shall,
    can, just, please, also, very, really, some, any, im, ive, s, m, re, ve, ll, d, t
"""
ENGLISH_STOP_WORDS = frozenset(word.strip() for word in _STOP_WORDS.split(","))
_ELIDED = re.compile(  # l'imprimante, qu'il, dell'ufficio: what stands before is no word of its own
    r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|dell|all|nell|sull|dall|quest|quell)'(?=[^\W_])"
)
_ELIDING = frozenset({"fr", "it"})
_FOLDED = str.maketrans(
    {
        chr(code): "".join(
            sign for sign in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(sign)
        )
        for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    }
    | dict(zip("øØłŁđĐı", "oOlLdDi", strict=True))
    | {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ß": "ss"}
)
# The stemmers know these endings by their accents only, which are not there any more when they are asked.
_ACCENTED_ENDINGS = {
    "fr": ((re.compile(r"ee(?=s?$)"), "ée"),),
    "pt": ((re.compile(r"oes$"), "ao"), (re.compile(r"cao$"), "ção")),
}
_SNOWBALL = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "pt": "portuguese",
    "it": "italian",
    "nl": "dutch",
}
_stemming = Lock()  # Snowball's stemmers keep the word in the object, so one thread at a time


def clean(text: str) -> str:
    """The essence of a message as one line: no markup, greeting, signature, quote, address or bulk of a log.

    Cleaning a cleaned text changes nothing. If everything would go, the plain text stays instead.
    """
    plain = text[:_MAX_INPUT]
    # Escaped markup only shows after a first pass, so repeat until nothing changes; two rounds are usual.
    for _ in range(8):
        once = _clean_once(plain)
        if once == plain:
            break
        plain = once
    return plain


def _clean_once(text: str) -> str:
    plain = _normal(from_slack(text))
    lines = _shorten_log(without_letters(plain.splitlines()))
    essence = without_courtesies("\n".join(lines))
    essence = _fold(LONG_HEX.sub(" ", UUID.sub(" ", EMAIL.sub(" ", _URL.sub(r" \1 ", essence)))))
    if not any(sign.isalnum() for sign in essence):
        essence = _fold(plain)
    return _cut(essence)


def _normal(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text).translate(_QUOTES))


def _shorten_log(lines: list[str]) -> list[str]:
    """Prose stays; of a pasted log or stack trace only the first few telling lines do."""
    if sum(1 for line in lines if _LOG_LINE.match(line)) < _LOG_FROM:
        return lines
    kept: list[str] = []
    telling: set[str] = set()
    for line in lines:
        if not _LOG_LINE.match(line):
            kept.append(line)
        elif _TELLING.search(line) and len(telling) < _LOG_KEEPS:
            short = line.strip()[:_LOG_LINE_LENGTH]
            if short not in telling:
                telling.add(short)
                kept.append(short)
    return kept if any(line.strip() for line in kept) else lines


def _fold(text: str) -> str:
    return _SPACE.sub(" ", text).strip(" ,;–—")


def _cut(text: str) -> str:
    if len(text) <= MAX_LENGTH:
        return text
    cut = text[:MAX_LENGTH]
    return _fold(cut[: cut.rfind(" ")] if " " in cut else cut)


def tokens(text: str, language: str = "en") -> list[str]:
    """Lower-case words in order, contractions spelt out (“can’t” → can, not); nothing that tells is dropped."""
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold()
    language = language[:2]
    if "'" not in folded and not (language == "en" and _CONTRACTED.search(folded)):
        return _WORD.findall(folded)  # nearly always, and several times as quick
    words: list[str] = []
    for word in _WORD.findall(folded):
        if language in _ELIDING:
            words += _ELIDED.sub("", word).split("'")
        elif language != "en":
            words += word.split("'")
        elif word == "cannot":
            words += ["can", "not"]
        elif negated := _NEGATED.match(word):
            words += [_WHOLE.get(negated[1], negated[1]), "not"]
        else:
            words += word.split("'")
    return words


def stems(text: str, language: str = "en") -> list[str]:
    """The stems of the words that tell something: stop words go, question and negation words stay."""
    return [stem(word, language) for word in tokens(text, language) if not is_stop_word(word, language)]


def fold_accents(text: str) -> str:
    """Latin letters without their accents; other scripts stay, where such marks are letters of their own."""
    return unicodedata.normalize("NFC", text).translate(_FOLDED)


def is_stop_word(word: str, language: str = "en") -> bool:
    """Words that tell nothing alone, lone digits among them (the numbers of steps and lists)."""
    return word in _stop_words(language[:2]) or (len(word) == 1 and word.isdigit())


@cache
def _stop_words(language: str) -> frozenset[str]:
    if language == "en":
        return ENGLISH_STOP_WORDS
    listed = STOP_WORDS.get(language, frozenset())
    # Typed without accents they are still small words, unless that spells one that asks (où, ou).
    return listed | {fold_accents(word) for word in listed} - ASKING.get(language, frozenset())


@lru_cache(maxsize=200_000)
def stem(word: str, language: str = "en") -> str:
    """A lower-case word's stem without accents, so that who types none finds the word all the same.

    Words of a language without a stemmer stay as they are.
    """
    language = language[:2]
    name = _SNOWBALL.get(language)
    if name is None or len(word) < 3 or not word.isalpha():
        return word
    plain = fold_accents(word)
    for ending, accented in _ACCENTED_ENDINGS.get(language, ()):
        plain = ending.sub(accented, plain)
    with _stemming:
        return fold_accents(_stemmer(name).stemWord(plain))


@lru_cache(maxsize=16)
def _stemmer(name: str) -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer(name)

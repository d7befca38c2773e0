"""A question as the index understands it: its telling words, repaired where they were misspelt."""

from dataclasses import dataclass
from itertools import pairwise

from kb.codes import code_term
from kb.index import Index
from kb.text import clean, is_stop_word, stem, tokens
from kb.typos import Repair

_MAX_WORDS = 150  # different ones; beyond, a text is a paste and more words add only time
_MAX_REPAIRS = 40
_NOT_SURE = 0.25  # a repair below this weight does not change the letters that are compared


@dataclass(frozen=True)
class Word:
    """One telling word. `terms` are the index's terms it may stand for, with how sure that is."""

    written: str
    meant: tuple[str, ...]  # empty if taken as written
    terms: dict[int, float]
    idf: float
    is_code: bool = False

    @property
    def known(self) -> bool:
        return bool(self.terms) and not self.meant


@dataclass(frozen=True)
class Question:
    text: str
    words: tuple[Word, ...]
    repaired: str  # lower-case, for comparing letters

    @property
    def repairs(self) -> tuple[tuple[str, str], ...]:
        """(as written, as understood) for every repaired word."""
        return tuple((word.written, " ".join(word.meant)) for word in self.words if word.meant)


def read_question(index: Index, text: str) -> Question:
    """Cleans, splits and repairs the text against the index's vocabulary."""
    cleaned = clean(text)
    written = _join(tokens(cleaned), index)
    words = _codes(cleaned, index)
    repairs_left = _MAX_REPAIRS
    for word, joined in written:
        key = joined or word
        if key in words or is_stop_word(key):
            continue
        if len(words) == _MAX_WORDS:
            break
        understood = _as_written(key, index)
        if understood is None and repairs_left and key not in index.vocabulary:
            repairs_left -= 1
            understood = _repaired(word, index)
        elif joined and understood is not None:
            understood = Word(word, (joined,), understood.terms, understood.idf)
        words[key] = understood or Word(word, (), {}, index.unknown_idf)
    return Question(cleaned, tuple(words.values()), _letters(written, words))


def _join(written: list[str], index: Index) -> list[tuple[str, str | None]]:
    """Puts together what was typed as two words but is one in the articles (“pass word”)."""
    joined: list[tuple[str, str | None]] = []
    taken = False
    for first, second in pairwise([*written, ""]):
        if taken:
            taken = False
            continue
        whole = None
        if second and (first not in index.vocabulary or second not in index.vocabulary):
            whole = index.vocabulary.joined(first, second)
        joined.append((f"{first} {second}" if whole else first, whole))
        taken = whole is not None
    return joined


def _codes(text: str, index: Index) -> dict[str, Word]:
    words: dict[str, Word] = {}
    for written, codes in index.codes.named(text).items():
        terms = {index.terms[code_term(code)]: likeness for code, likeness in codes}
        meant = () if written in (code for code, _ in codes) else (codes[0][0],)
        words[code_term(written)] = Word(
            written, meant, terms, max(float(index.idf[term]) for term in terms), True
        )
    return words


def _stems_of(word: str, index: Index) -> list[int]:
    stemmed = dict.fromkeys(stem(word, language) for language in index.languages)
    return [index.terms[term] for term in stemmed if term in index.terms]


def _as_written(word: str, index: Index) -> Word | None:
    terms = _stems_of(word, index)
    if not terms:
        return None
    return Word(word, (), dict.fromkeys(terms, 1.0), max(float(index.idf[term]) for term in terms))


def _repaired(word: str, index: Index) -> Word | None:
    found: list[Repair] = index.vocabulary.repairs(word)
    terms: dict[int, float] = {}
    for repair in found:
        for meant in repair.meant:
            for term in _stems_of(meant, index):
                terms[term] = max(terms.get(term, 0.0), repair.weight)
    if not terms:
        return None
    idf = max(float(index.idf[term]) for term in terms)
    return Word(word, found[0].meant, terms, idf)


def _letters(written: list[tuple[str, str | None]], words: dict[str, Word]) -> str:
    read: list[str] = []
    for word, joined in written:
        known = words.get(joined or word)
        sure = known is not None and known.meant and max(known.terms.values()) >= _NOT_SURE
        read.append(" ".join(known.meant) if known is not None and sure else word)
    return " ".join(read)

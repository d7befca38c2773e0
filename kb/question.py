"""A question as the index understands it: its telling words, repaired where they were misspelt."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from kb.codes import code_term
from kb.index import Index
from kb.language import detect
from kb.lexicon import Lexicon
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
    stems: tuple[str, ...]  # beside `terms`
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
    language: str | None  # None if it cannot be told

    def meant(self, knows: Callable[[str], bool]) -> str:
        """The text as it was written, but with its misspelt words repaired: for reading its meaning.

        A word that the reader of meaning `knows` is none, though no article uses it: “snow” is not “show”.
        """
        read = {
            word.written: " ".join(word.meant)
            for word in self.words
            if word.meant and _is_sure(word) and not knows(word.written)
        }
        if not read:
            return self.text
        written = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, read))})(?!\w)", re.IGNORECASE)
        return written.sub(lambda found: read.get(found[0].casefold(), found[0]), self.text)

    @property
    def repairs(self) -> tuple[tuple[str, str], ...]:
        """(as written, as understood) for every repaired word."""
        return tuple((word.written, " ".join(word.meant)) for word in self.words if word.meant)


def read_question(index: Index, text: str) -> Question:
    """Cleans, splits and repairs the text against the index's vocabulary."""
    cleaned = clean(text)
    lexicon = index.lexicon
    language = detect(cleaned)
    reads_as = language if language in lexicon.languages else lexicon.languages[0]
    written = _join(tokens(cleaned, reads_as), lexicon)
    words = _codes(cleaned, lexicon)
    repairs_left = _MAX_REPAIRS
    for word, joined in written:
        key = joined or word
        if key in words or is_stop_word(key, reads_as):
            continue
        if len(words) == _MAX_WORDS:
            break
        understood = _as_written(key, lexicon)
        if understood is None and repairs_left and key not in lexicon.vocabulary:
            repairs_left -= 1
            understood = _repaired(word, lexicon)
        elif joined and understood is not None:
            understood = replace(understood, written=word, meant=(joined,))
        words[key] = understood or Word(word, (), {}, (), lexicon.unknown_idf)
    return Question(cleaned, tuple(words.values()), _letters(written, words), language)


def _join(written: list[str], lexicon: Lexicon) -> list[tuple[str, str | None]]:
    """Puts together what was typed as two words but is one in the articles (“pass word”)."""
    joined: list[tuple[str, str | None]] = []
    taken = False
    for first, second in pairwise([*written, ""]):
        if taken:
            taken = False
            continue
        whole = None
        if second and (first not in lexicon.vocabulary or second not in lexicon.vocabulary):
            whole = lexicon.vocabulary.joined(first, second)
        joined.append((f"{first} {second}" if whole else first, whole))
        taken = whole is not None
    return joined


def _codes(text: str, lexicon: Lexicon) -> dict[str, Word]:
    words: dict[str, Word] = {}
    for written, codes in lexicon.codes.named(text).items():
        terms = {
            term: likeness
            for code, likeness in codes
            if (term := lexicon.terms.get(code_term(code))) is not None
        }
        meant = () if written in (code for code, _ in codes) else (codes[0][0],)
        stems = tuple(code for code, _ in codes)
        words[code_term(written)] = Word(written, meant, terms, stems, _idf(terms, lexicon), True)
    return words


def _stems_of(word: str, lexicon: Lexicon) -> dict[int, str]:
    stems = dict.fromkeys(stem(word, language) for language in lexicon.languages)
    numbered = ((lexicon.terms.get(stemmed), stemmed) for stemmed in stems)
    return {number: stemmed for number, stemmed in numbered if number is not None}


def _idf(terms: Iterable[int], lexicon: Lexicon) -> float:
    return max(float(lexicon.idf[term]) for term in terms)


def _as_written(word: str, lexicon: Lexicon) -> Word | None:
    stems = _stems_of(word, lexicon)
    if not stems:
        return None
    return Word(word, (), dict.fromkeys(stems, 1.0), tuple(stems.values()), _idf(stems, lexicon))


def _repaired(word: str, lexicon: Lexicon) -> Word | None:
    found: list[Repair] = lexicon.vocabulary.repairs(word)
    terms: dict[int, float] = {}
    stems: dict[int, str] = {}
    for repair in found:
        for meant in repair.meant:
            for term, stemmed in _stems_of(meant, lexicon).items():
                terms[term] = max(terms.get(term, 0.0), repair.weight)
                stems[term] = stemmed
    if not terms:
        return None
    return Word(word, found[0].meant, terms, tuple(stems[term] for term in terms), _idf(terms, lexicon))


def _letters(written: list[tuple[str, str | None]], words: dict[str, Word]) -> str:
    read: list[str] = []
    for word, joined in written:
        known = words.get(joined or word)
        sure = known is not None and known.meant and _is_sure(known)
        read.append(" ".join(known.meant) if known is not None and sure else word)
    return " ".join(read)


def _is_sure(word: Word) -> bool:
    return max(word.terms.values()) >= _NOT_SURE

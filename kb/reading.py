"""Reads articles into numbers: every word once, field by field, before anything is weighed."""

import re
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb.codes import code_pieces, code_term
from kb.entries import Entry
from kb.postings import Counted, Ints
from kb.text import is_stop_word, stem, tokens

_MAX_INDEXED = 100_000  # characters of a body; a book would drown the other articles
_LINK_TARGET = re.compile(r"\]\([^)\s]*[^)]*\)|https?://\S+")
_TELL_EVERY = 500
_AT_ONCE = 5_000
_CODES = "#"  # stands for a language in which every word is its own stem

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Field:
    """One part of an article with its weight and how much its length counts (BM25's b)."""

    name: str
    weight: float
    b: float


TITLE, ALIASES, SUMMARY, BODY = (
    Field("title", 3.0, 0.5),
    Field("aliases", 2.5, 0.2),
    Field("summary", 2.0, 0.5),
    Field("body", 1.0, 0.75),
)
FIELDS = (TITLE, ALIASES, SUMMARY, BODY)


class Units:
    """Word numbers one after another, how many each unit has, and which article each unit belongs to."""

    def __init__(self) -> None:
        self._words, self._lengths, self._articles = array("i"), array("i"), array("i")

    def add(self, article: int, words: Sequence[int]) -> None:
        self._words.extend(words)
        self._lengths.append(len(words))
        self._articles.append(article)

    def __len__(self) -> int:
        return len(self._lengths)

    @property
    def words(self) -> Ints:
        return np.asarray(self._words, dtype=np.int32)

    @property
    def lengths(self) -> Ints:
        return np.asarray(self._lengths, dtype=np.int32)

    @property
    def articles(self) -> Ints:
        return np.asarray(self._articles, dtype=np.int32)

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """Where each unit's words end; asked for when all is read."""
        return np.cumsum(self.lengths, dtype=np.int64)

    @property
    def of_words(self) -> Ints:
        """The unit of each word."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.lengths)

    def starts(self, articles: int) -> NDArray[np.int64]:
        """Article → where its units begin."""
        starts = np.zeros(articles + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.articles, minlength=articles), out=starts[1:])
        return starts


class Reading:
    """Aliases, and the phrasings of title and aliases, are units of their own; other fields have one an article."""

    def __init__(self, entries: Sequence[Entry], progress: Progress | None = None) -> None:
        self.entries = tuple(entries)
        self.words: list[tuple[str, str]] = []  # (language, word) by number
        self._numbers: dict[str, _Numbering] = {}
        self.title, self.aliases, self.summary, self.body = self.fields = tuple(Units() for _ in FIELDS)
        self.phrasings = Units()
        for row, entry in enumerate(self.entries):
            self._read(row, entry)
            if progress is not None and row % _TELL_EVERY == 0:
                progress(row)
        if progress is not None:
            progress(len(self.entries))

    def _read(self, row: int, entry: Entry) -> None:
        number = self._numbering(entry.language).__getitem__
        for at, phrasing in enumerate(entry.phrasings):
            words = [number(word) for word in tokens(phrasing, entry.language)]
            self.phrasings.add(row, words)
            (self.aliases if at else self.title).add(row, words)
        codes = self._numbering(_CODES)
        pieces = [codes[piece] for code in entry.codes for piece in code_pieces(code)]
        self.aliases.add(row, [*map(number, tokens(" ".join(entry.codes), entry.language)), *pieces])
        self.summary.add(row, [number(word) for word in tokens(entry.summary, entry.language)])
        body = _LINK_TARGET.sub(" ", entry.body[:_MAX_INDEXED])
        self.body.add(row, [number(word) for word in tokens(body, entry.language)])

    def _numbering(self, language: str) -> "_Numbering":
        if language not in self._numbers:
            self._numbers[language] = _Numbering(language, self.words)
        return self._numbers[language]

    def articles_by_word(self) -> Counted:
        """Which words stand in each article, and how often."""
        return Counted.joined(self._words_of(first) for first in range(0, len(self.entries), _AT_ONCE))

    def _words_of(self, first: int) -> Counted:
        held: list[Ints] = []
        owners: list[Ints] = []
        for units in self.fields:
            start, past = np.searchsorted(units.articles, (first, first + _AT_ONCE)).tolist()
            lengths = units.lengths
            before = units.ends[start - 1] if start else 0
            held.append(units.words[before : units.ends[past - 1] if past else 0])
            owners.append(np.repeat(units.articles[start:past], lengths[start:past]))
        every_owner, every_word = np.concatenate(owners), np.concatenate(held)
        order = np.argsort(every_owner, kind="stable")
        return Counted.of(every_owner[order], every_word[order])

    def document_counts(self, words: Ints) -> Counter[str]:
        """Word as written → in how many articles it stands, from the words of `articles_by_word`."""
        counted: Counter[str] = Counter()
        for (language, word), count in zip(
            self.words, np.bincount(words, minlength=len(self.words)).tolist(), strict=True
        ):
            if language != _CODES:
                counted[word] += count
        return counted

    def terms(self, number: Callable[[str], int]) -> Ints:
        """Word → its term by `number`, -1 for those that tell nothing."""
        return np.fromiter(
            (_term(language, word, number) for language, word in self.words), np.int32, len(self.words)
        )


class _Numbering(dict[str, int]):
    """A language's words; one asked for the first time gets the next number of all."""

    def __init__(self, language: str, words: list[tuple[str, str]]) -> None:
        super().__init__()
        self._language, self._words = language, words

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self._words)
        self._words.append((self._language, word))
        return number


def _term(language: str, word: str, number: Callable[[str], int]) -> int:
    if language == _CODES:
        return number(code_term(word))
    return -1 if is_stop_word(word, language) else number(stem(word, language))

"""A message as n-grams: words and pairs of words, and runs of letters within words, weighed by how rare they are.

The rows that scikit-learn's vectorisers make in training, made with numpy alone: that library fills a hundred
megabytes, and a desk that answers needs nothing else of it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.classifier.linear import Row, Weights

# How messages are read, in the vectorisers' own words.
READ: dict[str, Any] = {"lowercase": True, "strip_accents": "unicode", "stop_words": None}
WEIGHED: dict[str, Any] = {"sublinear_tf": True, "use_idf": True, "norm": "l2", "binary": False}
WORDS: dict[str, Any] = {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"(?u)\b\w+\b"}
LETTERS: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (2, 4)}

_NOWHERE = -1
_WORD = re.compile(WORDS["token_pattern"])
_LENGTHS = range(LETTERS["ngram_range"][0], LETTERS["ngram_range"][1] + 1)


def folded(text: str) -> str:
    """In lower case, and without accents."""
    text = text.lower()
    if text.isascii():
        return text
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def words_of(text: str) -> list[str]:
    """Of a folded text."""
    return _WORD.findall(text)


@dataclass(frozen=True)
class Known:
    """The n-grams of one kind that a model has met: their columns, and how rare each is."""

    columns: Mapping[str, int]
    rarity: Weights

    def counted(self, grams: Sequence[str]) -> tuple[NDArray[np.int32], Weights]:
        """Columns in their order, and weights: logarithms of counts by rarity, of length one."""
        known = Counter(map(self.columns.get, grams, repeat(_NOWHERE)))
        del known[_NOWHERE]
        at = np.array(sorted(known), dtype=np.int32)
        counts = np.array([known[column] for column in at.tolist()], dtype=np.float32)
        weights = (np.log(counts) + np.float32(1)) * self.rarity[at]
        length = float(np.sqrt(np.square(weights, dtype=np.float64).sum()))
        return at, (weights / np.float32(length) if length else weights)

    def found(self, grams: Sequence[str]) -> set[int]:
        return {self.columns[gram] for gram in grams if gram in self.columns}


@dataclass(frozen=True)
class Ngrams:
    """Words first, letters in the columns behind them."""

    words: Known
    letters: Known

    def row(self, text: str) -> Row:
        text = folded(text)
        words, of_words = self.words.counted(_words_and_pairs(text))
        letters, of_letters = self.letters.counted(_runs_of_letters(text))
        at = np.concatenate([words, letters + np.int32(len(self.words.columns))])
        return Row(at, np.concatenate([of_words, of_letters]), words=len(words))

    def columns_of(self, word: str) -> set[int]:
        """Where what it consists of stands."""
        word, behind = folded(word), len(self.words.columns)
        letters = self.letters.found(_runs_of_letters(word))
        return self.words.found(_words_and_pairs(word)) | {behind + column for column in letters}


def _words_and_pairs(text: str) -> list[str]:
    words = words_of(text)
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def _runs_of_letters(text: str) -> list[str]:
    """Two to four in a row, where the space before and behind a word counts as one of its letters."""
    runs: list[str] = []
    for word in text.split():
        spaced = f" {word} "
        for length in _LENGTHS:
            runs += [spaced[at : at + length] for at in range(max(1, len(spaced) - length + 1))]
            # A word that is shorter than its runs is one run, and not another one for each length.
            if len(spaced) <= length:
                break
    return runs

"""The letter sequences of phrasings: what two spellings of a word still share."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kb.lexicon import Numbers
from kb.postings import Counted, Floats, Groups, Postings
from kb.reading import Reading
from kb.text import tokens

_SIZES = (3, 4, 5)
# Sequences in more phrasings than this tell little and cost most of the time and memory.
_COMMON, _COMMON_SHARE = 1_000, 0.01
_AT_ONCE = 20_000  # phrasings


def letter_grams(text: str) -> list[str]:
    """Sequences of three to five letters within each word, the word's edges marked by blanks."""
    return [gram for word in tokens(text) for gram in _of_word(word)]


class PhrasingGrams:
    """The sequences of every phrasing that was read, numbered; counted a few thousand phrasings at a time, because
    written out they are ten times as many as the words.
    """

    def __init__(self, reading: Reading, numbers: Numbers) -> None:
        words, self._of_words = np.unique(reading.phrasings.words, return_inverse=True)
        self._by_word = Groups.of(
            [numbers.number(gram) for gram in _of_word(reading.words[word][1])] for word in words.tolist()
        )
        self._ends = reading.phrasings.ends
        self._lengths = reading.phrasings.lengths
        self._size = len(numbers)

    def idf(self) -> Floats:
        """0 for sequences so common that they are left out."""
        held = np.zeros(self._size, dtype=np.int64)
        for counted in self._counted():
            held += np.bincount(counted.ids, minlength=self._size)
        units = len(self._lengths)
        idf = (np.log((1 + units) / (1 + held)) + 1).astype(np.float32)
        idf[held > max(_COMMON, _COMMON_SHARE * units)] = 0
        return idf

    def postings(self, idf: Floats) -> Postings:
        """Each phrasing of length 1 (cosine)."""
        units = len(self._lengths)
        found = Postings.of_counts(
            Counted.joined(counted.where(idf[counted.ids] > 0) for counted in self._counted()),
            lambda counts, _, gram: ((1 + np.log(counts)) * idf[gram]).astype(np.float32),
            term_count=len(idf),
            units=units,
        )
        norms = np.sqrt(np.bincount(found.units, weights=found.weights**2, minlength=units))
        weights = (found.weights / np.maximum(norms, 1e-9)[found.units]).astype(np.float32)
        return Postings(found.starts, found.units, weights, units)

    def _counted(self) -> Iterator[Counted]:
        for first in range(0, len(self._lengths), _AT_ONCE):
            past = min(first + _AT_ONCE, len(self._lengths))
            words = self._of_words[self._ends[first - 1] if first else 0 : self._ends[past - 1]]
            grams, places = self._by_word.of_rows(words)
            owners: NDArray[np.int32] = np.repeat(
                np.arange(first, past, dtype=np.int32), self._lengths[first:past]
            )
            yield Counted.of(owners[places], grams)


def _of_word(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[at : at + size] for size in _SIZES for at in range(max(1, len(padded) - size + 1))]

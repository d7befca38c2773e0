"""One message as n-grams: the row that the vectorisers would make of it, without what they spend on checking tables.

A decision waits for this row. Where many messages are read at once, the vectorisers themselves are as good.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.pipeline import FeatureUnion

from triage.classifier.linear import Weights


@dataclass(frozen=True)
class _Part:
    """What one vectoriser reads, and in which columns of the union it stands."""

    read: Callable[[str], Sequence[str]]
    columns: Mapping[str, int]
    rarity: Weights
    offset: int

    def counted(self, text: str) -> tuple[Weights, np.ndarray[tuple[int], np.dtype[np.int32]]]:
        """Weights and columns, in the order of the columns: logarithms of counts by rarity, of length one."""
        known = Counter(column for gram in self.read(text) if (column := self.columns.get(gram)) is not None)
        at = np.array(sorted(known), dtype=np.int32)
        counts = np.array([known[column] for column in at.tolist()], dtype=np.float32)
        weights = (np.log(counts) + np.float32(1)) * self.rarity[at]
        length = float(np.sqrt(np.square(weights, dtype=np.float64).sum()))
        return (weights / np.float32(length) if length else weights), at


class Ngrams:
    """Reads single messages by the vectorisers of `features`."""

    def __init__(self, features: FeatureUnion) -> None:
        parts, offset = [], 0
        for _, vectorizer in features.transformer_list:
            weights = np.asarray(vectorizer.idf_, dtype=np.float32)
            parts.append(_Part(vectorizer.build_analyzer(), vectorizer.vocabulary_, weights, offset))
            offset += len(vectorizer.vocabulary_)
        self._parts, self._width = tuple(parts), offset

    def row(self, text: str) -> csr_matrix:
        counted = [part.counted(text) for part in self._parts]
        data = np.concatenate([weights for weights, _ in counted])
        at = np.concatenate([at + part.offset for (_, at), part in zip(counted, self._parts, strict=True)])
        return csr_matrix((data, at, np.array([0, len(at)], dtype=np.int32)), shape=(1, self._width))

    def columns_of(self, word: str) -> set[int]:
        """Where what it consists of stands."""
        return {
            part.offset + part.columns[gram]
            for part in self._parts
            for gram in part.read(word)
            if gram in part.columns
        }

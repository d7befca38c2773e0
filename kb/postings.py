"""Inverted lists in numpy: which units hold a term, and with what weight."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Postings:
    """Term t stands in units[starts[t]:starts[t + 1]] with the weights at the same places."""

    starts: NDArray[np.int64]
    units: Ints
    weights: Floats
    unit_count: int

    def scores(self, terms: Ints, weights: Floats) -> Floats:
        """The weighted sum for every unit."""
        first, past = self.starts[terms], self.starts[terms + 1]
        counts = past - first
        total = int(counts.sum())
        if total == 0:
            return np.zeros(self.unit_count, dtype=np.float32)
        # All the slices' positions at once: each slice's start, repeated, plus its own running number.
        shift = np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        places = shift + np.arange(total)
        weighted = self.weights[places] * np.repeat(weights, counts)
        summed = np.bincount(self.units[places], weights=weighted, minlength=self.unit_count)
        return summed.astype(np.float32)


@dataclass(frozen=True, eq=False)
class Groups:
    """Rows of ids of different lengths: row r is ids[starts[r]:starts[r + 1]]."""

    starts: NDArray[np.int64]
    ids: Ints

    @classmethod
    def of(cls, rows: Iterable[Iterable[int]]) -> "Groups":
        lengths: list[int] = [0]
        ids: list[int] = []
        for row in rows:
            ids.extend(row)
            lengths.append(len(ids))
        return cls(np.asarray(lengths, dtype=np.int64), np.asarray(ids, dtype=np.int32))

    def __getitem__(self, row: int) -> list[int]:
        found: list[int] = self.ids[self.starts[row] : self.starts[row + 1]].tolist()
        return found


def postings(units: Sequence[Mapping[int, float]], term_count: int) -> Postings:
    """Turns units of term → weight into lists by term."""
    sizes = np.fromiter((len(unit) for unit in units), dtype=np.int64, count=len(units))
    total = int(sizes.sum())
    terms = np.fromiter((term for unit in units for term in unit), dtype=np.int32, count=total)
    weights = np.fromiter(
        (weight for unit in units for weight in unit.values()), dtype=np.float32, count=total
    )
    owners = np.repeat(np.arange(len(units), dtype=np.int32), sizes)
    order = np.argsort(terms, kind="stable")
    starts = np.zeros(term_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(terms, minlength=term_count), out=starts[1:])
    return Postings(starts, owners[order], weights[order], len(units))


def best_of_group(scores: Floats, starts: NDArray[np.int64]) -> Floats:
    """The best score in each consecutive group of units; 0 for a group without units."""
    best = np.zeros(len(starts) - 1, dtype=np.float32)
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    if len(filled):
        best[filled] = np.maximum.reduceat(scores, starts[filled])
    return best

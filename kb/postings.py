"""Inverted lists in numpy: which units hold a term, and with what weight."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


Weigh = Callable[[Floats, Ints, Ints], Floats]  # counts, units, terms → weights


@dataclass(frozen=True, eq=False)
class Postings:
    """Term t stands in units[starts[t]:starts[t + 1]] with the weights at the same places."""

    starts: NDArray[np.int64]
    units: Ints
    weights: Floats
    unit_count: int

    @classmethod
    def of_pairs(cls, terms: Ints, owners: Ints, weigh: Weigh, *, term_count: int, units: int) -> "Postings":
        """From every place where a term stands in a unit, in any order."""
        keys, counts = distinct(terms.astype(np.int64) * max(1, units) + owners)
        held_by, held = (keys % max(1, units)).astype(np.int32), (keys // max(1, units)).astype(np.int32)
        starts = np.zeros(term_count + 1, dtype=np.int64)
        np.cumsum(np.bincount(held, minlength=term_count), out=starts[1:])
        weights = weigh(counts.astype(np.float32), held_by, held).astype(np.float32)
        return cls(starts, held_by, weights, units)

    def scores(self, terms: Ints, weights: Floats) -> Floats:
        """The weighted sum for every unit; terms that came after these units were laid out count nothing."""
        known = terms < len(self.starts) - 1
        if not known.all():
            terms, weights = terms[known], weights[known]
        places, owners = slices(self.starts, terms)
        if not len(places):
            return np.zeros(self.unit_count, dtype=np.float32)
        weighted = self.weights[places] * weights[owners]
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

    @classmethod
    def of_pairs(cls, owners: Ints, ids: Ints, *, rows: int) -> "Groups":
        """Each row's different ids, from pairs in any order."""
        size = int(ids.max(initial=0)) + 1
        keys, _ = distinct(owners.astype(np.int64) * size + ids)
        starts = np.zeros(rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(keys // size, minlength=rows), out=starts[1:])
        return cls(starts, (keys % size).astype(np.int32))

    def __getitem__(self, row: int) -> list[int]:
        found: list[int] = self.ids[self.starts[row] : self.starts[row + 1]].tolist()
        return found

    def of_rows(self, rows: NDArray[np.int64]) -> tuple[Ints, NDArray[np.int64]]:
        """The ids of some rows one after another, and beside each which of `rows` it is from."""
        places, owners = slices(self.starts, rows)
        return self.ids[places], owners


def distinct(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each key once, ascending, and how often it came: for millions of keys several times as fast as np.unique."""
    ordered = np.sort(keys)
    first = np.flatnonzero(np.diff(ordered, prepend=-1)) if len(ordered) else np.zeros(0, dtype=np.int64)
    return ordered[first], np.diff(first, append=len(ordered))


def slices(
    starts: NDArray[np.int64], wanted: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All places of the wanted slices at once, and beside each which of the wanted it belongs to."""
    first = starts[wanted]
    counts = starts[wanted + 1] - first
    ends = np.cumsum(counts)
    owners = np.repeat(np.arange(len(wanted)), counts)
    return np.arange(int(ends[-1]) if len(ends) else 0) + (first - ends + counts)[owners], owners


_ZERO = np.zeros(1, dtype=np.int64)


def best_of_group(scores: Floats, starts: NDArray[np.int64]) -> Floats:
    """The best score in each consecutive group of units; 0 for a group whose units have none."""
    best = np.zeros(len(starts) - 1, dtype=np.float32)
    scored = np.flatnonzero(scores)  # few of many, so that looking only at them is quicker
    if len(scored):
        groups = np.searchsorted(starts, scored, side="right") - 1
        first = np.concatenate([_ZERO, np.flatnonzero(groups[1:] != groups[:-1]) + 1])
        best[groups[first]] = np.maximum.reduceat(scores[scored], first)
    return best


def largest(scores: Floats, count: int) -> NDArray[np.int64]:
    """The places of the highest scores above 0, at most that many, in no order."""
    scored = np.flatnonzero(scores > 0)
    if len(scored) <= count:
        return scored
    return scored[np.argpartition(-scores[scored], count)[:count]]

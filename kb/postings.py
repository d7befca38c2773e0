"""Inverted lists in numpy: which units hold a term, and with what weight."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


_AT_ONCE = 1_000_000
_ZERO = np.zeros(1, dtype=np.int64)

Weigh = Callable[[Floats, Ints, Ints], Floats]  # counts, units, terms → weights


@dataclass(frozen=True, eq=False)
class Postings:
    """Term t stands in units[starts[t]:starts[t + 1]] with the weights at the same places."""

    starts: NDArray[np.int64]
    units: Ints
    weights: Floats
    unit_count: int

    @classmethod
    def of_counts(cls, counted: "Counted", weigh: Weigh, *, term_count: int, units: int) -> "Postings":
        order = np.argsort(counted.ids, kind="stable")
        starts = np.zeros(term_count + 1, dtype=np.int64)
        np.cumsum(np.bincount(counted.ids, minlength=term_count), out=starts[1:])
        owners, terms = counted.owners[order], counted.ids[order]
        weights = weigh(counted.counts[order].astype(np.float32), owners, terms)
        return cls(starts, owners, weights.astype(np.float32), units)

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
    def of_counts(cls, counted: "Counted", *, rows: int) -> "Groups":
        """Each row's different ids."""
        starts = np.zeros(rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(counted.owners, minlength=rows), out=starts[1:])
        return cls(starts, counted.ids)

    def __getitem__(self, row: int) -> list[int]:
        found: list[int] = self.ids[self.starts[row] : self.starts[row + 1]].tolist()
        return found

    def of_rows(self, rows: NDArray[np.int64]) -> tuple[Ints, NDArray[np.int64]]:
        """The ids of some rows one after another, and beside each which of `rows` it is from."""
        places, owners = slices(self.starts, rows)
        return self.ids[places], owners


@dataclass(frozen=True, eq=False)
class Counted:
    """Which ids each owner holds and how often: owners ascending, and the ids of each as well."""

    owners: Ints
    ids: Ints
    counts: Ints

    @classmethod
    def of(cls, owners: Ints, ids: Ints) -> "Counted":
        """From every single occurrence; the owners must ascend. Read in parts, so that no part needs much memory."""
        cuts = [0]
        while cuts[-1] < len(owners):
            # An owner is never cut in two.
            past = min(cuts[-1] + _AT_ONCE, len(owners))
            cuts.append(int(np.searchsorted(owners, owners[past - 1], side="right")))
        return cls.joined(_count(owners[start:past], ids[start:past]) for start, past in pairwise(cuts))

    @classmethod
    def joined(cls, parts: Iterable["Counted"]) -> "Counted":
        """Parts whose owners follow on each other."""
        held = list(parts)
        if not held:
            return _NOTHING
        return cls(
            np.concatenate([part.owners for part in held]),
            np.concatenate([part.ids for part in held]),
            np.concatenate([part.counts for part in held]),
        )

    def where(self, kept: NDArray[np.bool_]) -> "Counted":
        return Counted(self.owners[kept], self.ids[kept], self.counts[kept])


def _count(owners: Ints, ids: Ints) -> Counted:
    size = int(ids.max(initial=0)) + 1
    ordered = np.sort(owners.astype(np.int64) * size + ids)  # for millions several times as fast as np.unique
    first = np.concatenate([_ZERO, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1])
    keys = ordered[first]
    counts = np.diff(np.append(first, len(ordered)))
    return Counted((keys // size).astype(np.int32), (keys % size).astype(np.int32), counts.astype(np.int32))


def slices(
    starts: NDArray[np.int64], wanted: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All places of the wanted slices at once, and beside each which of the wanted it belongs to."""
    first = starts[wanted]
    counts = starts[wanted + 1] - first
    ends = np.cumsum(counts)
    owners = np.repeat(np.arange(len(wanted)), counts)
    return np.arange(int(ends[-1]) if len(ends) else 0) + (first - ends + counts)[owners], owners


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


_NOTHING = Counted(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32))

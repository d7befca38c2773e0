"""Which of many short texts are like this one: a set for looking up past questions, tickets and articles by wording.

Likeness is the cosine of two texts' telling stems, each weighted by how rare it is in the set (TF-IDF).
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from kb.postings import Floats, Groups, Ints, Postings
from kb.text import clean, stems

_REBUILD_SHARE = 20  # the later part may grow to one twentieth of the first
_REBUILD_LEAST = 500


@dataclass(frozen=True)
class Near:
    key: int
    likeness: float  # 0 to 1


@dataclass(frozen=True, eq=False)
class _Part:
    """Some of the texts: as read (for building again), and laid out for searching."""

    keys: NDArray[np.int64]
    read: Groups  # text → its stems
    counts: Ints  # how often, beside each of `read.ids`
    postings: Postings
    alive: NDArray[np.bool_]

    def near(self, terms: Ints, weights: Floats) -> Floats:
        known = terms < len(self.postings.starts) - 1
        return np.where(self.alive, self.postings.scores(terms[known], weights[known]), 0)

    def without(self, keys: NDArray[np.int64]) -> "_Part":
        return _Part(self.keys, self.read, self.counts, self.postings, self.alive & ~np.isin(self.keys, keys))


class Likeness:
    """Never changes once built: `plus` and `without` give a new set that shares what is the same."""

    def __init__(
        self, terms: dict[str, int], growing: Lock, idf: Floats, parts: tuple[_Part, ...], language: str
    ) -> None:
        # The words' numbers are shared by a set and those made from it; they only grow, and only under the lock.
        self._terms, self._growing = terms, growing
        self._idf, self._parts, self._language = idf, parts, language

    @classmethod
    def of(cls, texts: Iterable[tuple[int, str]], *, language: str = "en") -> "Likeness":
        """A set of (key, text); of the same key twice the later text counts."""
        terms: dict[str, int] = {}
        latest = dict(texts)
        keys, read, counts = _read(latest.items(), terms, language)
        idf = _idf(read.ids, len(latest), len(terms))
        return cls(terms, Lock(), idf, (_part(keys, read, counts, idf),), language)

    def __len__(self) -> int:
        return sum(int(part.alive.sum()) for part in self._parts)

    def plus(self, texts: Iterable[tuple[int, str]]) -> "Likeness":
        """Later texts come as a small second part, weighted as the first; when it has grown, all is built anew."""
        latest = dict(texts)
        if not latest:
            return self
        with self._growing:
            keys, read, counts = _read(latest.items(), self._terms, self._language)
        parts = [part.without(keys) for part in self._parts]
        if len(parts) == 2:
            keys, read, counts = _joined([parts.pop()], keys, read, counts)
        if len(keys) > max(_REBUILD_LEAST, len(parts[0].keys) // _REBUILD_SHARE):
            keys, read, counts = _joined(parts, keys, read, counts)
            idf = _idf(read.ids, len(keys), len(self._terms))
            return self._with(idf, (_part(keys, read, counts, idf),))
        return self._with(self._idf, (parts[0], _part(keys, read, counts, self._idf_for(read.ids))))

    def without(self, keys: Iterable[int]) -> "Likeness":
        gone = np.fromiter(keys, dtype=np.int64)
        return self._with(self._idf, tuple(part.without(gone) for part in self._parts))

    def near(self, text: str, *, count: int = 10, least: float = 0.0) -> list[Near]:
        """The texts most like this one, best first; texts without a stem in common are not among them."""
        held = Counter(
            self._terms[stem] for stem in stems(clean(text), self._language) if stem in self._terms
        )
        if not held:
            return []
        terms = np.fromiter(held, dtype=np.int32, count=len(held))
        weights = _unit_length(
            np.fromiter(held.values(), np.float32, len(held)) * self._idf_for(terms)[terms]
        )
        scores = np.concatenate([part.near(terms, weights) for part in self._parts])
        keys = np.concatenate([part.keys for part in self._parts])
        best = np.argpartition(-scores, count)[:count] if len(scores) > count else np.arange(len(scores))
        found = [(float(scores[at]), int(keys[at])) for at in best if scores[at] > 0 and scores[at] >= least]
        return [Near(key, min(1.0, score)) for score, key in sorted(found, key=lambda one: (-one[0], one[1]))]

    def _idf_for(self, terms: Ints) -> Floats:
        """The weights, and for words the first part never saw, that of the rarest."""
        wanted = int(terms.max(initial=-1)) + 1
        if wanted <= len(self._idf):
            return self._idf
        rarest = float(self._idf.max(initial=1.0))
        return np.concatenate([self._idf, np.full(wanted - len(self._idf), rarest, dtype=np.float32)])

    def _with(self, idf: Floats, parts: tuple[_Part, ...]) -> "Likeness":
        return Likeness(self._terms, self._growing, idf, parts, self._language)


def _read(
    texts: Iterable[tuple[int, str]], terms: dict[str, int], language: str
) -> tuple[NDArray[np.int64], Groups, Ints]:
    keys: list[int] = []
    rows: list[list[int]] = []
    counts: list[int] = []
    for key, text in texts:
        held = Counter(terms.setdefault(stem, len(terms)) for stem in stems(clean(text), language))
        keys.append(key)
        rows.append(list(held))
        counts.extend(held.values())
    return np.asarray(keys, dtype=np.int64), Groups.of(rows), np.asarray(counts, dtype=np.int32)


def _joined(
    parts: Iterable[_Part], keys: NDArray[np.int64], read: Groups, counts: Ints
) -> tuple[NDArray[np.int64], Groups, Ints]:
    """What is still alive in the parts, and these texts after it."""
    all_keys, all_lengths, all_ids, all_counts = [], [], [], []
    for part in parts:
        lengths = np.diff(part.read.starts)
        kept = np.repeat(part.alive, lengths)
        all_keys.append(part.keys[part.alive])
        all_lengths.append(lengths[part.alive])
        all_ids.append(part.read.ids[kept])
        all_counts.append(part.counts[kept])
    lengths = np.concatenate([*all_lengths, np.diff(read.starts)])
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    joined = Groups(starts, np.concatenate([*all_ids, read.ids]))
    return np.concatenate([*all_keys, keys]), joined, np.concatenate([*all_counts, counts])


def _part(keys: NDArray[np.int64], read: Groups, counts: Ints, idf: Floats) -> _Part:
    owners = np.repeat(np.arange(len(keys), dtype=np.int32), np.diff(read.starts))
    weights = (1 + np.log(np.maximum(counts, 1))).astype(np.float32) * idf[read.ids]
    lengths = np.sqrt(np.bincount(owners, weights=weights * weights, minlength=len(keys)))
    weights = (weights / np.maximum(lengths, 1e-9)[owners]).astype(np.float32)
    order = np.argsort(read.ids, kind="stable")
    starts = np.zeros(len(idf) + 1, dtype=np.int64)
    np.cumsum(np.bincount(read.ids, minlength=len(idf)), out=starts[1:])
    postings = Postings(starts, owners[order], weights[order], len(keys))
    return _Part(keys, read, counts, postings, np.ones(len(keys), dtype=bool))


def _idf(ids: Ints, texts: int, terms: int) -> Floats:
    held = np.bincount(ids, minlength=terms)
    idf: Floats = (np.log((1 + texts) / (1 + held)) + 1).astype(np.float32)
    return idf


def _unit_length(weights: Floats) -> Floats:
    length = math.sqrt(float(weights @ weights))
    return weights / np.float32(length) if length else weights

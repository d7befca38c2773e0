"""How far the difference between two models could be luck: the same messages drawn again and again, in pairs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 2_000

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Share:
    """A share as counts for each message: `hits` of `of`, zero or one each."""

    hits: Counts
    of: Counts

    @property
    def value(self) -> float:
        """Nothing of nothing is 0."""
        return float(self.hits.sum() / max(1, self.of.sum()))


def share(hits: NDArray[np.bool_], of: NDArray[np.bool_] | None = None) -> Share:
    among = np.ones(len(hits), dtype=bool) if of is None else of
    return Share((hits & among).astype(np.int64), among.astype(np.int64))


def lowest(
    before: Share, after: Share, *, families: Sequence[int] = (), certainty: float, seed: int
) -> float:
    """The difference (after less before) that is reached or passed with `certainty`, were such messages drawn anew.

    Near-twins are drawn together: ten copies of one message are one piece of evidence. Drawing rows with replacement
    is drawing how often each *kind* of row comes, and there are few kinds; that makes thousands of draws quick.
    """
    rows = np.column_stack([before.hits, before.of, after.hits, after.of])
    if not len(rows):
        return 0.0
    kinds, times = np.unique(_by_family(rows, families), axis=0, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(times.sum(), times / times.sum(), size=DRAWS)
    sums = drawn @ kinds
    was = sums[:, 0] / np.maximum(1, sums[:, 1])
    now = sums[:, 2] / np.maximum(1, sums[:, 3])
    return float(np.quantile(now - was, 1 - certainty))


def _by_family(rows: Counts, families: Sequence[int]) -> Counts:
    if not len(families):
        return rows
    _, family = np.unique(np.asarray(families), return_inverse=True)
    together = np.zeros((int(family.max()) + 1, rows.shape[1]), dtype=np.int64)
    np.add.at(together, family, rows)
    return together

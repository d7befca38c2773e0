"""Comparing vectors by nothing but the signs of their numbers: a bit for a number, and 64 of them at once."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_BEFORE_ESTIMATES = 200


def sign_words(above: NDArray[np.bool_]) -> tuple[NDArray[np.uint64], ...]:
    """One bit a dimension, in words of 64; column by column, since they are compared that way."""
    bits = np.packbits(above, axis=1)
    padded = np.zeros((len(bits), -(-bits.shape[1] // 8) * 8), dtype=np.uint8)
    padded[:, : bits.shape[1]] = bits
    return tuple(np.ascontiguousarray(column) for column in padded.view(np.uint64).T)


def nearest(apart: NDArray[np.int16], wanted: int) -> NDArray[np.int64]:
    """The places of at least so many smallest numbers: counting is quicker than sorting, and these are small."""
    enough = int(np.searchsorted(np.cumsum(np.bincount(apart)), min(wanted, len(apart))))
    return np.flatnonzero(apart <= enough)


def estimates(apart: NDArray[np.int16], scored: NDArray[np.int64], cosines: Vectors) -> Vectors:
    """What cosine so many differing signs mean for this question, judged by those that were scored in full."""
    known = apart[scored].astype(np.float64)
    slope = np.cov(known, cosines)[0, 1] / max(float(known.var(ddof=1)), 1e-9) if len(scored) > 1 else 0.0
    line = cosines.mean() + slope * (np.arange(int(apart.max()) + 1) - known.mean())
    # However likely an estimate is, it comes after what was seen to be near.
    place = max(0, len(cosines) - _BEFORE_ESTIMATES)
    ceiling = np.partition(cosines, place)[place]
    estimated: Vectors = np.minimum(line, ceiling).astype(np.float32)[apart]
    return estimated

"""Straight weights, one a feature and class: what can be read back to the words that moved a decision."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Weights = NDArray[np.float32]

_STEPS_UP = 127


@dataclass(frozen=True)
class Row:
    """One message: its features and their weights, in the order of their columns; the first `words` are words."""

    at: NDArray[np.int32]
    weights: Weights
    words: int


@dataclass(frozen=True)
class Linear:
    """`weights` are features × classes, a row a feature, because a message needs a few rows and not the whole table."""

    classes: tuple[str, ...]
    weights: Weights
    offsets: Weights

    def values(self, rows: Sequence[Row]) -> Floats:
        """Messages × classes."""
        sums = [row.weights @ self.weights[row.at] for row in rows]
        return np.asarray(np.stack(sums) + self.offsets, dtype=np.float64)

    def of_vectors(self, vectors: Weights) -> Floats:
        return np.asarray(vectors @ self.weights + self.offsets, dtype=np.float64)

    def column(self, label: str) -> int:
        return self.classes.index(label)


def widened(linear: Linear, classes: Sequence[str], values: Floats, *, missing: float) -> Floats:
    """Values over `classes`, where some of them the fitted one has never met."""
    wide = np.full((len(values), len(classes)), missing)
    wide[:, [classes.index(label) for label in linear.classes]] = values
    return wide


def packed(table: Weights) -> tuple[NDArray[np.int8], Weights]:
    """In 255 steps a column, which is enough where hundreds are summed, and a quarter of the size."""
    steps = np.maximum(np.abs(table).max(axis=0, initial=0), 1e-30).astype(np.float32) / np.float32(_STEPS_UP)
    return np.rint(table / steps).astype(np.int8), steps


def unpacked(table: NDArray[np.int8], steps: Weights) -> Weights:
    return np.ascontiguousarray(table * steps, dtype=np.float32)


def rounded(table: Weights) -> Weights:
    """As it will be read back from a file, so that a model decides the same before and after."""
    return unpacked(*packed(table))

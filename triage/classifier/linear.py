"""Straight weights, one a feature and class: what can be read back to the words that moved a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

Floats = NDArray[np.float64]
Weights = NDArray[np.float32]

# The machine with the widest margin and the likeliest model err on different messages, and their sum is as linear as
# each (measured on 64 to 150 intents: up to a point of accuracy above the margin alone).
_STEPS = 500
_TOLERANCE = 1e-3
_LIKELY_C = 30.0
_MEASURED_ON = 2_000
_STEPS_UP = 127


@dataclass(frozen=True)
class Linear:
    """`weights` are features × classes, a row a feature, because a message needs a few rows and not the whole table."""

    classes: tuple[str, ...]
    weights: Weights
    offsets: Weights

    def values(self, rows: csr_matrix) -> Floats:
        """Messages × classes."""
        return np.asarray(rows @ self.weights + self.offsets, dtype=np.float64)

    def of_vectors(self, vectors: Weights) -> Floats:
        return np.asarray(vectors @ self.weights + self.offsets, dtype=np.float64)

    def column(self, label: str) -> int:
        return self.classes.index(label)


def fit_words(rows: csr_matrix, labels: NDArray[np.str_], *, seed: int) -> Linear:
    """Learns from n-grams."""
    margin = _opened(LinearSVC(C=1.0, random_state=seed).fit(rows, labels))
    likely = _opened(LogisticRegression(C=_LIKELY_C, max_iter=_STEPS, tol=_TOLERANCE).fit(rows, labels))
    seen = rows[:_MEASURED_ON]
    first, second = (1 / max(1e-6, float(one.values(seen).std())) for one in (margin, likely))
    return Linear(
        margin.classes,
        rounded(np.ascontiguousarray(first * margin.weights + second * likely.weights, dtype=np.float32)),
        np.asarray(first * margin.offsets + second * likely.offsets, dtype=np.float32),
    )


def fit_directions(vectors: Weights, labels: NDArray[np.str_], *, seed: int) -> Linear:
    """Learns from vectors of meaning. With a handful of labels a category nothing else measured was better."""
    return _opened(
        LogisticRegression(C=_LIKELY_C, max_iter=_STEPS, tol=_TOLERANCE, random_state=seed).fit(
            vectors, labels
        )
    )


def fit_alarm(rows: csr_matrix, urgent: NDArray[np.bool_], *, seed: int) -> Linear:
    """Urgent messages are few, so each weighs more; and it should lean on many words, not on a rare one."""
    alarm = LinearSVC(C=0.3, class_weight="balanced", random_state=seed).fit(rows, urgent)
    return Linear(
        ("urgent",),
        rounded(np.ascontiguousarray(alarm.coef_.T, dtype=np.float32)),
        np.asarray(alarm.intercept_, dtype=np.float32),
    )


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


def _opened(estimator: Any) -> Linear:
    """One column a class, also for two classes, which share a single row of weights."""
    weights, offsets = estimator.coef_, estimator.intercept_
    if len(weights) == 1:
        weights, offsets = np.vstack([-weights, weights]), np.array([-offsets[0], offsets[0]])
    return Linear(
        tuple(str(label) for label in estimator.classes_),
        rounded(np.ascontiguousarray(weights.T, dtype=np.float32)),
        np.asarray(offsets, dtype=np.float32),
    )

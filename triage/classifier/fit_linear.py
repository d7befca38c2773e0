"""Fitting straight weights, with scikit-learn: only who trains needs it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from triage.classifier.linear import Floats, Linear, Weights, rounded

# The machine with the widest margin and the likeliest model err on different messages, and their sum is as linear as
# each (measured on 64 to 150 intents: up to a point of accuracy above the margin alone).
_STEPS = 500
_TOLERANCE = 1e-3
_LIKELY_C = 30.0
_MEASURED_ON = 2_000


def said_by(linear: Linear, rows: csr_matrix) -> Floats:
    """What it says of many messages in one table, messages × classes."""
    return np.asarray(rows @ linear.weights + linear.offsets, dtype=np.float64)


def fit_words(rows: csr_matrix, labels: NDArray[np.str_], *, seed: int) -> Linear:
    """Learns from n-grams."""
    margin = _opened(LinearSVC(C=1.0, random_state=seed).fit(rows, labels))
    likely = _opened(LogisticRegression(C=_LIKELY_C, max_iter=_STEPS, tol=_TOLERANCE).fit(rows, labels))
    seen = rows[:_MEASURED_ON]
    first, second = (1 / max(1e-6, float(said_by(one, seen).std())) for one in (margin, likely))
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

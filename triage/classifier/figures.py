"""How good an outlook is on messages whose categories are known: the figures that papers and gates compare."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from triage.classifier.evaluation import class_scores, expected_calibration_error
from triage.classifier.outlook import Outlook

SURE_ENOUGH = 0.95
_BEST = 3


@dataclass(frozen=True)
class Strays:
    """Messages of no category. `recall`: the share left alone; `auroc`: how well sureness tells them from others."""

    recall: float
    auroc: float


@dataclass(frozen=True)
class Figures:
    """Over messages that have a category, deciding or not; `strays` over those that have none, if there are any.

    `coverage_at_95` is the largest share of them that could be decided with 95 % precision, wrongly decided strays
    counted as wrong. `ece` is of the best guess's chance in ten bins, `brier` over all categories (0 to 2).
    """

    accuracy: float
    macro_f1: float
    top3: float
    ece: float
    brier: float
    coverage_at_95: float
    strays: Strays | None


def figures(outlook: Outlook, truth: Sequence[str | None]) -> Figures:
    """`truth` is None for a message of no category. Raises ValueError where none has one."""
    inside = np.array([label is not None for label in truth], dtype=bool)
    if not inside.any():
        raise ValueError("no message has a category")
    labels = [label for label in truth if label is not None]
    guesses = [guess for guess, known in zip(outlook.best, inside, strict=True) if known]
    chances = outlook.chances[inside]
    right = np.array([guess == label for guess, label in zip(guesses, labels, strict=True)])
    scores = class_scores(guesses, labels)
    return Figures(
        accuracy=float(right.mean()),
        macro_f1=float(np.mean([score.f1 for score in scores.values() if score.messages])),
        top3=_among_best(outlook.labels, chances, labels),
        ece=expected_calibration_error(chances.max(axis=1).tolist(), right.tolist()),
        brier=_brier(outlook.labels, chances, labels),
        coverage_at_95=_coverage(outlook.sure, _right(outlook, truth), inside),
        strays=None if inside.all() else _strays(outlook, inside),
    )


def _right(outlook: Outlook, truth: Sequence[str | None]) -> NDArray[np.bool_]:
    return np.array([guess == label for guess, label in zip(outlook.best, truth, strict=True)])


def _among_best(labels: Sequence[str], chances: NDArray[np.float64], truth: Sequence[str]) -> float:
    best = np.argsort(-chances, axis=1, kind="stable")[:, :_BEST]
    hits = [label in {labels[column] for column in row} for row, label in zip(best, truth, strict=True)]
    return float(np.mean(hits))


def _brier(labels: Sequence[str], chances: NDArray[np.float64], truth: Sequence[str]) -> float:
    known = np.array([[label == column for column in labels] for label in truth], dtype=float)
    # A category that the model never met had no chance at all.
    unmet = np.array([label not in labels for label in truth], dtype=float)
    return float((((chances - known) ** 2).sum(axis=1) + unmet).mean())


def _coverage(sure: NDArray[np.float64], right: NDArray[np.bool_], inside: NDArray[np.bool_]) -> float:
    order = np.argsort(-sure, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    kept = np.flatnonzero(precision >= SURE_ENOUGH)
    return float(inside[order][: kept[-1] + 1].sum() / inside.sum()) if len(kept) else 0.0


def _strays(outlook: Outlook, inside: NDArray[np.bool_]) -> Strays:
    alone = ~outlook.decided[~inside]
    return Strays(float(alone.mean()), float(roc_auc_score(inside, outlook.sure)))

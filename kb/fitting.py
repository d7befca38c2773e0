"""Fits the few weights of the ranker to judged questions, drawn towards the weights there were before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.postings import Floats
from kb.ranker import FEATURES, OF_MEANING, Ranker

_LEAST_SPREAD = 0.01


@dataclass(frozen=True, eq=False)
class Seen:
    """One question's candidates: their features, which of them answer, and how much it counts."""

    features: Floats
    right: NDArray[np.bool_]
    answerable: bool
    weight: float = 1.0

    def top(self, ranker: Ranker) -> tuple[float, bool]:
        """The best chance, and whether that article answers."""
        if not len(self.right):
            return 0.0, False
        chances = ranker.chances(self.features)
        best = int(np.argmax(chances))
        return float(chances[best]), bool(self.right[best])

    def reciprocal_rank(self, ranker: Ranker) -> float:
        """One over the rank of the first article that answers, 0 beyond the tenth."""
        order = np.argsort(-ranker.chances(self.features), kind="stable")[:10]
        hits = np.flatnonzero(self.right[order])
        return 1 / (int(hits[0]) + 1) if len(hits) else 0.0


def columns(*, by_meaning: bool) -> NDArray[np.bool_]:
    """Which features may have a weight."""
    return np.array([by_meaning or name not in OF_MEANING for name in FEATURES])


def fit(
    seen: Sequence[Seen], *, by_meaning: bool, before: Ranker | None = None, strength: float = 1e-3
) -> Ranker:
    """The weights of a logistic combination, penalised for each step away from `before` (or from 0).

    `strength` is the penalty for a step of one standard deviation's worth of a feature, relative to the loss of an
    average question. The cut-off stays what it was; see `best_cutoff`.
    """
    # They take longest to load of everything here, and most processes never fit anything.
    from scipy.optimize import minimize
    from scipy.special import expit

    features = np.concatenate([one.features for one in seen]).astype(np.float64)
    right = np.concatenate([one.right for one in seen]).astype(np.float64)
    say = np.concatenate([np.full(len(one.right), one.weight) for one in seen])
    say = say / sum(one.weight for one in seen)
    free = columns(by_meaning=by_meaning)
    # What hardly varies tells nothing, and divided by next to nothing it would drown the rest.
    spread = np.where(free, np.maximum(features.std(axis=0), _LEAST_SPREAD), 1.0)
    start = np.zeros(len(FEATURES)) if before is None else before.weights.astype(np.float64) * spread
    start[~free] = 0
    first = np.append(start, -2.0 if before is None else before.bias)
    scaled = np.where(free, features / spread, 0.0)

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        score = scaled @ point[:-1] + point[-1]
        step = point - first
        off = say * (expit(score) - right)
        value = float(say @ np.logaddexp(0, score) - say @ (right * score)) + strength / 2 * float(
            step @ step
        )
        slope = np.append(scaled.T @ off, off.sum()) + strength * step
        slope[:-1][~free] = 0
        return value, slope

    found = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 2_000})
    weights = np.where(free, found.x[:-1] / spread, 0.0).astype(np.float32)
    return Ranker(weights, float(found.x[-1]), before.cutoff if before is not None else 0.5)


def log_loss(seen: Iterable[Seen], ranker: Ranker) -> float:
    """How badly the top chances were off, on average by how much each question counts; lower is better."""
    asked = list(seen)
    tops = [one.top(ranker) for one in asked]
    chances = np.clip([chance for chance, _ in tops], 1e-6, 1 - 1e-6)
    right = np.array([answers for _, answers in tops])
    off = -np.where(right, np.log(chances), np.log(1 - chances))
    return float(np.average(off, weights=[one.weight for one in asked]))


def best_cutoff(sets: Iterable[Sequence[Seen]], ranker: Ranker, *, false_show: float) -> float:
    """The lowest cut-off at which, on average over the sets, at most this share of what nothing answers is shown."""
    tops = [[one.top(ranker)[0] for one in seen if not one.answerable] for seen in sets]
    counted = [np.asarray(top) for top in tops if top]
    for hundredth in range(30, 95):
        cutoff = hundredth / 100
        if counted and np.mean([(top >= cutoff).mean() for top in counted]) <= false_show:
            return cutoff
    return 0.95

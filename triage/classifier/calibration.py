"""Turning scores into chances that can be believed, and finding the point below which silence is better."""

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.stats import beta as beta_distribution

from triage.classifier.folds import Unseen
from triage.classifier.pipeline import OUT, Calibration, Floats, Guesses, guesses_from, softmax, sureness

# How far the fitted signs are pulled towards nothing: a small set should not trust one of them blindly.
RIDGE = 1.0
# Trusting the plain share promises too much (measured: "95 %" gives 91 to 93), so the lower bound decides.
DOUBT = 0.10
# With fewer decisions than this above a floor, its precision is luck.
FEWEST_DECIDED = 20


def calibrate(unseen: Unseen, *, precision: float) -> Calibration:
    beta = temperature(unseen)
    guesses = guesses_from(unseen.values, unseen.nearest, classes=unseen.classes, beta=beta)
    right = was_right(guesses, unseen)
    intercept, odds, nearest = _weigh_signs(guesses.signs, right)
    fitted = Calibration(beta, intercept, odds, nearest, floor=0.0)
    floor = lowest_floor(sureness(guesses.signs, fitted), right, precision=precision)
    return Calibration(beta, intercept, odds, nearest, floor)


def temperature(unseen: Unseen) -> float:
    """The single factor under which the chances fit what really happened (least negative log-likelihood)."""
    column = {label: position for position, label in enumerate(unseen.classes)}
    truth = np.array([column[label] for label in unseen.truth])
    rows = np.arange(len(truth))

    def loss(log_beta: float) -> float:
        chances = softmax(np.exp(log_beta) * unseen.values)[rows, truth]
        return float(-np.log(np.clip(chances, 1e-12, 1)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3.0, 4.0), method="bounded").x))


def was_right(guesses: Guesses, unseen: Unseen) -> Floats:
    inside = [label for label in unseen.classes if label != OUT]
    best = guesses.chances.argmax(axis=1)
    return np.array(
        [inside[guess] == true for guess, true in zip(best, unseen.truth, strict=True)], dtype=float
    )


def lowest_floor(sure: Floats, right: Floats, *, precision: float) -> float:
    """The lowest floor that keeps the promise with some certainty, so that as much as possible is decided."""
    order = np.argsort(-sure, kind="stable")
    decided = np.arange(1, len(order) + 1)
    correct = np.cumsum(right[order])
    low = beta_distribution.ppf(DOUBT, np.maximum(correct, 1e-9), decided - correct + 1)
    kept = np.flatnonzero((low >= precision) & (decided >= min(FEWEST_DECIDED, len(order))))
    if len(kept) == 0:
        return 1.0
    return float(sure[order][kept[-1]])


def _weigh_signs(signs: Floats, right: Floats) -> tuple[float, float, float]:
    """A small logistic regression, its weights never negative: no sign of a good guess may count against it."""
    if right.min() == right.max():  # nothing to learn from: believe the chance as it is
        return 0.0, 1.0, 0.0
    centre, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-6
    scaled = (signs - centre) / spread
    target = 2 * right - 1

    def loss(weights: Floats) -> float:
        margins = target * (weights[0] + scaled @ weights[1:])
        return float(np.logaddexp(0, -margins).sum() + RIDGE * (weights[1:] ** 2).sum() / 2)

    bounds = [(None, None), (0, None), (0, None)]
    weights = minimize(loss, np.array([0.0, 1.0, 0.0]), bounds=bounds, method="L-BFGS-B").x
    per_sign = weights[1:] / spread
    intercept = float(weights[0] - centre @ per_sign)
    return intercept, float(per_sign[0]), float(per_sign[1])

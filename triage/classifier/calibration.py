"""Turning scores into chances that can be believed, and finding the point below which silence is better."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.stats import beta as beta_distribution

from triage.classifier.examples import OUT
from triage.classifier.folds import Unseen
from triage.classifier.linear import Floats
from triage.classifier.pipeline import Calibration, Guesses, guesses_from, signs_of, softmax, sureness

# How far the fitted signs are pulled towards nothing: a small set should not trust one of them blindly.
RIDGE = 1.0
# Trusting the plain share promises too much (measured: "95 %" gives 91 to 93), so the lower bound decides.
DOUBT = 0.10
# With fewer decisions than this above a floor, its precision is luck.
FEWEST_DECIDED = 20
# A category's own share of right decisions is read together with so many average ones: five decisions prove nothing.
_AVERAGE_ONES = 10
# So many right decisions may be given up so that questions of no category are left alone.
_GIVEN_UP_FOR_STRAYS = 0.05
# One question in so many belongs to no category, unless the labelled ones show that there are more.
_STRAYS_EXPECTED = 0.1


def calibrate(unseen: Unseen, *, precision: float) -> Calibration:
    blank = Calibration(_shares(unseen), 0.0, 1.0, (0.0,) * len(unseen.nearest), floor=0.0)
    guesses = guesses_from(unseen.heads, unseen.nearest, classes=unseen.classes, calibration=blank)
    right = was_right(guesses, unseen)
    strays, weight = _made_strays(unseen, blank)
    intercept, odds, nearest = _weigh_signs(guesses.signs, right, strays, weight)
    fitted = replace(blank, intercept=intercept, odds=odds, nearest=nearest)
    sure = sureness(guesses.signs, fitted)
    floor = max(
        lowest_floor(sure, right, precision=precision),
        _scope_floor(sure, right, unseen, sureness(strays, fitted)),
    )
    return replace(fitted, floor=floor, floors=_floors(guesses, sure, right, unseen, floor, precision))


def was_right(guesses: Guesses, unseen: Unseen) -> Floats:
    inside = _inside(unseen)
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


def _scope_floor(sure: Floats, right: Floats, unseen: Unseen, made: Floats) -> float:
    """Where leaving strays alone costs least: promised precision alone lets a desk with few strays decide them all."""
    real = sure[np.array([label == OUT for label in unseen.truth], dtype=bool)]
    strays, kept = np.sort(np.concatenate([real, made])), np.sort(sure[right == 1])
    if not len(strays) or not len(kept):
        return 0.0
    lost = np.arange(int(_GIVEN_UP_FOR_STRAYS * len(kept)) + 1)
    alone = np.searchsorted(strays, kept[lost], side="left") / len(strays)
    return float(kept[int(np.argmax(alone - lost / len(kept)))])


def _inside(unseen: Unseen) -> list[str]:
    return [label for label in unseen.classes if label != OUT]


def _shares(unseen: Unseen) -> tuple[float, ...]:
    """The factors, one a head: how they weigh beside each other, and then the temperature of their sum.

    The first by the quadratic score (Brier 1950), which asks who is right; likelihood alone, which asks above all that
    nothing be ruled out, leans on the head with the meekest errors (measured: up to a point of accuracy lost).
    """
    column = {label: position for position, label in enumerate(unseen.classes)}
    truth = np.array([column[label] for label in unseen.truth])
    beside = _beside_each_other(unseen.heads, truth) if len(unseen.heads) > 1 else np.ones(1)
    whole = np.asarray(sum(share * head for share, head in zip(beside, unseen.heads, strict=True)))
    rows = np.arange(len(truth))

    def loss(log_factor: float) -> float:
        chances = softmax(np.exp(log_factor) * whole)[rows, truth]
        return float(-np.log(np.clip(chances, 1e-12, 1)).mean())

    factor = float(np.exp(minimize_scalar(loss, bounds=(-4.0, 4.0), method="bounded").x))
    return tuple(float(factor * share) for share in beside)


def _beside_each_other(heads: Sequence[Floats], truth: NDArray[np.intp]) -> Floats:
    scale = np.array([max(1e-9, float(head.std())) for head in heads])
    heads = [head / size for head, size in zip(heads, scale, strict=True)]
    right = np.zeros(heads[0].shape)
    right[np.arange(len(truth)), truth] = 1

    def loss(shares: Floats) -> tuple[float, Floats]:
        chances = softmax(np.asarray(sum(share * head for share, head in zip(shares, heads, strict=True))))
        pull = chances * (chances - right)
        total = pull.sum(axis=1, keepdims=True)
        slopes = [2 * float(((pull - total * chances) * head).sum(axis=1).mean()) for head in heads]
        return float(((chances - right) ** 2).sum(axis=1).mean()), np.array(slopes)

    start = np.full(len(heads), 4.0 / len(heads))
    fitted = minimize(loss, start, jac=True, bounds=[(0.0, 100.0)] * len(heads), method="L-BFGS-B").x
    return np.asarray(fitted / scale) if fitted.any() else 1 / scale


def _made_strays(unseen: Unseen, blank: Calibration) -> tuple[Floats, float]:
    """Signs of messages that belong to no category, and the weight of each.

    Each labelled message is one for a desk that lacks its category: whatever is guessed then is wrong. They count as
    many as strays are expected beyond those that people labelled as such.
    """
    classes = np.array(unseen.classes)
    inside = np.array([label != OUT for label in unseen.truth])
    strays = int((~inside).sum())
    missing = max(0.0, _STRAYS_EXPECTED * len(inside) - strays)
    if not missing or len(classes) < 3:
        return np.zeros((0, 1 + len(unseen.nearest))), 0.0
    own = np.array(unseen.truth)[inside, None] == classes[None, :]
    heads = [np.where(own, -1e3, head[inside]) for head in unseen.heads]
    values = sum(share * head for share, head in zip(blank.shares, heads, strict=True))
    chances = softmax(np.asarray(values))[:, classes != OUT]
    signs = signs_of(chances, [nearest[inside] for nearest in unseen.nearest_others])
    return signs, missing / int(inside.sum())


def _weigh_signs(
    signs: Floats, right: Floats, strays: Floats, weight: float
) -> tuple[float, float, tuple[float, ...]]:
    """A small logistic regression, its weights never negative: no sign of a good guess may count against it."""
    others = signs.shape[1] - 1
    if right.min() == right.max() and not len(strays):  # nothing to learn from: believe the chance as it is
        return 0.0, 1.0, (0.0,) * others
    centre, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-6
    scaled = (np.vstack([signs, strays]) - centre) / spread
    target = np.concatenate([2 * right - 1, -np.ones(len(strays))])
    counts = np.concatenate([np.ones(len(signs)), np.full(len(strays), weight)])

    def loss(weights: Floats) -> tuple[float, Floats]:
        margins = target * (weights[0] + scaled @ weights[1:])
        pull = -counts * target / (1 + np.exp(np.clip(margins, -30, 30)))
        slope = np.concatenate([[pull.sum()], pull @ scaled + RIDGE * weights[1:]])
        return float((counts * np.logaddexp(0, -margins)).sum() + RIDGE * (weights[1:] ** 2).sum() / 2), slope

    bounds = [(None, None), *[(0, None)] * signs.shape[1]]
    start = np.array([0.0, 1.0, *[0.0] * others])
    weights = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    per_sign = weights[1:] / spread
    intercept = float(weights[0] - centre @ per_sign)
    return intercept, float(per_sign[0]), tuple(float(one) for one in per_sign[1:])


def _floors(
    guesses: Guesses, sure: Floats, right: Floats, unseen: Unseen, floor: float, precision: float
) -> dict[str, float]:
    """Of the categories whose decisions above the common floor fall short: where they keep the promise, if anywhere."""
    best = guesses.chances.argmax(axis=1)
    decided = sure >= floor
    average = float(right[decided].mean()) if decided.any() else precision
    floors = {}
    for column, label in enumerate(_inside(unseen)):
        mine = decided & (best == column)
        own = _own_floor(sure[mine], right[mine], average=average, precision=precision)
        if own is not None:
            floors[label] = own
    return floors


def _own_floor(sure: Floats, right: Floats, *, average: float, precision: float) -> float | None:
    """None where the common floor does; one above any sureness where the promise is kept nowhere."""
    order = np.argsort(-sure, kind="stable")
    decided = np.arange(1, len(order) + 1)
    share = (np.cumsum(right[order]) + _AVERAGE_ONES * average) / (decided + _AVERAGE_ONES)
    if not len(order) or share[-1] >= precision:
        return None
    kept = np.flatnonzero(share >= precision)
    return float(sure[order][kept[-1]]) if len(kept) else 1.01

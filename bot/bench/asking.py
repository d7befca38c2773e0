"""How many labels the review saves: what teaches most is asked first, beside asking at random."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.bench.bad_batches import Row
from triage.classifier.examples import Category, Example
from triage.classifier.predict import Classifier
from triage.classifier.training import train
from triage.learning.asking import ask_first, likeness_of

_LOOKED_AT = 3_000  # of what is unlabelled, at each step


@dataclass(frozen=True)
class Plan:
    """So many labels to begin with, so many more at each step, and what the models are judged on."""

    begin: int = 200
    step: int = 100
    steps: int = 8
    judged: int = 1_000

    @property
    def labels(self) -> list[int]:
        return [self.begin + self.step * number for number in range(self.steps + 1)]

    @property
    def needed(self) -> int:
        return self.judged + 2 * self.labels[-1]


PLAN, QUICK_PLAN = Plan(), Plan(begin=100, step=60, steps=3, judged=400)


@dataclass(frozen=True)
class Curve:
    """Accuracy and macro-F1 at each number of labels, the mean of all rounds."""

    accuracy: tuple[float, ...]
    macro_f1: tuple[float, ...]


@dataclass(frozen=True)
class Saved:
    plan: Plan
    asked: Curve
    at_random: Curve

    @property
    def labels_saved(self) -> float:
        """The share of labels that asking first needs fewer for the accuracy that random reaches in the end."""
        return saved(self.plan.labels, self.asked.accuracy, self.at_random.accuracy)

    @property
    def labels_saved_f1(self) -> float:
        return saved(self.plan.labels, self.asked.macro_f1, self.at_random.macro_f1)


def saved(labels: Sequence[int], asked: Sequence[float], at_random: Sequence[float]) -> float:
    """Where asking first never gets as far, it saves nothing."""
    wanted = at_random[-1]
    best = np.maximum.accumulate(asked)
    if best[-1] < wanted:
        return 0.0
    return 1 - float(np.interp(wanted, best, labels)) / labels[-1]


def measure(
    rows: Sequence[Row],
    plan: Plan,
    *,
    rounds: int,
    seed: int,
    progress: Callable[[], None] = lambda: None,
) -> Saved:
    """`progress` is called after each training."""
    labels = sorted({row.label for row in rows})
    categories = tuple(Category(label, label.replace("_", " "), "") for label in labels)
    curves: dict[bool, list[list[tuple[float, float]]]] = {True: [], False: []}
    for number in range(rounds):
        mixed = random.Random(seed + number).sample(list(rows), len(rows))
        judged, pool = mixed[: plan.judged], mixed[plan.judged :]
        for first in (True, False):
            curves[first].append(
                _one(pool, judged, categories, plan, first=first, seed=seed + number, progress=progress)
            )
    return Saved(plan, _mean(curves[True]), _mean(curves[False]))


def _one(
    pool: Sequence[Row],
    judged: Sequence[Row],
    categories: Sequence[Category],
    plan: Plan,
    *,
    first: bool,
    seed: int,
    progress: Callable[[], None],
) -> list[tuple[float, float]]:
    known, rest = list(pool[: plan.begin]), list(pool[plan.begin :])
    points = []
    for step in range(plan.steps + 1):
        examples = [Example(row.text, row.label) for row in known]
        classifier = Classifier(train(examples, categories), "measured")
        points.append(_figures(classifier, judged))
        progress()
        chosen = _chosen(classifier, rest[:_LOOKED_AT], plan.step, seed + step) if first else range(plan.step)
        wanted = set(chosen)
        known += [row for place, row in enumerate(rest) if place in wanted]
        rest = [row for place, row in enumerate(rest) if place not in wanted]
    return points


def _chosen(classifier: Classifier, rest: Sequence[Row], count: int, seed: int) -> tuple[int, ...]:
    texts = [row.text for row in rest]
    return ask_first(classifier.look(texts), likeness_of(texts), count=count, seed=seed)


def _figures(classifier: Classifier, judged: Sequence[Row]) -> tuple[float, float]:
    best = classifier.look([row.text for row in judged]).best
    labels = sorted({row.label for row in judged})
    right = [guess == row.label for guess, row in zip(best, judged, strict=True)]
    f1 = []
    for label in labels:
        hits = sum(one and row.label == label for one, row in zip(right, judged, strict=True))
        said, there = sum(guess == label for guess in best), sum(row.label == label for row in judged)
        f1.append(2 * hits / max(1, said + there))
    return sum(right) / len(right), sum(f1) / len(f1)


def _mean(curves: Sequence[Sequence[tuple[float, float]]]) -> Curve:
    both = np.array(curves).mean(axis=0)
    return Curve(tuple(both[:, 0].tolist()), tuple(both[:, 1].tolist()))

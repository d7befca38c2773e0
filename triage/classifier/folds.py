"""Judging each message by a model that has not seen it: the honest ground for chances and floors."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.classifier.pipeline import Floats

FEW_MESSAGES = 3_000

Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Unseen:
    """What models that had not seen them said of messages, with what they really were."""

    values: Floats  # decision values, messages × classes
    nearest: Floats
    classes: list[str]
    truth: list[str]


def splits(labels: Sequence[str], *, seed: int) -> Iterator[tuple[Positions, Positions]]:
    """(learn from, judge) for each fold. With few messages five folds, so that each model misses little."""
    folds = _dealt(labels, 5 if len(labels) < FEW_MESSAGES else 3, seed=seed)
    for fold in sorted(set(folds.tolist())):
        yield np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)


def _dealt(labels: Sequence[str], count: int, *, seed: int) -> NDArray[np.intp]:
    """Each label dealt evenly over the folds like cards."""
    by_label: dict[str, list[int]] = defaultdict(list)
    for position, label in enumerate(labels):
        by_label[label].append(position)
    shuffler = random.Random(seed)
    folds = np.zeros(len(labels), dtype=np.intp)
    dealt = 0
    for label in sorted(by_label):
        positions = by_label[label]
        shuffler.shuffle(positions)
        for position in positions:
            folds[position] = dealt % count
            dealt += 1
    return folds

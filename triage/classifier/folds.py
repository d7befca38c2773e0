"""Judging each message by a model that has not seen it: the honest ground for chances and floors."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.classifier.linear import Floats

FEW_MESSAGES = 3_000

Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Unseen:
    """What models that had not seen them said of messages, with what they really were.

    `heads` are decision values, messages × classes, one array a head; `nearest` the cosine to the most alike message
    elsewhere, one array a way of reading; `nearest_others` the same among messages of other categories.
    """

    heads: tuple[Floats, ...]
    nearest: tuple[Floats, ...]
    nearest_others: tuple[Floats, ...]
    classes: tuple[str, ...]
    truth: tuple[str, ...]


def deal(labels: Sequence[str], *, seed: int) -> list[Positions]:
    """The messages of each fold. With few messages five folds, so that each model misses little."""
    folds = _dealt(labels, 5 if len(labels) < FEW_MESSAGES else 3, seed=seed)
    return [np.flatnonzero(folds == fold) for fold in sorted(set(folds.tolist()))]


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

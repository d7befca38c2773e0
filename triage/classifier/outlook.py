"""What a model thinks of many messages at once: the ground for reports, gates and label checks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.vocabulary import Urgency


@dataclass(frozen=True)
class Outlook:
    """One row a message, in their order.

    `chances` are calibrated, messages × labels, and sum to less than one where "no category" takes its share.
    `sure` is the chance that the best guess is right at all, also for what belongs to no category; where it
    reaches the model's floor the model decides. Without a model there are no labels, and nothing is decided.
    """

    labels: tuple[str, ...]
    chances: NDArray[np.float64]
    sure: NDArray[np.float64]
    decided: NDArray[np.bool_]
    urgencies: tuple[Urgency, ...]

    def __len__(self) -> int:
        return len(self.sure)

    @property
    def best(self) -> tuple[str | None, ...]:
        """The best guess of each, decided or not."""
        if not self.labels:
            return (None,) * len(self)
        return tuple(self.labels[column] for column in self.chances.argmax(axis=1))

    def of(self, rows: Sequence[int]) -> "Outlook":
        """Some of the messages, in the order of `rows`."""
        at = np.array(rows, dtype=np.int64)
        urgencies = tuple(self.urgencies[row] for row in rows)
        return Outlook(self.labels, self.chances[at], self.sure[at], self.decided[at], urgencies)


def silence(urgencies: Sequence[Urgency]) -> Outlook:
    """What rules alone can say: nothing about categories."""
    nothing = np.zeros(len(urgencies))
    return Outlook((), np.zeros((len(urgencies), 0)), nothing, nothing.astype(bool), tuple(urgencies))


def together(parts: Sequence[Outlook], labels: tuple[str, ...]) -> Outlook:
    """One outlook of several that follow each other, by the same model."""
    if not parts:
        return Outlook(labels, np.zeros((0, len(labels))), np.zeros(0), np.zeros(0, dtype=bool), ())
    return Outlook(
        labels,
        np.vstack([part.chances for part in parts]),
        np.concatenate([part.sure for part in parts]),
        np.concatenate([part.decided for part in parts]),
        tuple(urgency for part in parts for urgency in part.urgencies),
    )

"""Two models' guesses about the same messages beside what people said, as numbers that can be counted quickly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.classifier.outlook import Outlook

NONE = -1  # no category: said by people, or by a model that keeps quiet
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Guesses:
    """What one model says of each message; a category it decided on, or the one it thinks likeliest."""

    guess: Codes
    decided: NDArray[np.bool_]
    sure: NDArray[np.float64]


@dataclass(frozen=True)
class SideBySide:
    """`labels` are all categories that anybody named; `truth` and guesses count in them."""

    labels: tuple[str, ...]
    truth: Codes
    before: Guesses
    after: Guesses

    def __len__(self) -> int:
        return len(self.truth)

    def right(self, model: Guesses) -> NDArray[np.bool_]:
        return np.equal(model.guess, self.truth)

    def per_label(self, chosen: Codes, among: NDArray[np.bool_]) -> Codes:
        """How often each category stands in `chosen`, of the rows `among`."""
        kept = chosen[among & (chosen != NONE)]
        return np.bincount(kept, minlength=len(self.labels)).astype(np.int64)


def side_by_side(champion: Outlook, challenger: Outlook, truth: Sequence[str | None]) -> SideBySide:
    if not len(champion) == len(challenger) == len(truth):
        raise ValueError(
            f"{len(champion)}, {len(challenger)} and {len(truth)} messages are not the same ones"
        )
    labels = tuple(sorted({*champion.labels, *challenger.labels, *(said for said in truth if said)}))
    column = {label: place for place, label in enumerate(labels)}
    said = np.array([NONE if one is None else column[one] for one in truth], dtype=np.int64)
    return SideBySide(labels, said, _guesses(champion, column, said), _guesses(challenger, column, said))


def _guesses(outlook: Outlook, column: dict[str, int], truth: Codes) -> Guesses:
    best = np.array([NONE if one is None else column[one] for one in outlook.best], dtype=np.int64)
    # Of a message that belongs to no category all that counts is whether the model kept quiet.
    quiet = (truth == NONE) & ~outlook.decided
    return Guesses(np.where(quiet, NONE, best), outlook.decided, outlook.sure)

"""Before anything is switched on: what share of a desk's messages could be decided, judged on its newest ones. Pure.

Every message is judged by a model that learned from older ones only. With few messages that is done in steps, each
learning from all before it, because the newest part alone would be too small to tell anything.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta as beta_distribution

from triage.classifier.calibration import DOUBT, lowest_floor
from triage.classifier.errors import CannotTrain, TooFewExamples
from triage.classifier.examples import Category
from triage.classifier.predict import Classifier
from triage.classifier.reader import Reader, RememberingReader
from triage.classifier.training import DEFAULT, FEWEST_EXAMPLES, Settings, train
from triage.learning.fit_advice import CategoryFit, FitCheck, advice, kind_of
from triage.learning.labelled import LabelledMessage

Progress = Callable[[int, int, str], None]

# The newest ones; more would take long and tell the same.
MOST = 8_000
# So many in the newest fifth tell enough; below, the last three fifths are judged, one after the other.
_ENOUGH = 300
_CUTS = (0.4, 0.6, 0.8, 1.0)


class NothingNew(CannotTrain):
    """A model that knows the older messages by heart would know the newer ones too: that tells nothing."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} newer messages are all near-copies of older ones")


@dataclass(frozen=True)
class _Judged:
    """Messages with what a model that had not seen them, nor anything newer, made of them."""

    messages: tuple[LabelledMessage, ...]
    twins: int  # near-twins of older ones, which were not judged
    best: tuple[str | None, ...]
    sure: NDArray[np.float64]
    decided: NDArray[np.bool_]

    @property
    def right(self) -> NDArray[np.float64]:
        pairs = zip(self.best, self.messages, strict=True)
        return np.array([message.category == guess is not None for guess, message in pairs], dtype=float)


def fit_check(
    messages: Sequence[LabelledMessage],
    categories: Sequence[Category],
    *,
    encoder: Reader | None = None,
    settings: Settings = DEFAULT,
    progress: Progress | None = None,
) -> FitCheck:
    """`messages` are oldest first, with their families. Raises `CannotTrain` where there is too little to learn."""
    looked_at = messages[-MOST:]
    if len(looked_at) < FEWEST_EXAMPLES:
        raise TooFewExamples(len(looked_at), FEWEST_EXAMPLES)
    reader = RememberingReader(encoder) if encoder is not None else None
    judged = _judged(looked_at, categories, reader, settings, progress or _silent)
    right = judged.right
    floor = lowest_floor(judged.sure, right, precision=settings.precision)
    could = judged.sure >= floor
    share, share_low = _share(could)
    precision, precision_low = _share(right[could])
    made = FitCheck(
        messages=len(messages),
        looked_at=len(looked_at),
        judged=len(judged.messages),
        twins=judged.twins,
        audited=sum(message.standing >= 2 for message in judged.messages),
        target=settings.precision,
        accuracy=_share(right)[0],
        share=share,
        share_low=share_low,
        precision=precision,
        precision_low=precision_low,
        own_share=_share(judged.decided)[0],
        own_precision=_share(right[judged.decided])[0],
        categories=_by_category(looked_at, judged, could),
    )
    return replace(made, advice=advice(made))


def _judged(
    messages: Sequence[LabelledMessage],
    categories: Sequence[Category],
    encoder: Reader | None,
    settings: Settings,
    progress: Progress,
) -> _Judged:
    steps = _steps(messages)
    parts, trouble = [], None
    for number, (start, end) in enumerate(steps):
        progress(number, len(steps), "Learning from the older ones")
        unseen = _unseen(messages, start, end)
        try:
            learned = [message.as_example() for message in messages[:start]]
            model = train(learned, categories, settings=settings, encoder=encoder)
        except CannotTrain as cannot:  # the oldest part may be too small, or of one category
            trouble = cannot
            continue
        outlook = Classifier(model, "fit-check", encoder=encoder).look([message.text for message in unseen])
        parts.append(_Judged(unseen, end - start - len(unseen), outlook.best, outlook.sure, outlook.decided))
    progress(len(steps), len(steps), "Judged")
    if not any(part.messages for part in parts):
        raise trouble or NothingNew(sum(part.twins for part in parts))
    return _Judged(
        tuple(message for part in parts for message in part.messages),
        sum(part.twins for part in parts),
        tuple(guess for part in parts for guess in part.best),
        np.concatenate([part.sure for part in parts]),
        np.concatenate([part.decided for part in parts]),
    )


def _steps(messages: Sequence[LabelledMessage]) -> list[tuple[int, int]]:
    """Learn from everything before the first position, judge from there to the second."""
    cuts = [int(len(messages) * cut) for cut in _CUTS]
    if cuts[-1] - cuts[-2] >= _ENOUGH:
        return [(cuts[-2], cuts[-1])]
    return list(pairwise(cuts))


def _unseen(messages: Sequence[LabelledMessage], start: int, end: int) -> tuple[LabelledMessage, ...]:
    """Without those whose near-twin is older: to know these again is no feat."""
    known = {message.family for message in messages[:start]}
    return tuple(message for message in messages[start:end] if message.family not in known)


def _by_category(
    messages: Iterable[LabelledMessage], judged: _Judged, could: NDArray[np.bool_]
) -> tuple[CategoryFit, ...]:
    """The largest first."""
    counts = Counter(message.category for message in messages if message.category is not None)
    truth = np.array([message.category or "" for message in judged.messages])
    best = np.array([guess or "" for guess in judged.best])
    made = []
    for category, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        of_it = truth == category
        wrong = Counter(best[of_it & (best != category)].tolist())
        other, times = wrong.most_common(1)[0] if wrong else ("", 0)
        fit = CategoryFit(
            category=category,
            messages=count,
            judged=int(of_it.sum()),
            found=_share(best[of_it] == category)[0],
            share=_share(could[of_it])[0],
            precision=_share((truth == category)[could & (best == category)])[0],
            confused_with=other or None,
            confused=times,
        )
        made.append(replace(fit, kind=kind_of(fit)))
    return tuple(made)


def _share(yes: NDArray[np.bool_] | NDArray[np.float64]) -> tuple[float, float]:
    """How many of them are, and how many at least, but for one time in ten."""
    if len(yes) == 0:
        return 0.0, 0.0
    hits = float(yes.sum())
    low = float(beta_distribution.ppf(DOUBT, hits, len(yes) - hits + 1)) if hits else 0.0
    return hits / len(yes), low


def _silent(_done: int, _total: int, _what: str) -> None:
    return

"""The learning curve: how good a model is when it learns from only a part, and so what more labels may bring. Pure."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from triage.classifier.errors import CannotTrain
from triage.classifier.outlook import Outlook
from triage.learning.report import CurvePoint, Judged, report

SHARES = (0.10, 0.25, 0.50, 0.75, 1.00)

Message = TypeVar("Message", bound=Judged)


def learning_curve(
    learn: Sequence[Message],
    judge: Sequence[Message],
    train_and_look: Callable[[Sequence[Message]], Outlook],
    *,
    seed: int,
    shares: Sequence[float] = SHARES,
    whole: Outlook | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[CurvePoint, ...]:
    """`train_and_look` learns from a part and says what it thinks of `judge`. `whole` is the outlook of the model that
    learned from everything, where there is one already. A part too small to learn from is left out.
    """
    order = random.Random(seed).sample(range(len(learn)), len(learn))
    points = []
    for done, share in enumerate(shares, 1):
        part = [learn[row] for row in sorted(order[: round(share * len(learn))])]
        try:
            outlook = whole if whole is not None and share == 1.0 else train_and_look(part)
        except CannotTrain:
            outlook = None
        if outlook is not None:
            judged = report(outlook, judge)
            points.append(CurvePoint(len(part), judged.accuracy, judged.macro_f1))
        if progress:
            progress(done)
    return tuple(points)

"""Made-up outlooks: what a model of known quality would think of messages whose truth is known."""

import random
from collections.abc import Sequence

import numpy as np

from triage.classifier.outlook import Outlook
from triage.vocabulary import Urgency


def outlook_of(
    truth: Sequence[str | None],
    labels: Sequence[str],
    *,
    wrong: float = 0.1,
    sure: float | None = None,
    seed: int = 1,
    urgencies: Sequence[Urgency] = (),
    right_at: Sequence[bool] | None = None,
) -> Outlook:
    """Wrong in so many of its guesses, and honest about it unless `sure` says otherwise."""
    drawn = random.Random(seed)
    believed = 1 - wrong if sure is None else sure
    chances = np.zeros((len(truth), len(labels)))
    outside = np.zeros(len(truth), dtype=bool)
    for i, said in enumerate(truth):
        right = drawn.random() >= wrong if right_at is None else right_at[i]
        outside[i] = said is None
        others = [label for label in labels if label != said]
        guess = said if right and said in labels else drawn.choice(others)
        chances[i] = (1 - believed) / max(1, len(labels) - 1)
        chances[i, list(labels).index(str(guess))] = believed
        if outside[i]:
            chances[i] *= 0.3
    top = chances.max(axis=1)
    return Outlook(
        labels=tuple(labels),
        chances=chances,
        sure=top,
        decided=top >= 0.5,
        urgencies=tuple(urgencies) or (Urgency.MEDIUM,) * len(truth),
    )


def messages_of(labels: Sequence[str], count: int, *, seed: int = 3) -> list[str]:
    drawn = random.Random(seed)
    return [drawn.choice(list(labels)) for _ in range(count)]

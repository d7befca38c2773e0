"""Which words moved the model towards its guess: linear weights, carried back to what the person wrote."""

import re

import numpy as np
from numpy.typing import NDArray

from triage.classifier.linear import Linear, Row
from triage.classifier.ngrams import Ngrams

MOST_WORDS = 6
# A word that moved less than this share of the strongest one is noise, not a reason.
LEAST_SHARE = 0.15
# These carry the sentence, not the matter; naming them would explain nothing. “Nobody” and
# “again” are none: they tell how bad it is.
FILLERS = frozenset(
    """
    a about actually after all already also although an and another any anyway are as at be because been
    before being besides both but by can can't cannot could did didn't do does doesn't don't during each
    either else even ever few for from furthermore get gets getting got had has hasn't have haven't
    having he hello hence her here hey hi him his how however i i'd i'll i'm i've if in instead into is
    isn't it it's its itself just keeps let maybe me meanwhile mine more moreover much must my myself
    neither no nor not now of off often on once one only or other otherwise our ours out over perhaps
    please quite rather really same she should since so some somebody someone something somewhere still
    such than thank thanks that that's the their them then there therefore these they they're they've
    this those though through thus till to too under unless until up upon us very was wasn't we we'll
    we're we've were what what's whatever when whenever where whereas wherever whether which while who
    whoever whose why will with within without won't would wouldn't yes yet you you're your yours
    """.split()  # noqa: SIM905 (a list of words is easier to read than a hundred quotes)
)

_WORD = re.compile(r"\w+(?:['’.\-]\w+)*")


def moving_words(
    ngrams: Ngrams, linear: Linear, text: str, row: Row, label: str
) -> tuple[tuple[str, float], ...]:
    """The asker's words with their weight towards `label`, strongest first; only those that speak for it."""
    pushes = _pushes(linear, row, label)
    weights: dict[str, float] = {}
    for word in _WORD.findall(text.lower()):
        if word not in FILLERS and word not in weights:
            weights[word] = sum(pushes.get(part, 0.0) for part in ngrams.columns_of(word))
    strongest = max(weights.values(), default=0.0)
    telling = [
        (word, weight) for word, weight in weights.items() if weight > max(0.0, LEAST_SHARE * strongest)
    ]
    return tuple(sorted(telling, key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS])


def _pushes(linear: Linear, row: Row, label: str) -> dict[int, float]:
    """For each n-gram of the message: how much more it speaks for `label` than for the other categories."""
    column, here = linear.column(label), linear.weights[row.at]
    contrast: NDArray[np.float32] = here[:, column]
    if (others := here.shape[1] - 1) > 0:
        contrast = contrast - (here.sum(axis=1) - contrast) / others
    return dict(zip(row.at.tolist(), (contrast * row.weights).tolist(), strict=True))

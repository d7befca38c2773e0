"""What to ask people about first: the messages whose labels teach most.

The smallest margin between the two best guesses, and not ten times the same: of messages that are alike one is asked.
A fifth is drawn at random, which costs nothing (measured) and shows what the model does not know that it does not know.
"""

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from triage.classifier.outlook import Outlook

RANDOM_SHARE = 0.2
# So many times what is asked for are looked at, the least certain first.
_POOL = 5
# How much being like something asked already counts against a message; measured, more or less of it changes little.
_ALIKE = 1.0

_words = HashingVectorizer(ngram_range=(1, 2), n_features=2**18, alternate_sign=False, norm="l2")


def likeness_of(texts: Sequence[str]) -> csr_matrix:
    """Rows whose products say how alike two messages are, from nothing in common (0) to the same words (1)."""
    return csr_matrix(_words.transform(texts))


def margins(outlook: Outlook) -> NDArray[np.float64]:
    """How far the best guess is ahead of the next; without a model nothing is ahead of anything."""
    if len(outlook.labels) < 2:
        return np.zeros(len(outlook))
    two = np.partition(outlook.chances, -2, axis=1)[:, -2:]
    return np.asarray(two[:, 1] - two[:, 0])


def ask_first(outlook: Outlook, vectors: csr_matrix, *, count: int, seed: int = 7) -> tuple[int, ...]:
    """Positions of at most `count` messages, in the order in which to ask. The same every time for a seed."""
    total = len(outlook)
    count = min(count, total)
    at_random = round(RANDOM_SHARE * count)
    taught = _uncertain(margins(outlook), vectors, count - at_random)
    rest = sorted(set(range(total)) - set(taught))
    drawn = random.Random(seed).sample(rest, count - len(taught))
    return tuple(_mixed(taught, drawn))


def _uncertain(margin: NDArray[np.float64], vectors: csr_matrix, count: int) -> list[int]:
    """One after the other: uncertain, and unlike those before."""
    pool = np.argsort(margin, kind="stable")[: _POOL * count]
    near, kept, left = vectors[pool], margin[pool], np.ones(len(pool), dtype=bool)
    alike = np.zeros(len(pool))
    chosen: list[int] = []
    while len(chosen) < min(count, len(pool)):
        worth = np.where(left, (1 - kept) - _ALIKE * alike, -np.inf)
        best = int(worth.argmax())
        chosen.append(int(pool[best]))
        left[best] = False
        alike = np.maximum(alike, (near @ near[best].T).toarray().ravel())
    return chosen


def _mixed(taught: list[int], drawn: list[int]) -> list[int]:
    """Every fifth is one that was drawn, so that stopping early still has some of both."""
    every = round(1 / RANDOM_SHARE)
    mixed, drawn = list(taught), list(drawn)
    for number, one in enumerate(drawn):
        mixed.insert(min((number + 1) * every - 1, len(mixed)), one)
    return mixed

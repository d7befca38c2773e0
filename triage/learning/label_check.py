"""New labels in the eyes of the previous champion: which look doubtful, and whether a whole batch went wrong.

The champion was taught by other hands and cannot have learned this batch's mistakes. (Measured: a model trained on the
batch itself sees a systematic mistake as the truth.) A doubtful label is asked about again, never dropped: without the
hard cases a model gets worse.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from triage.classifier.outlook import Outlook

_NO_CATEGORY = None
# Fewer labels tell nothing about the hand that gave them.
FEWEST = 20


@dataclass(frozen=True)
class Doubt:
    """`position` in the batch; `chance` is what the champion gives the label that was said."""

    position: int
    said: str | None
    thought: str
    chance: float
    doubt: float


class Kind(StrEnum):
    MANY = "many"  # labels differ all over
    PAIR = "pair"  # two categories are taken for each other
    ONE_CATEGORY = "one_category"  # one category was given to what belongs elsewhere


@dataclass(frozen=True)
class Trouble:
    """A batch to look at before anything is learned from it. `differing` of `looked_at`, `expected` would be usual."""

    kind: Kind
    sentence: str
    looked_at: int
    differing: int
    expected: float
    categories: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "kind": self.kind.value, "categories": list(self.categories)}


@dataclass(frozen=True)
class Limits:
    """Chosen by simulation (`evenhand bench gate`)."""

    # A desk changes between the champion's training and the batch; so much more than its chances say is no alarm.
    slack: float = 1.15
    slack_share: float = 0.03
    luck: float = 1e-3
    # For each category and each pair of them; there are many, and one always looks unlucky.
    luck_in_all: float = 1e-4
    fewest_in_pair: int = 6
    share_of_category: float = 0.25


DEFAULT = Limits()


@dataclass(frozen=True)
class Usual:
    """How often the champion differs from labels it never saw, beside how often its own chances say it would."""

    differing: int
    expected: float

    @property
    def factor(self) -> float:
        """More than one where it is surer than it should be; pulled towards one where little was seen."""
        return max(1.0, (self.differing + 5) / (self.expected + 5))


def doubts(champion: Outlook, labels: Sequence[str | None]) -> tuple[Doubt, ...]:
    """Labels that the champion would not have given, worst first. A category it does not know is no reason to doubt."""
    chances, known = _chances_of(champion, labels)
    if not champion.labels:
        return ()
    column = {label: place for place, label in enumerate(champion.labels)}
    top, likeliest = champion.chances.argmax(axis=1), champion.chances.max(axis=1)
    found = [
        Doubt(
            i,
            labels[i],
            champion.labels[top[i]],
            float(chances[i]),
            float(likeliest[i] - chances[i]),
        )
        for i in np.flatnonzero(known).tolist()
        if likeliest[i] > chances[i] and column.get(labels[i] or "") != top[i]
    ]
    return tuple(sorted(found, key=lambda doubt: (-doubt.doubt, doubt.position)))


def usual(
    champion: Outlook, labels: Sequence[str | None], *, categories: Collection[str] | None = None
) -> Usual:
    """From labels that the champion was not trained on and that somebody looked at; `categories` are today's."""
    view = _view(champion, labels, categories)
    return Usual(int(view.differs.sum()), float(view.expected.sum()))


def batch_trouble(
    champion: Outlook,
    labels: Sequence[str | None],
    *,
    earlier: Usual | None = None,
    categories: Collection[str] | None = None,
    names: Mapping[str, str] | None = None,
    limits: Limits = DEFAULT,
) -> Trouble | None:
    """The most telling thing that is wrong with a batch; None for a batch to learn from.

    A mediocre champion differs often and says so in its chances, which is why it is compared with what it expects of
    itself; `earlier` corrects a champion that is too sure. Messages of a category it does not know are left out, and
    so is what it thinks of a category that is not among today's `categories`.
    """
    view = _view(champion, labels, categories, names or {})
    if len(view.differs) < FEWEST:
        return None
    factor = limits.slack * (earlier.factor if earlier else 1.0)
    narrow = [one for one in (_pair(view, factor, limits), _one_category(view, factor, limits)) if one]
    # Labels that are wrong all over also look wrong in some category; it is named if it explains most of it.
    most = (float(view.differs.sum()) - float(view.expected.sum())) / 2
    telling = [one for one in narrow if one.differing - one.expected >= most]
    return next(iter(telling), None) or _many(view, factor, limits) or next(iter(narrow), None)


@dataclass(frozen=True)
class _View:
    """Labels that can be compared. `likely` is the champion's chances of each category for each message."""

    labels: tuple[str, ...]
    said: NDArray[np.int64]
    thought: NDArray[np.int64]
    differs: NDArray[np.bool_]
    expected: NDArray[np.float64]  # chance that even a right label differs
    likely: NDArray[np.float64]
    names: Mapping[str, str] = field(default_factory=dict)

    def named(self, place: int) -> str:
        return self.names.get(self.labels[place], self.labels[place])


def _view(
    champion: Outlook,
    labels: Sequence[str | None],
    categories: Collection[str] | None = None,
    names: Mapping[str, str] | None = None,
) -> _View:
    there = [i for i, label in enumerate(champion.labels) if categories is None or label in categories]
    left = tuple(champion.labels[i] for i in there)
    column = {label: place for place, label in enumerate(left)}
    said = np.array([column.get(label or "", -1) for label in labels], dtype=np.int64)
    kept = said >= 0
    likely = champion.chances[kept][:, there]
    # Somebody said that it belongs to a category, so what is left for "none" is shared out.
    likely = likely / np.maximum(likely.sum(axis=1, keepdims=True), 1e-9) if len(likely) else likely
    thought = likely.argmax(axis=1) if len(likely) else np.zeros(0, dtype=np.int64)
    sure = likely.max(axis=1) if len(likely) else np.zeros(0)
    return _View(left, said[kept], thought, said[kept] != thought, 1 - sure, likely, names or {})


def _many(view: _View, factor: float, limits: Limits) -> Trouble | None:
    differing, count = int(view.differs.sum()), len(view.differs)
    expected = float(view.expected.sum())
    allowed = factor * expected + limits.slack_share * count
    if poisson.sf(differing - 1, allowed) > limits.luck:
        return None
    sentence = (
        f"{differing} of {count} new labels differ from what the present model would say, "
        f"where about {expected:.0f} would be usual."
    )
    return Trouble(Kind.MANY, sentence, count, differing, expected)


def _pair(view: _View, factor: float, limits: Limits) -> Trouble | None:
    """Two categories taken for each other, in both directions; the pair that is least like luck."""
    size = len(view.labels)
    seen = _table(view.said, view.thought, size)
    # Of what it thinks to be A, so much will rightly be said to be B.
    due = np.zeros((size, size))
    np.add.at(due.T, view.thought, view.likely)
    given, thought = seen.sum(axis=1), seen.sum(axis=0)
    tried = max(1, size * (size - 1) // 2)
    worst: tuple[float, Trouble] | None = None
    for a, b in zip(*np.nonzero(np.triu(seen + seen.T, 1) >= limits.fewest_in_pair), strict=True):
        there, back = int(seen[a, b]), int(seen[b, a])
        expected = float(due[a, b] + due[b, a])
        both = min(there / max(1, thought[b]), back / max(1, thought[a]))
        if both < limits.share_of_category:
            continue
        luck = float(
            poisson.logsf(
                there + back - 1, factor * expected + limits.slack_share * (thought[a] + thought[b])
            )
        )
        if luck > log(limits.luck_in_all / tried) or (worst and worst[0] <= luck):
            continue
        worst = luck, _swapped(view, int(a), int(b), there + back, expected, int(given[a] + given[b]))
    return worst[1] if worst else None


def _swapped(view: _View, a: int, b: int, differing: int, expected: float, count: int) -> Trouble:
    sentence = (
        f"{differing} of {count} new labels “{view.named(a)}” and “{view.named(b)}” look as if the two had been "
        f"mixed up; about {expected:.0f} would be usual."
    )
    return Trouble(Kind.PAIR, sentence, count, differing, expected, (view.labels[a], view.labels[b]))


def _one_category(view: _View, factor: float, limits: Limits) -> Trouble | None:
    """A category that was given to much which the champion is sure belongs elsewhere."""
    size = len(view.labels)
    seen = _table(view.said, view.thought, size)
    given = seen.sum(axis=1)
    differing = given - np.diag(seen)
    elsewhere = view.likely.copy()
    elsewhere[np.arange(len(view.thought)), view.thought] = 0.0
    expected = elsewhere.sum(axis=0)
    luck = poisson.logsf(differing - 1, factor * expected + limits.slack_share * given + 0.5)
    wrong = (
        (luck <= log(limits.luck_in_all / max(1, size)))
        & (differing >= limits.fewest_in_pair)
        & (differing >= limits.share_of_category * given)
    )
    if not wrong.any():
        return None
    worst = int(np.flatnonzero(wrong)[np.argmin(luck[wrong])])
    label, count = view.labels[worst], int(given[worst])
    sentence = (
        f"{count} of {len(view.said)} new labels say “{view.named(worst)}”, and {differing[worst]} of them look "
        f"as if they belong elsewhere; about {expected[worst]:.0f} would be usual."
    )
    return Trouble(
        Kind.ONE_CATEGORY, sentence, count, int(differing[worst]), float(expected[worst]), (label,)
    )


def _table(said: NDArray[np.int64], thought: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """How often was X said where the champion thinks Y."""
    return np.bincount(said * size + thought, minlength=size * size).reshape(size, size).astype(np.int64)


def _chances_of(
    champion: Outlook, labels: Sequence[str | None]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """What the champion gives each label that was said, and whether it can tell."""
    if len(champion) != len(labels):
        raise ValueError(f"{len(champion)} messages, but {len(labels)} labels")
    column = {label: place for place, label in enumerate(champion.labels)}
    chances, known = np.zeros(len(labels)), np.ones(len(labels), dtype=bool)
    for i, label in enumerate(labels):
        if label is _NO_CATEGORY:
            chances[i] = max(0.0, 1.0 - float(champion.chances[i].sum()))
        elif label in column:
            chances[i] = champion.chances[i, column[label]]
        else:
            known[i] = False
    return chances, known

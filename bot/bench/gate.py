"""Does the gate stop bad batches of labels, and let good ones in? Desks are made up from labelled messages.

Each round has a champion, a batch by a good hand and the same by bad ones, and a window that two people labelled.
For each batch a challenger is trained as the product does it, and label check and gate say what they say.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.bench.bad_batches import BAD, Hand, Row, mislabelled
from triage.classifier.examples import Category, Example
from triage.classifier.outlook import Outlook
from triage.classifier.predict import Classifier
from triage.classifier.training import train
from triage.learning.gate import GateReport, compare
from triage.learning.label_check import Trouble, Usual, batch_trouble, doubts, usual


@dataclass(frozen=True)
class Setting:
    """How many labels the champion learned from, how many are new, and by how many both are judged."""

    base: int = 2_000
    batch: int = 500
    window: int = 500
    earlier: int = 200
    share: float = 0.3

    @property
    def needed(self) -> int:
        # As many again as the batch are spare, for a batch that is full of two categories.
        return self.base + 2 * self.batch + self.window + self.earlier


SETTINGS = (Setting(), Setting(batch=200), Setting(base=1_000, batch=500))
QUICK = (Setting(base=400, batch=200, window=200, earlier=100),)


@dataclass(frozen=True)
class Trial:
    """One batch, and what was said of it. `auc`: how well the list of doubts tells wrong labels from right ones."""

    setting: Setting
    hand: Hand
    wrong: int
    trouble: Trouble | None
    gate: GateReport
    harm: float
    auc: float | None

    @property
    def stopped(self) -> bool:
        return self.trouble is not None or not self.gate.passed


@dataclass(frozen=True)
class _Desk:
    base: Sequence[Row]
    batch: Sequence[Row]
    spare: Sequence[Row]
    window: Sequence[Row]
    earlier: Sequence[Row]
    categories: tuple[Category, ...]
    champion: Classifier
    seen: Outlook  # what the champion thinks of the window
    usual: Usual


def trials(
    rows: Sequence[Row],
    settings: Sequence[Setting],
    *,
    rounds: int,
    seed: int,
    progress: Callable[[], None] = lambda: None,
) -> Iterator[Trial]:
    """One for each setting, round and hand; `progress` is called after each."""
    for setting in settings:
        for number in range(rounds):
            desk = _desk(rows, setting, seed=seed + number)
            for hand in (Hand.GOOD, *BAD):
                yield _trial(desk, setting, hand, seed=seed + number)
                progress()


def _desk(rows: Sequence[Row], setting: Setting, *, seed: int) -> _Desk:
    drawn = random.Random(seed).sample(list(rows), setting.needed)
    parts: list[list[Row]] = []
    for length in (setting.base, setting.batch, setting.batch, setting.window, setting.earlier):
        parts.append(drawn[:length])
        drawn = drawn[length:]
    base, batch, spare, window, earlier = parts
    labels = sorted({row.label for part in parts for row in part})
    categories = tuple(Category(label, label.replace("_", " "), "") for label in labels)
    champion = _trained(base, categories, seed)
    return _Desk(
        base,
        batch,
        spare,
        window,
        earlier,
        categories,
        champion,
        _look(champion, window),
        usual(_look(champion, earlier), [row.label for row in earlier]),
    )


def _trial(desk: _Desk, setting: Setting, hand: Hand, *, seed: int) -> Trial:
    batch, wrong = mislabelled(desk.batch, desk.spare, hand, share=setting.share, seed=seed)
    labels = [row.label for row in batch]
    thought = _look(desk.champion, batch)
    challenger = _trained([*desk.base, *batch], desk.categories, seed)
    seen = _look(challenger, desk.window)
    truth = [row.label for row in desk.window]
    gate = compare(desk.seen, seen, truth, audited=len(truth), megabytes=0.0, milliseconds=0.0, seed=seed)
    return Trial(
        setting,
        hand,
        wrong,
        batch_trouble(thought, labels, earlier=desk.usual),
        gate,
        harm=_right(desk.seen, truth) - _right(seen, truth),
        auc=_auc(thought, batch, {row.text: row.label for row in [*desk.batch, *desk.spare]}),
    )


def _trained(rows: Sequence[Row], categories: Sequence[Category], seed: int) -> Classifier:
    examples = [Example(row.text, row.label) for row in rows]
    return Classifier(train(examples, categories), f"round {seed}")


def _look(classifier: Classifier, rows: Sequence[Row]) -> Outlook:
    return classifier.look([row.text for row in rows])


def _right(outlook: Outlook, truth: Sequence[str]) -> float:
    return sum(best == true for best, true in zip(outlook.best, truth, strict=True)) / max(1, len(truth))


def _auc(thought: Outlook, batch: Sequence[Row], truth: dict[str, str]) -> float | None:
    """The chance that a wrong label is more doubtful than a right one; None where all are of one kind."""
    by_place = {one.position: one.doubt for one in doubts(thought, [row.label for row in batch])}
    wrong = [by_place.get(i, 0.0) for i, row in enumerate(batch) if truth[row.text] != row.label]
    right = [by_place.get(i, 0.0) for i, row in enumerate(batch) if truth[row.text] == row.label]
    if not wrong or not right:
        return None
    wins = sum((one > other) + (one == other) / 2 for one in wrong for other in right)
    return wins / (len(wrong) * len(right))

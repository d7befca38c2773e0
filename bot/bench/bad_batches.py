"""How a batch of labels goes wrong: all over, two categories taken for each other, or one given to everything."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Hand(StrEnum):
    """Who labelled the batch."""

    GOOD = "good"
    UNIFORM = "uniform"  # any other category, all over
    SWAPPED = "swapped"  # two categories taken for each other
    SWAPPED_FEW = "swapped_few"  # the same where the two are a small part of the batch
    ONE_CATEGORY = "one_category"  # the first in the menu


BAD = (Hand.UNIFORM, Hand.SWAPPED, Hand.SWAPPED_FEW, Hand.ONE_CATEGORY)


@dataclass(frozen=True)
class Row:
    text: str
    label: str


def mislabelled(
    batch: Sequence[Row], spare: Sequence[Row], hand: Hand, *, share: float, seed: int
) -> tuple[list[Row], int]:
    """The batch as this hand would label it, and how many labels are wrong.

    `spare` are more messages of the same desk: of two categories of many there are seldom enough to spoil a third
    of a batch, so that more of them are taken from there.
    """
    drawn = random.Random(seed)
    match hand:
        case Hand.UNIFORM:
            changed = _uniform(batch, share, drawn)
        case Hand.SWAPPED:
            batch = _full_of_two(batch, spare, share, drawn)
            changed = _swapped(batch, share, _two_commonest(batch))
        case Hand.SWAPPED_FEW:
            changed = _swapped(batch, share, _any_two(batch, drawn))
        case Hand.ONE_CATEGORY:
            changed = _one_category(batch, share, drawn)
        case Hand.GOOD:
            changed = list(batch)
    return changed, sum(one.label != other.label for one, other in zip(batch, changed, strict=True))


def _uniform(batch: Sequence[Row], share: float, drawn: random.Random) -> list[Row]:
    labels = sorted({row.label for row in batch})
    wrong = set(drawn.sample(range(len(batch)), round(share * len(batch))))
    return [
        Row(row.text, drawn.choice([label for label in labels if label != row.label])) if i in wrong else row
        for i, row in enumerate(batch)
    ]


def _one_category(batch: Sequence[Row], share: float, drawn: random.Random) -> list[Row]:
    """A share of the batch, whatever it is about, is given the commonest category."""
    label = Counter(row.label for row in batch).most_common(1)[0][0]
    others = [i for i, row in enumerate(batch) if row.label != label]
    wrong = set(drawn.sample(others, min(len(others), round(share * len(batch)))))
    return [Row(row.text, label) if i in wrong else row for i, row in enumerate(batch)]


def _swapped(batch: Sequence[Row], share: float, two: tuple[str, str]) -> list[Row]:
    left, other, changed = round(share * len(batch)), dict(zip(two, two[::-1], strict=True)), []
    for row in batch:
        swap = left > 0 and row.label in other
        changed.append(Row(row.text, other[row.label]) if swap else row)
        left -= swap
    return changed


def _full_of_two(batch: Sequence[Row], spare: Sequence[Row], share: float, drawn: random.Random) -> list[Row]:
    """As long as before, with enough messages of two categories to spoil the share."""
    two = _two_commonest([*batch, *spare])
    own = [row for row in batch if row.label in two]
    more = [row for row in spare if row.label in two][: max(0, round(share * len(batch)) - len(own))]
    rest = [row for row in batch if row.label not in two][: len(batch) - len(own) - len(more)]
    mixed = [*own, *more, *rest]
    drawn.shuffle(mixed)
    return mixed


def _two_commonest(rows: Sequence[Row]) -> tuple[str, str]:
    (one, _), (other, _) = Counter(row.label for row in rows).most_common(2)
    return one, other


def _any_two(rows: Sequence[Row], drawn: random.Random) -> tuple[str, str]:
    """Of those with at least some messages."""
    counts = Counter(row.label for row in rows)
    usual = len(rows) / len(counts)
    one, other = drawn.sample(sorted(label for label, count in counts.items() if count >= usual), 2)
    return one, other

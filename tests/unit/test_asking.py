"""What to ask first: the uncertain, not the same thing twice, and a fifth at random."""

import numpy as np

from triage.classifier.outlook import Outlook, silence
from triage.learning.asking import ask_first, likeness_of, margins
from triage.vocabulary import Urgency


def outlook(first: list[float]) -> Outlook:
    chances = np.column_stack([first, [1 - chance for chance in first]])
    top = chances.max(axis=1)
    return Outlook(("vpn", "pay"), chances, top, top > 0.8, (Urgency.LOW,) * len(first))


THINGS = [
    "printer jam",
    "dark monitor",
    "badge lost",
    "mailbox full",
    "headset",
    "payroll",
    "laptop",
    "fax",
    "cat",
    "tea",
]
TEXTS = [f"the {thing} is broken since {number}" for number, thing in enumerate("abcdefghij" * 4)]


def test_the_least_certain_is_asked_first() -> None:
    sure = [0.99] * 40
    sure[17] = 0.5
    sure[23] = 0.55
    asked = ask_first(outlook(sure), likeness_of(TEXTS), count=10)
    assert asked[0] == 17
    assert 23 in asked[:3]
    assert len(set(asked)) == 10


def test_of_ten_copies_one_is_asked() -> None:
    texts = ["my vpn drops on the train"] * 10 + THINGS
    asked = ask_first(outlook([0.5] * 10 + [0.6] * 10), likeness_of(texts), count=5)
    assert sum(place < 10 for place in asked[:4]) == 1


def test_a_fifth_is_random_and_the_order_is_the_same_each_time() -> None:
    chances = [0.5 + number / 100 for number in range(40)]
    asked = ask_first(outlook(chances), likeness_of(TEXTS), count=10)
    assert asked == ask_first(outlook(chances), likeness_of(TEXTS), count=10)
    assert asked != ask_first(outlook(chances), likeness_of(TEXTS), count=10, seed=8)
    assert sum(place >= 10 for place in asked) >= 1


def test_no_more_is_asked_than_there_is() -> None:
    assert sorted(ask_first(outlook([0.5, 0.6, 0.7]), likeness_of(TEXTS[:3]), count=99)) == [0, 1, 2]
    assert ask_first(outlook([]), likeness_of(["x"])[:0], count=5) == ()


def test_without_a_model_all_are_equally_uncertain() -> None:
    nothing = silence([Urgency.LOW] * 40)
    assert margins(nothing).tolist() == [0.0] * 40
    assert len(ask_first(nothing, likeness_of(TEXTS), count=7)) == 7

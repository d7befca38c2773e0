"""The wait that is quoted: on replay it covers at least four of five, also as the desk gets slower."""

import math
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.sla.waits import FEWEST, covering, rounded_up

# The desks of other tests have threads that draw random numbers, which is not this test's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")

MINUTE = timedelta(minutes=1)
Asked = tuple[datetime, datetime]  # asked, claimed


def minutes(*values: float) -> list[timedelta]:
    return [timedelta(minutes=value) for value in values]


def test_too_few_tell_nothing() -> None:
    assert covering(minutes(*range(FEWEST - 1)), []) is None


def test_most_of_them_stay_under_it() -> None:
    assert covering(minutes(*range(1, 101)), [], share=0.8) == 81 * MINUTE


def test_among_few_the_longest_counts() -> None:
    assert covering(minutes(*range(1, 11)), []) == 10 * MINUTE


def test_who_still_waits_counts_too() -> None:
    """Ten were quick, and since an hour nobody is: the quick ones are not the truth."""
    quick = minutes(*[2] * 20)
    assert covering(quick, minutes(1)) == 2 * MINUTE
    assert covering(quick, minutes(50, 55, 60, 61)) == 61 * MINUTE


@given(
    st.lists(st.integers(0, 10_000), min_size=FEWEST, max_size=60),
    st.lists(st.integers(0, 10_000), max_size=20),
)
def test_it_is_one_of_the_waits_and_grows_with_who_waits(over: list[int], going_on: list[int]) -> None:
    waits, waiting = minutes(*over), minutes(*going_on)
    wait, without = covering(waits, waiting), covering(waits, [])
    assert wait is not None
    assert without is not None
    assert wait in {*waits, *waiting}
    assert wait >= without


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(seconds=0), MINUTE),
        (timedelta(seconds=61), 2 * MINUTE),
        (timedelta(minutes=89), 89 * MINUTE),
        (timedelta(minutes=89, seconds=1), timedelta(hours=2)),
        (timedelta(hours=2, minutes=1), timedelta(hours=3)),
        (timedelta(hours=35, minutes=1), timedelta(days=2)),
    ],
)
def test_it_is_rounded_up_to_what_is_said(wait: timedelta, said: timedelta) -> None:
    assert rounded_up(wait) == said


def a_desk(seed: int, *, slower: float, days: int = 60) -> list[Asked]:
    """Three agents, questions by the hour of the day and the day of the week, and now and then a spike."""
    chance = random.Random(seed)
    start = at = datetime(2027, 3, 1, tzinfo=UTC)
    free, story = [start] * 3, []
    while at < start + timedelta(days=days):
        hour = at.hour + at.minute / 60
        rate = 0.3 + 2.7 * math.exp(-(((hour - 10.5) / 2.5) ** 2)) + 2 * math.exp(-(((hour - 15) / 2) ** 2))
        rate *= 0.3 if at.weekday() > 4 else 1
        rate *= 6 if chance.random() < 0.004 else 1
        at += timedelta(hours=chance.expovariate(rate))
        agent = min(range(3), key=lambda one: free[one])
        pace = 1 + slower * (at - start).days / days
        claimed = max(at, free[agent]) + timedelta(minutes=chance.lognormvariate(1.6, 0.8) * pace)
        free[agent] = claimed + timedelta(minutes=chance.lognormvariate(3.2, 0.7))
        story.append((at, claimed))
    return story


def covered(story: list[Asked]) -> float:
    """The share of tickets that were claimed within the wait that was quoted when they were asked."""
    kept = []
    for number, (at, claimed) in enumerate(story):
        lately = [one for one in story[max(0, number - 400) : number] if one[0] > at - timedelta(days=14)]
        over = [end - start for start, end in lately if end <= at][-200:]
        wait = covering(over, [at - start for start, end in lately if end > at])
        if wait is not None:
            kept.append(claimed - at <= rounded_up(wait))
    assert len(kept) > 500
    return sum(kept) / len(kept)


@pytest.mark.parametrize("slower", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_on_replay_it_covers_at_least_four_of_five(seed: int, slower: float) -> None:
    assert covered(a_desk(seed, slower=slower)) >= 0.8

"""How long somebody was at work in a week: shifts and tickets beyond them, each hour once."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from triage.care.hours import hours_at_work
from triage.oncall.plan import Shift, Why
from triage.oncall.rules import CareRules
from triage.vocabulary import DutyRole

RULES = CareRules()
NOW = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=7)


def shift(start: datetime, hours: float) -> Shift:
    end = start + timedelta(hours=hours)
    return Shift(1, DutyRole.PRIMARY, start, end, 1, 1, "r1:x", Why.TURN, "their turn")


def hours(shifts: list[Shift], handled: list[tuple[datetime, datetime]]) -> float:
    return hours_at_work(shifts, handled, since=SINCE, until=NOW, rules=RULES)


def test_a_ticket_within_a_shift_counts_once_and_one_beyond_it_on_top() -> None:
    day = NOW - timedelta(days=2)
    within = (day + timedelta(hours=1), day + timedelta(hours=2))
    beyond = (day + timedelta(hours=7), day + timedelta(hours=9))
    assert hours([shift(day, 8)], [within]) == 8
    assert hours([shift(day, 8)], [within, beyond]) == 9


def test_a_week_of_standby_counts_by_what_was_handled_in_it() -> None:
    called = (NOW - timedelta(days=3), NOW - timedelta(days=3) + timedelta(minutes=90))
    assert hours([shift(NOW - timedelta(days=6), 7 * 24)], [called]) == 1.5


def test_rest_within_a_shift_is_no_work_but_what_was_handled_in_it_is() -> None:
    day = NOW - timedelta(days=2)
    rest = (day + timedelta(hours=2), day + timedelta(hours=6))
    handled = (day + timedelta(hours=3), day + timedelta(hours=4))
    found = hours_at_work([shift(day, 8)], [handled], since=SINCE, until=NOW, rules=RULES, rested=[rest])
    assert found == 5


def test_only_the_last_seven_days_count() -> None:
    assert hours([shift(SINCE - timedelta(hours=6), 8)], []) == 2
    assert hours([shift(NOW - timedelta(hours=3), 8)], []) == 3


STRETCHES = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 700)).map(
        lambda pair: (
            SINCE - timedelta(hours=2) + timedelta(minutes=pair[0]),
            SINCE - timedelta(hours=2) + timedelta(minutes=pair[0] + pair[1]),
        )
    ),
    max_size=12,
)


@given(STRETCHES)
def test_it_equals_what_one_counts_minute_by_minute(stretches: list[tuple[datetime, datetime]]) -> None:
    minutes: set[int] = set()
    for start, end in stretches:
        first = int((max(start, SINCE) - SINCE) / timedelta(minutes=1))
        last = int((min(end, NOW) - SINCE) / timedelta(minutes=1))
        minutes.update(range(first, last))
    assert round(hours([], stretches) * 60) == len(minutes)

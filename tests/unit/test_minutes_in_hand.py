"""What a ticket costs: the time in an agent's hand within opening hours, and never more than two hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from triage.reports.minutes import minutes_in_hand
from triage.sla.opening import OpeningHours, parse_hours
from triage.vocabulary import TicketStatus as S

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = parse_hours("Mon-Fri 09:00-17:00", BERLIN)
ALWAYS = OpeningHours(BERLIN)
TUESDAY = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)  # 10:00 in Berlin


def at(minutes: float) -> datetime:
    return TUESDAY + timedelta(minutes=minutes)


def cost(*moves: tuple[float, S], opening: OpeningHours = OFFICE, now: float = 10_000) -> float:
    return minutes_in_hand([(at(when), status) for when, status in moves], opening=opening, now=at(now))


def test_from_claim_to_resolution() -> None:
    assert cost((0, S.WAITING), (10, S.CLAIMED), (40, S.RESOLVED)) == 30


def test_waiting_for_somebody_else_is_no_work() -> None:
    assert cost((0, S.CLAIMED), (10, S.ON_HOLD), (70, S.CLAIMED), (75, S.RESOLVED)) == 15


def test_nobody_works_on_it_while_the_desk_is_closed() -> None:
    """Claimed ten minutes before closing, resolved twenty minutes after opening the next day."""
    assert cost((410, S.CLAIMED), (23 * 60 + 20, S.RESOLVED)) == 30


def test_who_gets_up_at_night_has_worked() -> None:
    assert cost((17 * 60, S.CLAIMED), (17 * 60 + 25, S.RESOLVED)) == 25


def test_two_hours_at_the_most() -> None:
    assert cost((0, S.CLAIMED), (5_000, S.RESOLVED)) == 120


def test_what_is_still_in_hand_counts_until_now() -> None:
    assert cost((0, S.CLAIMED), now=12) == 12
    assert cost((0, S.WAITING), now=12) == 0


def test_the_clock_goes_forward_and_an_hour_is_missing() -> None:
    nights = parse_hours("Sun 01:00-05:00", BERLIN)
    start = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)

    assert nights.open_time(start, start + timedelta(days=1)) == timedelta(hours=3)


@given(st.integers(0, 20_000), st.integers(0, 5_000), st.integers(0, 5_000))
def test_open_time_adds_up(start: int, first: int, second: int) -> None:
    a, b, c = at(start), at(start + first), at(start + first + second)

    assert OFFICE.open_time(a, b) + OFFICE.open_time(b, c) == OFFICE.open_time(a, c)
    assert timedelta(0) <= OFFICE.open_time(a, b) <= b - a
    assert ALWAYS.open_time(a, b) == b - a

"""When a person is left alone: quiet hours, rest after work at night, and what waits for the morning."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.oncall.protection import (
    Ask,
    QuietHours,
    Rule,
    Standing,
    at_night,
    forbidden,
    gate,
    hostile_enough,
    in_quiet_hours,
    quiet_until,
    rest_after,
)
from triage.oncall.rules import CareRules
from triage.vocabulary import Urgency

BERLIN = ZoneInfo("Europe/Berlin")
RULES = CareRules()
NIGHTS = QuietHours(BERLIN, time(22), time(7))
NOW = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)
CALM = Ask(Urgency.MEDIUM)
CRITICAL = Ask(Urgency.CRITICAL)

ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
)
TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0, tzinfo=None))
MOMENTS = st.integers(0, 20 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def berlin(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, 14, hour, minute, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("hour", "quiet"), [(21, False), (22, True), (0, True), (6, True), (7, False), (12, False)]
)
def test_quiet_hours_span_midnight(hour: int, quiet: bool) -> None:
    assert in_quiet_hours(NIGHTS, berlin(hour)) is quiet


def test_quiet_hours_by_day_and_none_at_all() -> None:
    assert in_quiet_hours(QuietHours(BERLIN, time(8), time(16)), berlin(12))
    assert not in_quiet_hours(QuietHours(BERLIN, time(8), time(16)), berlin(16))
    assert not in_quiet_hours(QuietHours(BERLIN, time(9), time(9)), berlin(9))


def test_quiet_hours_end_in_the_morning_of_the_person_s_own_zone() -> None:
    assert quiet_until(NIGHTS, berlin(23)) == datetime(2026, 1, 15, 6, 0, tzinfo=UTC)
    assert quiet_until(NIGHTS, berlin(3)) == datetime(2026, 1, 14, 6, 0, tzinfo=UTC)
    assert quiet_until(NIGHTS, berlin(9)) is None


@given(zone=ZONES, start=TIMES, end=TIMES, at=MOMENTS)
def test_quiet_hours_end_when_they_say_whatever_the_clocks_do(
    zone: str, start: time, end: time, at: datetime
) -> None:
    hours = QuietHours(ZoneInfo(zone), start, end)
    until = quiet_until(hours, at)
    if until is None:
        assert not in_quiet_hours(hours, at)
        return
    assert in_quiet_hours(hours, at)
    assert at < until <= at + timedelta(hours=49)
    assert not in_quiet_hours(hours, until)


def test_an_acknowledgement_at_two_opens_a_rest_of_eleven_hours() -> None:
    start, end = rest_after(berlin(2), BERLIN, RULES) or pytest.fail("no rest")
    assert (start, end) == (berlin(2), berlin(13))


def test_rest_lasts_eleven_hours_also_in_the_night_the_clocks_change() -> None:
    at = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)
    start, end = rest_after(at, BERLIN, RULES) or pytest.fail("no rest")
    assert end - start == timedelta(hours=11)
    assert end.astimezone(BERLIN).date() == date(2026, 3, 29)


def test_work_by_day_opens_no_rest() -> None:
    assert rest_after(berlin(10), BERLIN, RULES) is None
    assert rest_after(berlin(6), BERLIN, RULES) is None


def test_who_sleeps_by_day_rests_after_work_by_day() -> None:
    asleep = QuietHours(BERLIN, time(8), time(16))
    assert at_night(berlin(10), BERLIN, RULES, quiet=asleep)
    assert rest_after(berlin(10), BERLIN, RULES, quiet=asleep) == (berlin(10), berlin(21))


def test_who_is_absent_is_never_asked_not_even_as_the_last_resort() -> None:
    away = Standing(1, absent_until=NOW + timedelta(days=2))
    for last_resort in (False, True):
        block = forbidden(CRITICAL, away, now=NOW, last_resort=last_resort)
        assert block is not None
        assert block.rule is Rule.ABSENT


def test_who_rests_is_only_the_last_resort_and_only_on_critical() -> None:
    resting = Standing(1, resting_until=NOW + timedelta(hours=3))
    assert forbidden(CRITICAL, resting, now=NOW) is not None
    assert forbidden(CALM, resting, now=NOW, last_resort=True) is not None
    assert forbidden(CRITICAL, resting, now=NOW, last_resort=True) is None


def test_a_protection_that_is_over_protects_no_more() -> None:
    assert forbidden(CALM, Standing(1, absent_until=NOW, resting_until=NOW, quiet_until=NOW), now=NOW) is None


@pytest.mark.parametrize(
    ("running", "ago", "enough"),
    [(2, (), True), (1, (), False), (0, (1, 2, 3), True), (0, (1, 2, 5), False), (0, (4,), False)],
)
def test_the_hostility_budget(running: int, ago: tuple[int, ...], enough: bool) -> None:
    taken = tuple(NOW - timedelta(hours=hours) for hours in ago)
    standing = Standing(1, hostile_running=running, hostile_taken=taken)
    assert hostile_enough(standing, rules=RULES, now=NOW) is enough


def test_at_night_what_can_wait_waits_for_the_desk_to_open() -> None:
    decided = gate(CALM, desk_open=False, standings=[Standing(1)], now=NOW)
    assert not decided.ask_now
    assert decided.until is None


@pytest.mark.parametrize("ask", [CRITICAL, Ask(Urgency.LOW, cannot_wait=True)])
def test_what_cannot_wait_asks_now(ask: Ask) -> None:
    assert gate(ask, desk_open=False, standings=[], now=NOW).ask_now


def test_a_desk_that_never_closes_still_lets_everybody_sleep() -> None:
    asleep = [Standing(n, quiet_until=NOW + timedelta(hours=n)) for n in (3, 2)]
    decided = gate(CALM, desk_open=True, standings=asleep, now=NOW)
    assert not decided.ask_now
    assert decided.until == NOW + timedelta(hours=2)


def test_one_who_is_awake_is_enough() -> None:
    both = [Standing(1, quiet_until=NOW + timedelta(hours=3)), Standing(2)]
    assert gate(CALM, desk_open=True, standings=both, now=NOW).ask_now


def test_nothing_waits_for_ever() -> None:
    """Where nobody can say when somebody is back, the escalation goes on and says that there is nobody."""
    off = [Standing(1, on_shift=False, working=False)]
    assert gate(CALM, desk_open=True, standings=off, now=NOW).ask_now
    assert gate(CALM, desk_open=True, standings=[], now=NOW).ask_now

"""Opening hours: local wall time, through both changes of the clock and around the week."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from triage.sla.opening import OpeningHours, Span, parse_hours

# The desks of other tests have threads that draw random numbers, which is not this test's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")

BERLIN = ZoneInfo("Europe/Berlin")
LONDON = ZoneInfo("Europe/London")
CAIRO = ZoneInfo("Africa/Cairo")  # its clocks change at midnight
OFFICE = parse_hours("Mon-Fri 09:00-17:00", BERLIN)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


# --- Reading ----------------------------------------------------------------------------------------


def test_an_empty_text_is_always_open() -> None:
    always = parse_hours("", BERLIN)
    assert always.is_open(berlin("2025-12-25T03:00"))
    assert always.next_opening(berlin("2025-12-25T03:00")) == berlin("2025-12-25T03:00")


def test_days_and_times_are_read() -> None:
    assert parse_hours("Sat 10:00-14:00", BERLIN).spans == (Span(5, time(10), time(14)),)
    assert [span.weekday for span in OFFICE.spans] == [0, 1, 2, 3, 4]


def test_case_and_spaces_do_not_matter() -> None:
    assert parse_hours("  mon-FRI   09:00-17:00 ,", BERLIN).spans == OFFICE.spans


def test_days_may_go_around_the_week() -> None:
    assert [s.weekday for s in parse_hours("Fri-Mon 09:00-17:00", BERLIN).spans] == [4, 5, 6, 0]


def test_a_day_may_end_at_midnight() -> None:
    night = parse_hours("Mon 22:00-24:00, Tue 00:00-06:00", BERLIN)
    assert night.is_open(berlin("2025-06-02T23:59:59.999999"))
    assert night.is_open(berlin("2025-06-03T00:00"))
    assert not night.is_open(berlin("2025-06-03T06:00"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nine to five", "nine to five"),
        ("Mon-Fri", "write it like"),
        ("Mon-Fri 9-17", "write it like"),
        ("Foo 09:00-17:00", "foo"),
        ("Mon-Bar 09:00-17:00", "bar"),
        ("Mon 17:00-09:00", "split a night"),
        ("Mon 09:00-09:00", "split a night"),
        ("Mon 25:00-26:00", "25:00"),
        ("Mon 09:61-10:00", "09:61"),
        ("Mon 24:00-24:00", "24:00"),
        ("Mon 09:00-24:01", "24:01"),
        ("Mon-Fri 09:00-17:00; Sat 10:00-12:00", "write it like"),
    ],
)
def test_what_cannot_be_read_is_quoted_with_what_to_write(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_hours(text, BERLIN)


# --- Open or not ------------------------------------------------------------------------------------


def test_the_first_moment_is_open_and_the_last_is_not() -> None:
    assert not OFFICE.is_open(berlin("2025-06-02T08:59:59"))
    assert OFFICE.is_open(berlin("2025-06-02T09:00"))
    assert OFFICE.is_open(berlin("2025-06-02T16:59:59"))
    assert not OFFICE.is_open(berlin("2025-06-02T17:00"))


def test_a_friday_evening_waits_for_monday() -> None:
    assert OFFICE.next_opening(berlin("2025-06-06T17:00")) == berlin("2025-06-09T09:00")


def test_an_early_morning_waits_for_the_same_day() -> None:
    assert OFFICE.next_opening(berlin("2025-06-03T05:00")) == berlin("2025-06-03T09:00")


def test_one_short_span_a_week_comes_again_in_a_week() -> None:
    weekly = parse_hours("Wed 10:00-10:30", BERLIN)
    assert weekly.next_opening(berlin("2025-06-04T10:30")) == berlin("2025-06-11T10:00")


def test_the_answer_is_in_utc() -> None:
    assert OFFICE.next_opening(berlin("2025-06-06T17:00")).tzinfo is UTC


# --- When the clocks change -------------------------------------------------------------------------


def test_nine_stays_nine_when_the_clocks_go_forward() -> None:
    friday = datetime(2025, 3, 28, 17, tzinfo=UTC)
    assert OFFICE.next_opening(friday) == datetime(2025, 3, 31, 7, tzinfo=UTC)  # summer: two hours ahead


def test_nine_stays_nine_when_the_clocks_go_back() -> None:
    friday = datetime(2025, 10, 24, 17, tzinfo=UTC)
    assert OFFICE.next_opening(friday) == datetime(2025, 10, 27, 8, tzinfo=UTC)


def test_an_opening_that_the_clock_skips_is_the_moment_after_the_skip() -> None:
    """02:30 does not exist on 30 March: the clock goes from 02:00 to 03:00, and then the desk is open."""
    early = parse_hours("Sun 02:30-08:00", BERLIN)
    assert early.next_opening(datetime(2025, 3, 30, 0, tzinfo=UTC)) == datetime(2025, 3, 30, 1, tzinfo=UTC)


def test_a_span_that_the_clock_skips_altogether_comes_a_week_later() -> None:
    skipped = parse_hours("Sun 02:00-03:00", BERLIN)
    assert skipped.next_opening(datetime(2025, 3, 30, 0, tzinfo=UTC)) == datetime(2025, 4, 6, 0, tzinfo=UTC)


def test_an_hour_that_comes_twice_opens_twice() -> None:
    half_past = parse_hours("Sun 02:30-02:45", BERLIN)
    between = datetime(2025, 10, 26, 1, 10, tzinfo=UTC)  # 02:10 for the second time
    assert half_past.next_opening(between) == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)


def test_a_clock_that_changes_at_midnight() -> None:
    """On 25 April 2025 Cairo went from 00:00 to 01:00."""
    friday = parse_hours("Fri 00:00-12:00", CAIRO)
    assert friday.next_opening(datetime(2025, 4, 24, 12, tzinfo=UTC)) == datetime(2025, 4, 24, 22, tzinfo=UTC)


# --- Always -----------------------------------------------------------------------------------------

UNHURRIED = settings(deadline=None)


def _within(first: str, last: str) -> st.SearchStrategy[datetime]:
    start, end = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (first, last))
    minutes = st.integers(0, int((end - start).total_seconds() // 60))
    return minutes.map(lambda n: start + timedelta(minutes=n))


# Two years, and around the weeks in which clocks change: there the trouble is.
_moments = st.one_of(
    _within("2024-01-01", "2026-12-31"),
    _within("2025-03-24", "2025-04-28"),
    _within("2025-10-20", "2025-11-03"),
)
_zones = st.sampled_from(
    [BERLIN, LONDON, CAIRO, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/St_Johns"), ZoneInfo("UTC")]
)
_minutes = st.integers(0, 24 * 4 - 1).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))


@st.composite
def _hours(draw: st.DrawFn) -> OpeningHours:
    spans = []
    for _ in range(draw(st.integers(1, 4))):
        start = draw(_minutes)
        end = draw(_minutes.filter(lambda end, start=start: end > start or end == time(0)))
        spans.append(Span(draw(st.integers(0, 6)), start, end))
    return OpeningHours(draw(_zones), tuple(spans))


@UNHURRIED
@given(_hours(), _moments)
@example(parse_hours("Sun 02:30-08:00", BERLIN), datetime(2025, 3, 30, tzinfo=UTC))
@example(parse_hours("Sun 02:30-08:00", BERLIN), datetime(2025, 10, 26, tzinfo=UTC))
def test_the_next_opening_is_open_and_nothing_before_it_was(hours: OpeningHours, at: datetime) -> None:
    opening = hours.next_opening(at)
    assert opening >= at
    assert hours.is_open(opening)
    moment = at
    while moment < opening:
        assert not hours.is_open(moment)
        moment += timedelta(minutes=15)
    # The quarter of an hour right before it, too: spans begin at quarters.
    assert opening == at or not hours.is_open(opening - timedelta(microseconds=1))


@UNHURRIED
@given(_hours(), _moments)
def test_the_next_opening_from_an_opening_is_itself(hours: OpeningHours, at: datetime) -> None:
    opening = hours.next_opening(at)
    assert hours.next_opening(opening) == opening


@UNHURRIED
@given(_moments)
def test_a_reader_in_another_zone_sees_the_same_desk(at: datetime) -> None:
    assert OFFICE.is_open(at) == OFFICE.is_open(at.astimezone(ZoneInfo("Asia/Tokyo")))

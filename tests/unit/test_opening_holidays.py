"""Holidays and days of the desk's own close it, for everybody who asks; checked minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.settings import SettingsRefused, load
from triage.sla.closed_days import ClosedDays, parse_days, parse_regions
from triage.sla.opening import OpeningHours, Span, parse_hours, stretches

# The desks of other tests have threads that draw random numbers, which is not this test's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")

BERLIN = ZoneInfo("Europe/Berlin")
IN_BERLIN = ClosedDays(("DE-BE",))
OFFICE = parse_hours("Mon-Fri 09:00-17:00", BERLIN, IN_BERLIN)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


# --- What they mean ---------------------------------------------------------------------------------


def test_a_public_holiday_is_closed() -> None:
    good_friday = berlin("2027-03-26T10:00")
    assert not OFFICE.is_open(good_friday)
    assert OFFICE.closed_at(good_friday) == "Good Friday"
    assert OFFICE.next_opening(berlin("2027-03-25T17:00")) == berlin("2027-03-30T09:00"), (
        "after Easter Monday"
    )


def test_a_holiday_of_one_part_of_the_country_alone() -> None:
    womens_day = berlin("2027-03-08T10:00")
    assert not OFFICE.is_open(womens_day)
    assert parse_hours("Mon-Fri 09:00-17:00", BERLIN, ClosedDays(("DE-BY",))).is_open(womens_day)


def test_days_of_its_own_and_a_long_break() -> None:
    closed = ClosedDays(("DE-BE",), parse_days("2027-12-24, 2027-12-27..2028-03-31"))
    desk = parse_hours("Mon-Fri 09:00-17:00", BERLIN, closed)
    assert desk.next_opening(berlin("2027-12-23T17:00")) == berlin("2028-04-03T09:00")
    assert desk.closed_at(berlin("2027-12-24T12:00")) == "closed"
    assert desk.closed_at(berlin("2027-12-23T23:00")) is None


def test_a_desk_without_hours_is_closed_on_holidays_all_day() -> None:
    desk = OpeningHours(BERLIN, closed=IN_BERLIN)
    assert desk.is_open(berlin("2027-12-24T23:59"))
    assert not desk.is_open(berlin("2027-12-25T00:00"))
    assert desk.next_opening(berlin("2027-12-25T00:00")) == berlin("2027-12-27T00:00")


def test_it_is_the_day_where_the_desk_is() -> None:
    auckland = parse_hours("Mon-Sun 00:00-24:00", ZoneInfo("Pacific/Auckland"), ClosedDays(("NZ",)))
    assert not auckland.is_open(datetime(2027, 12, 24, 12, tzinfo=UTC)), "Christmas Day began there"


def test_two_spans_that_overlap_count_once() -> None:
    desk = OpeningHours(BERLIN, (Span(1, time(9), time(13)), Span(1, time(12), time(17))))
    assert desk.open_time(berlin("2027-03-02T00:00"), berlin("2027-03-03T00:00")) == timedelta(hours=8)


# --- Settings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("XX", "no country"),
        ("Germany", "no country"),
        ("DE-XX", "Known: BB, BE"),
        ("de-berlin", "has no part “berlin”"),
        ("SG-1", "write SG"),
    ],
)
def test_a_region_that_is_not_known_is_refused_with_the_remedy(text: str, says: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        load(holidays=text)
    assert refused.value.problems[0].startswith("EVENHAND_HOLIDAYS: ")
    assert says in refused.value.problems[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("24.12.2027", "write days like"),
        ("2027-02-30", "write days like"),
        ("2027-12-31..2027-12-24", "earlier day first"),
        ("2027-01-01..2029-01-01", "longer than a year"),
    ],
)
def test_a_day_that_cannot_be_read_is_refused_with_the_remedy(text: str, says: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        load(closed_days=text)
    assert says in refused.value.problems[0]


def test_settings_reach_the_desk() -> None:
    opening = load(
        time_zone="Europe/Berlin", opening_hours="Mon-Fri 09:00-17:00", holidays="de-be, at", closed_days=""
    ).opening()
    assert opening.closed == ClosedDays(("DE-BE", "AT"))
    assert parse_regions("") == ()


# --- Against every single minute --------------------------------------------------------------------

_zones = st.sampled_from(
    [
        "Europe/Berlin",
        "Africa/Cairo",
        "Australia/Lord_Howe",
        "America/Havana",
        "America/St_Johns",
        "Asia/Gaza",
        "UTC",
    ]
).map(ZoneInfo)
_minutes = st.integers(0, 24 * 4 - 1).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
# Around the weeks in which clocks change, and around New Year, where one year's stretches meet the next one's.
_starts = st.sampled_from(
    ["2027-03-24", "2027-03-11", "2027-04-02", "2027-04-28", "2027-10-28", "2027-11-04", "2027-12-30"]
).map(lambda day: datetime.fromisoformat(day).replace(tzinfo=UTC))


@st.composite
def _desks(draw: st.DrawFn) -> OpeningHours:
    spans = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(_minutes)
        end = draw(_minutes.filter(lambda end, start=start: end > start or end == time(0)))
        spans.append(Span(draw(st.integers(0, 6)), start, end))
    own = draw(st.frozensets(st.dates(date(2027, 3, 1), date(2028, 1, 10)), max_size=20))
    regions = draw(st.sampled_from([(), ("DE-BE",), ("US-CA", "AT")]))
    return OpeningHours(draw(_zones), tuple(spans), ClosedDays(regions, own))


@settings(max_examples=40, deadline=None)
@given(_desks(), _starts, st.integers(0, 1440), st.integers(0, 4 * 1440))
@example(parse_hours("Sun 02:30-08:00", BERLIN, IN_BERLIN), datetime(2027, 3, 27, tzinfo=UTC), 0, 5000)
@example(parse_hours("Sun 02:30-08:00", BERLIN, IN_BERLIN), datetime(2027, 10, 30, tzinfo=UTC), 7, 5000)
def test_open_time_is_the_minutes_in_which_it_is_open(
    desk: OpeningHours, start: datetime, into: int, length: int
) -> None:
    start += timedelta(minutes=into)
    minutes = [start + timedelta(minutes=n) for n in range(length)]
    is_open = [desk.is_open(minute) for minute in minutes]
    assert desk.open_time(start, start + timedelta(minutes=length)) == timedelta(minutes=sum(is_open))
    first = next((minute for minute, opened in zip(minutes, is_open, strict=True) if opened), None)
    if first is not None:
        assert desk.next_opening(start) == first
    elif length:
        assert desk.next_opening(start) > minutes[-1]


@settings(max_examples=60, deadline=None)
@given(_desks(), _starts, st.integers(0, 3_000), st.integers(0, 2_000_000))
def test_after_so_much_open_time_exactly_so_much_has_passed(
    desk: OpeningHours, start: datetime, minutes: int, seconds: int
) -> None:
    due = desk.after(start, timedelta(minutes=minutes))
    assert desk.open_time(start, due) == timedelta(minutes=minutes)
    assert minutes == 0 or desk.open_time(start, due - timedelta(seconds=1)) < timedelta(minutes=minutes)
    later = start + timedelta(seconds=seconds)
    assert desk.after(start, desk.open_time(start, later)) <= later or not seconds


@settings(max_examples=30, deadline=None)
@given(_desks(), _starts)
def test_stretches_are_in_order_and_never_touch(desk: OpeningHours, start: datetime) -> None:
    found = []
    for begins, ends in stretches(desk, start):
        found.append((begins, ends))
        if len(found) == 100:
            break
    assert all(begins < ends for begins, ends in found)
    # Only the turn of the year in UTC may cut one in two.
    assert all(
        one[1] < two[0] or (one[1] == two[0] and two[0].month == two[0].day == 1)
        for one, two in pairwise(found)
    )


def test_over_years_it_adds_up_year_by_year() -> None:
    whole = OFFICE.open_time(datetime(2019, 5, 3, 7, tzinfo=UTC), datetime(2031, 2, 4, 11, tzinfo=UTC))
    cuts = [datetime(2019, 5, 3, 7, tzinfo=UTC)]
    while cuts[-1] < datetime(2031, 2, 4, 11, tzinfo=UTC):
        cuts.append(min(cuts[-1] + timedelta(days=37, hours=5), datetime(2031, 2, 4, 11, tzinfo=UTC)))
    assert sum((OFFICE.open_time(a, b) for a, b in pairwise(cuts)), timedelta(0)) == whole

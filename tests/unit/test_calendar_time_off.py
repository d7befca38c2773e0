"""Time off from people's own calendars: days and hours in their zone, series, changes, and what is no calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from triage.oncall.calendar.time_off import MOST_BYTES, Read, read_time_off
from triage.oncall.exchange.document import FileRefused

NOW = datetime(2027, 3, 2, 10, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def event(*lines: str, uid: str = "one@home") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20270101T000000Z", *lines, "END:VEVENT", ""])


def calendar(*events: str) -> bytes:
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" + "".join(events) + "END:VCALENDAR\r\n"
    ).encode()


def read(*events: str) -> Read:
    return read_time_off(calendar(*events), BERLIN, now=NOW)


def spans(*events: str) -> list[tuple[str, str]]:
    return [
        tuple(f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}" for at in (one.start, one.end))  # type: ignore[misc]
        for one in read(*events).times
    ]


def refused(text: bytes) -> list[tuple[int, str]]:
    with pytest.raises(FileRefused) as caught:
        read_time_off(text, BERLIN, now=NOW)
    return [(wrong.line, wrong.what) for wrong in caught.value.wrong]


def test_a_day_off_is_a_day_where_the_person_lives() -> None:
    days = event("DTSTART;VALUE=DATE:20270327", "DTEND;VALUE=DATE:20270330", "SUMMARY:Secret plans")
    found = read(days)
    # The clocks change on the 28th: three days that are an hour short.
    assert found.times[0].end - found.times[0].start == timedelta(days=3, hours=-1)
    assert spans(days) == [("2027-03-27 00:00", "2027-03-30 00:00")]
    assert spans(event("DTSTART;VALUE=DATE:20270327")) == [("2027-03-27 00:00", "2027-03-28 00:00")]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("DTSTART:20270305T080000Z", "DTEND:20270305T110000Z"),
        ("DTSTART:20270305T090000", "DTEND:20270305T120000"),
        ("DTSTART;TZID=Europe/Berlin:20270305T090000", "DURATION:PT3H"),
        ("DTSTART;TZID=America/New_York:20270305T030000", "DTEND;TZID=Europe/Berlin:20270305T120000"),
    ],
)
def test_hours_off_are_the_same_moments_however_they_are_told(start: str, end: str) -> None:
    assert spans(event(start, end)) == [("2027-03-05 09:00", "2027-03-05 12:00")]


def test_what_is_over_or_over_a_year_away_is_left_out() -> None:
    over = event("DTSTART;VALUE=DATE:20270301", uid="over")
    running = event("DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270304", uid="running")
    far = event("DTSTART;VALUE=DATE:20290301", uid="far")
    assert spans(over, running, far) == [("2027-03-01 00:00", "2027-03-04 00:00")]


def test_a_series_comes_back_at_the_same_wall_time() -> None:
    fridays = event(
        "DTSTART;TZID=Europe/Berlin:20270305T150000",
        "DTEND;TZID=Europe/Berlin:20270305T170000",
        "RRULE:FREQ=WEEKLY;COUNT=5",
        "EXDATE;TZID=Europe/Berlin:20270312T150000",
        "RDATE;TZID=Europe/Berlin:20270501T150000",
    )
    assert [start for start, _ in spans(fridays)] == [
        "2027-03-05 15:00",
        "2027-03-19 15:00",
        "2027-03-26 15:00",
        "2027-04-02 15:00",
        "2027-05-01 15:00",
    ]


def test_one_time_of_a_series_may_move_or_be_called_off() -> None:
    series = event("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=WEEKLY;UNTIL=20270322")
    moved = event("RECURRENCE-ID;VALUE=DATE:20270308", "DTSTART;VALUE=DATE:20270309")
    off = event("RECURRENCE-ID;VALUE=DATE:20270315", "DTSTART;VALUE=DATE:20270315", "STATUS:CANCELLED")
    assert [start[:10] for start, _ in spans(series, moved, off)] == ["2027-03-09", "2027-03-22"]

    before, after = read(series), read(series, moved)
    keys = {one.key for one in before.times}
    assert {one.key for one in after.times} == keys


def test_a_later_version_counts_and_a_cancelled_event_is_known_by_name() -> None:
    first = event("DTSTART;VALUE=DATE:20270305", "SEQUENCE:1")
    second = event("DTSTART;VALUE=DATE:20270306", "SEQUENCE:2")
    assert spans(second, first) == [("2027-03-06 00:00", "2027-03-07 00:00")]

    gone = read(event("DTSTART;VALUE=DATE:20270306", "STATUS:CANCELLED", "SEQUENCE:3"))
    assert gone.times == ()
    assert gone.events == read(first).events


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["SUMMARY:When?"], "does not say when it starts"),
        (["DTSTART:yesterday"], "not a day or a moment"),
        (["DTSTART;VALUE=DATE:00010101"], "year 1"),
        (["DTSTART;VALUE=DATE:20270306", "DTEND;VALUE=DATE:20270301"], "ends before it starts"),
        (["DTSTART;VALUE=DATE:20270306", "RRULE:FREQ=HOURLY"], "does not follow"),
        (["DTSTART;VALUE=DATE:20270306", "RRULE:FREQ=DAILY;INTERVAL=0"], "no steps"),
        (["DTSTART;VALUE=DATE:20270306", "RRULE:FREQ=DAILY;BYMONTHDAY=31"], "does not follow"),
        (["DTSTART;VALUE=DATE:20270306", "RRULE:FREQ=NEVER"], "broken"),
        (["DTSTART;VALUE=DATE:20270306", "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "more than one rule"),
        (
            ["DTSTART;VALUE=DATE:20270306", "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20270306"],
            "all later times",
        ),
    ],
)
def test_an_event_that_cannot_be_understood_is_told_with_its_line(lines: list[str], says: str) -> None:
    good = event("DTSTART;VALUE=DATE:20270305", uid="good")
    ((line, what),) = refused(calendar(good, event(*lines)))
    assert (line, says in what) == (9, True), what


def test_an_event_without_a_name_would_not_be_known_again() -> None:
    assert refused(calendar(event("DTSTART:20270305T080000Z").replace("UID:one@home\r\n", ""))) == [
        (4, "The event has no UID, so it would not be known again")
    ]


def daily(many: int) -> list[str]:
    return [event("DTSTART;VALUE=DATE:20270306", "RRULE:FREQ=DAILY", uid=str(n)) for n in range(many)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "not a calendar"),
        (b"<html>Please sign in</html>", "not a calendar"),
        (b"BEGIN:VCALENDAR\r\nfoo\r\nEND:VCALENDAR\r\n", "not a calendar"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 10_000, "nested too deeply"),
        (b"BEGIN:VCALENDAR\r\n" + b"X" * MOST_BYTES, "longer than"),
        (
            calendar(
                *[event("DTSTART;VALUE=DATE:20270306", "RRULE:FREQ=DAILY", uid=str(n)) for n in range(201)]
            ),
            "more than",
        ),
        (
            calendar(
                *[event("DTSTART;VALUE=DATE:20270306", "RRULE:FREQ=DAILY", uid=str(n)) for n in range(4)]
            ),
            "in a year",
        ),
    ],
)
def test_what_is_no_calendar_of_time_off_is_refused(text: bytes, says: str) -> None:
    assert says in refused(text)[0][1]


# --- Any text ---------------------------------------------------------------------------------------

SAMPLE = calendar(
    event("DTSTART;VALUE=DATE:20270327", "DTEND;VALUE=DATE:20270330"),
    event(
        "DTSTART;TZID=Europe/Berlin:20270305T150000",
        "DURATION:PT2H",
        "RRULE:FREQ=WEEKLY;COUNT=5;BYDAY=FR",
        "EXDATE;TZID=Europe/Berlin:20270312T150000",
        "RDATE;VALUE=DATE:20270501",
        uid="two",
    ),
    event("RECURRENCE-ID;TZID=Europe/Berlin:20270319T150000", "DTSTART:20270319T170000Z", uid="two"),
)
WORDS = st.sampled_from(
    [
        b"BEGIN:VEVENT",
        b"END:VCALENDAR",
        b"DTSTART:",
        b";TZID=",
        b"VALUE=DATE",
        b"RRULE:",
        b"BYSETPOS=-1",
        b"\r\n ",
        b":",
        b";",
    ]
)


def tried(text: bytes) -> None:
    try:
        read_time_off(text, BERLIN, now=NOW)
    except FileRefused as refusal:
        told = refusal.wrong
    else:
        return
    assert told


@given(
    st.binary(max_size=120) | st.text(max_size=120).map(lambda text: b"BEGIN:VCALENDAR\r\n" + text.encode())
)
def test_no_text_breaks_the_reading(text: bytes) -> None:
    tried(text)


@given(st.data())
def test_a_damaged_calendar_is_read_or_refused(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SAMPLE)))
    end = data.draw(st.integers(start, min(len(SAMPLE), start + 20)))
    tried(SAMPLE[:start] + data.draw(st.binary(max_size=6) | WORDS) + SAMPLE[end:])


@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2027, 3, 3), datetime(2027, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
            st.integers(1, 500),
        ),
        max_size=6,
        unique_by=lambda one: one[0],
    )
)
def test_whole_hours_are_read_as_they_were_written(given_times: list[tuple[datetime, int]]) -> None:
    written = Calendar()
    wanted = set()
    for n, (moment, hours) in enumerate(given_times):
        start = moment.replace(microsecond=0)
        one = Event()
        one.add("uid", str(n))
        one.add("dtstart", start)
        one.add("dtend", start + timedelta(hours=hours))
        written.add_component(one)
        wanted.add((start, start + timedelta(hours=hours)))
    found = read_time_off(written.to_ical(), BERLIN, now=NOW)
    assert {(one.start, one.end) for one in found.times} == wanted

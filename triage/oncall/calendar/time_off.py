"""Time off read from somebody's own calendar: which times, and a name for each by which it is known again. Pure.

Titles, places and guests are never looked at. A repeating event counts for a year ahead, each time as one of its own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from triage.oncall.calendar.repeating import NotReadable, inside, repeated
from triage.oncall.exchange.document import FileRefused, Wrong

MOST_BYTES = 2_000_000
_MOST_EVENTS = 5_000
_MOST_REPEATING = 200
_MOST_TIMES = 1_000
_DEEPEST = 5
_AHEAD = timedelta(days=366)
# An event that does not come back is the same wherever it is moved.
_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
_BEGINS = re.compile(rb"^(BEGIN|END):([\w-]+)\s*$", re.IGNORECASE | re.MULTILINE)
_SENT_AGAIN = "Export the calendar again, as iCalendar (.ics)"
# What the library raises on what is no calendar; it documents ValueError and lets these through as well.
_UNREADABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError)


@dataclass(frozen=True, order=True)
class TimeOff:
    """One stretch of time off. `event` names the event it is one time of, `key` this time alone."""

    start: datetime
    end: datetime
    event: str
    key: str


@dataclass(frozen=True)
class Read:
    """A calendar as far as it counts: what is off, and every event it mentions, also those that were called off."""

    times: tuple[TimeOff, ...]
    events: frozenset[str]


def read_time_off(text: bytes, zone: ZoneInfo, *, now: datetime) -> Read:
    """All-day and floating times are told in `zone`. Raises `FileRefused`, and nothing else."""
    lines = _checked(text)
    try:
        found = [
            event for calendar in Calendar.from_ical(text, multiple=True) for event in calendar.walk("VEVENT")
        ]
    except _UNREADABLE as no:
        line = int(getattr(no, "line_number", None) or 0)
        raise FileRefused([Wrong(line, f"This is not a calendar ({_short(no)})", _SENT_AGAIN)]) from None
    if len(found) > _MOST_EVENTS or sum("RRULE" in event for event in found) > _MOST_REPEATING:
        most = f"{_MOST_EVENTS} events, or than {_MOST_REPEATING} that come back"
        raise FileRefused([Wrong(0, f"The calendar has more than {most}", "Export only your time off")])
    return _read(found, lines, zone, now=now)


def _read(found: list[Component], lines: list[int], zone: ZoneInfo, *, now: datetime) -> Read:
    wrong: list[Wrong] = []
    events: dict[str, list[_Event]] = {}
    for n, component in enumerate(found):
        line = lines[n] if n < len(lines) else 0
        try:
            event = _Event.of(component, zone, line)
            events.setdefault(event.name, []).append(event)
        except NotReadable as no:
            wrong.append(Wrong(line, no.what, no.remedy))
    times: list[TimeOff] = []
    for name, versions in events.items():
        try:
            times += _times(name, versions, now=now)
        except NotReadable as no:
            wrong.append(Wrong(versions[0].line, no.what, no.remedy))
    if len(times) > _MOST_TIMES:
        wrong.append(
            Wrong(0, f"That is off more than {_MOST_TIMES} times in a year", "Export only your time off")
        )
    if wrong:
        raise FileRefused(wrong)
    return Read(tuple(sorted(times)), frozenset(events))


def _short(no: Exception) -> str:
    return " ".join(str(no).split())[:100] or type(no).__name__


def _checked(text: bytes) -> list[int]:
    """The lines on which events begin. Refuses what is too long, too deep, or no calendar at all."""
    if len(text) > MOST_BYTES:
        size = f"The calendar is longer than {MOST_BYTES // 1_000_000} MB"
        raise FileRefused([Wrong(0, size, "Export only your time off, or fewer months")])
    depth, at, line, begins, lines = 0, 0, 1, 0, []
    for found in _BEGINS.finditer(text):
        line, at = line + text.count(b"\n", at, found.start()), found.start()
        depth += 1 if found[1].upper() == b"BEGIN" else -1
        if depth > _DEEPEST:
            raise FileRefused([Wrong(line, "The calendar is nested too deeply", _SENT_AGAIN)])
        if found[1].upper() == b"BEGIN":
            begins += found[2].upper() == b"VCALENDAR"
            if found[2].upper() == b"VEVENT":
                lines.append(line)
    if not begins:
        raise FileRefused([Wrong(1, "This is not a calendar: BEGIN:VCALENDAR is missing", _SENT_AGAIN)])
    return lines


@dataclass(frozen=True)
class _Event:
    """One VEVENT: a series, or what became of one time of it."""

    line: int
    name: str
    start: datetime
    length: timedelta
    sequence: int
    is_off: bool
    # Which time of the series this speaks of; None for the series itself.
    instead_of: datetime | None
    component: Component

    @property
    def comes_back(self) -> bool:
        return "RRULE" in self.component or "RDATE" in self.component

    @classmethod
    def of(cls, component: Component, zone: ZoneInfo, line: int) -> "_Event":
        uid = component.get("UID")
        if uid is None:
            raise NotReadable("The event has no UID, so it would not be known again", _SENT_AGAIN)
        start = _decoded(component, "DTSTART")
        if start is None:
            raise NotReadable("The event does not say when it starts", "Give it a start, or take it out")
        again = _decoded(component, "RECURRENCE-ID")
        if again is not None and "RANGE" in (inside(component["RECURRENCE-ID"], "params") or {}):
            raise NotReadable(
                "One change is meant for all later times of the event, which cannot be read",
                "Make the later times an event of their own",
            )
        return cls(
            line,
            sha256(str(uid).encode("utf-8", "replace")).hexdigest()[:12],
            _local(start, zone),
            _length(component, start, zone),
            _sequence(component),
            str(component.get("STATUS", "")).upper() == "CANCELLED",
            None if again is None else _local(again, zone).astimezone(UTC),
            component,
        )


def _decoded(component: Component, name: str) -> Any:
    """A date or a moment; None where there is none."""
    value = component.get(name)
    if value is None:
        return None
    found = None if isinstance(value, list) else inside(value, "dt")
    if not isinstance(found, date):
        raise NotReadable(f"{name} is not a day or a moment", "Correct it, or take the event out")
    if not 1990 <= found.year < 2200:
        raise NotReadable(f"{name} lies in the year {found.year}", "Correct it, or take the event out")
    return found


def _local(value: date | datetime, zone: ZoneInfo) -> datetime:
    """A day begins at midnight of the person's zone, where a time without a zone is told as well."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone)
    return value if value.tzinfo is not None else value.replace(tzinfo=zone)


def _length(component: Component, start: date | datetime, zone: ZoneInfo) -> timedelta:
    """In wall time, so that a day off is a whole day also where the clocks change."""
    end = _decoded(component, "DTEND")
    if end is not None:
        begins, ends = _local(start, zone), _local(end, zone)
        length = ends.replace(tzinfo=None) - begins.astimezone(ends.tzinfo).replace(tzinfo=None)
    else:
        given = inside(component.get("DURATION"), "dt")
        if component.get("DURATION") is not None and not isinstance(given, timedelta):
            raise NotReadable("DURATION is not a length of time", "Correct it, or take the event out")
        length = given or (timedelta(days=1) if not isinstance(start, datetime) else timedelta())
    if length < timedelta() or length > _AHEAD:
        raise NotReadable("The event ends before it starts, or lasts longer than a year", "Correct its end")
    return length


def _sequence(component: Component) -> int:
    try:
        return int(component.get("SEQUENCE", 0))
    except (TypeError, ValueError):
        return 0


# --- Each time of an event --------------------------------------------------------------------------


def _times(name: str, versions: Iterable[_Event], *, now: datetime) -> Iterator[TimeOff]:
    """The times still to come. Of two versions the later one counts; a changed time stands in for its own."""
    latest: dict[datetime | None, _Event] = {}
    for event in versions:
        known = latest.get(event.instead_of)
        if known is None or event.sequence >= known.sequence:
            latest[event.instead_of] = event
    series = latest.pop(None, None)
    if series is not None and not series.is_off:
        for start in repeated(
            series.component, series.start, now - series.length, now + _AHEAD, most=_MOST_TIMES
        ):
            if start.astimezone(UTC) not in latest:
                known_as = start.astimezone(UTC) if series.comes_back else _ONCE
                yield from _time(name, start, known_as, series, now=now)
    for instead_of, event in latest.items():
        series_is_off = series is not None and series.is_off
        if instead_of is not None and not event.is_off and not series_is_off:
            yield from _time(name, event.start, instead_of, event, now=now)


def _time(
    name: str, start: datetime, known_as: datetime, event: _Event, *, now: datetime
) -> Iterator[TimeOff]:
    # In wall time: a day off ends at midnight, whatever the clocks did.
    end = (start.replace(tzinfo=None) + event.length).replace(tzinfo=start.tzinfo)
    begins, ends = start.astimezone(UTC), end.astimezone(UTC)
    if begins < ends and ends > now and begins < now + _AHEAD:
        key = sha256(known_as.isoformat().encode()).hexdigest()[:8]
        yield TimeOff(begins, ends, name, key)

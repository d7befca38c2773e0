"""When the desk is open. Pure: local wall time in the desk's zone, moments in UTC."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from triage.sla.closed_days import ClosedDays

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?\s+(?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)", re.IGNORECASE
)
_MIDNIGHT = time(0)
_NEVER_CLOSED = ClosedDays()
# Somebody may close the desk for more than one year; nobody for so many.
_LOOK_AHEAD_YEARS = 50


@dataclass(frozen=True)
class Span:
    """One stretch of a weekday (0 is Monday), `[start, end)` in local wall time; an end at 00:00 ends the day."""

    weekday: int
    start: time
    end: time

    def holds(self, local: datetime) -> bool:
        if self.weekday != local.weekday() or local.time() < self.start:
            return False
        return local.time() < self.end or self.end == _MIDNIGHT

    def begins(self, day: date) -> datetime:
        return datetime.combine(day, self.start)

    def ends(self, day: date) -> datetime:
        past = day + timedelta(days=1) if self.end == _MIDNIGHT else day
        return datetime.combine(past, self.end)


_ALL_DAY = tuple(Span(weekday, _MIDNIGHT, _MIDNIGHT) for weekday in range(7))


@dataclass(frozen=True)
class OpeningHours:
    """No spans means that the desk is open all day; with no closed days either, always."""

    zone: ZoneInfo
    spans: tuple[Span, ...] = ()
    closed: ClosedDays = _NEVER_CLOSED

    @property
    def always(self) -> bool:
        return not self.spans and not self.closed

    def is_open(self, at: datetime) -> bool:
        if self.always:
            return True
        local = at.astimezone(self.zone)
        if self.spans and not any(span.holds(local) for span in self.spans):
            return False
        return local.date() not in self.closed

    def next_opening(self, at: datetime) -> datetime:
        """The first moment from `at` on at which the desk is open, in UTC."""
        if self.is_open(at):
            return at.astimezone(UTC)
        return next(start for start, _ in stretches(self, at))

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """How much of `[start, end)` the desk is open."""
        if end <= start:
            return timedelta(0)
        if self.always:
            return end - start
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        whole = (_year(self, year).total for year in range(start.year, end.year))
        return sum(whole, _year(self, end.year).until(end)) - _year(self, start.year).until(start)

    def after(self, start: datetime, time_open: timedelta) -> datetime:
        """The first moment at which the desk has been open so long since `start`, in UTC."""
        left = time_open
        if left <= timedelta(0):
            return start.astimezone(UTC)
        if self.always:
            return start.astimezone(UTC) + left
        for begins, ends in stretches(self, start):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        raise AssertionError("the desk opens again, each year")

    def closed_at(self, at: datetime) -> str | None:
        """Why the desk is closed that whole day: a holiday's name; None where the day is like any other."""
        return self.closed.name(at.astimezone(self.zone).date())


def stretches(opening: OpeningHours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every `[begins, ends)` from `start` on in which the desk is open, in UTC, in order. Goes on for years."""
    start = start.astimezone(UTC)
    for year in range(start.year, start.year + _LOOK_AHEAD_YEARS):
        found = _year(opening, year)
        first = bisect_right(found.ends, start)
        for begins, ends in zip(found.begins[first:], found.ends[first:], strict=True):
            yield max(begins, start), ends


@dataclass(frozen=True)
class _Year:
    """When the desk is open in one year of UTC, and how long it was open before each stretch of it began."""

    begins: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    before: tuple[timedelta, ...]
    total: timedelta

    def until(self, at: datetime) -> timedelta:
        n = bisect_right(self.begins, at)
        if n == 0:
            return timedelta(0)
        return self.before[n - 1] + min(at, self.ends[n - 1]) - self.begins[n - 1]


@lru_cache(maxsize=512)
def _year(opening: OpeningHours, year: int) -> _Year:
    begins: list[datetime] = []
    ends: list[datetime] = []
    before: list[timedelta] = []
    total = timedelta(0)
    for start, end in _joined(sorted(_open_in(opening, year))):
        begins.append(start)
        ends.append(end)
        before.append(total)
        total += end - start
    return _Year(tuple(begins), tuple(ends), tuple(before), total)


def _open_in(opening: OpeningHours, year: int) -> Iterator[tuple[datetime, datetime]]:
    """Between two changes of the clock, wall time and UTC run side by side: a span is cut there and moved over."""
    of_day: dict[int, list[Span]] = {}
    for span in opening.spans or _ALL_DAY:
        of_day.setdefault(span.weekday, []).append(span)
    for start, end, offset in _between_clock_changes(opening.zone, year):
        first, last = (start + offset).replace(tzinfo=None), (end + offset).replace(tzinfo=None)
        for day in (first.date() + timedelta(days=n) for n in range((last.date() - first.date()).days + 1)):
            if day in opening.closed:
                continue
            for span in of_day.get(day.weekday(), ()):
                begins, ends = max(first, span.begins(day)), min(last, span.ends(day))
                if begins < ends:
                    yield (begins - offset).replace(tzinfo=UTC), (ends - offset).replace(tzinfo=UTC)


def _between_clock_changes(zone: ZoneInfo, year: int) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The year in pieces of one offset from UTC each."""
    start, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    day, offset = start, _offset(zone, start)
    while day < last:
        following = day + timedelta(days=1)
        if _offset(zone, following) != offset:
            changes = _clock_change(zone, day, following)
            if changes < last:
                yield start, changes, offset
                start, offset = changes, _offset(zone, changes)
        day = following
    yield start, last, offset


def _clock_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second from which the later offset holds."""
    earlier = _offset(zone, before)
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, before + timedelta(seconds=middle)) == earlier:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _joined(found: list[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Stretches that touch or overlap are one; `found` is sorted."""
    current: tuple[datetime, datetime] | None = None
    for start, end in found:
        if current is not None and start <= current[1]:
            current = (current[0], max(current[1], end))
            continue
        if current is not None:
            yield current
        current = (start, end)
    if current is not None:
        yield current


def parse_hours(text: str, zone: ZoneInfo, closed: ClosedDays = _NEVER_CLOSED) -> OpeningHours:
    """Reads `Mon-Fri 09:00-17:00, Sat 10:00-14:00`; an empty text is open all day.

    Raises `ValueError` with the part that could not be read.
    """
    spans: list[Span] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        spans.extend(_parse_span(part))
    return OpeningHours(zone, tuple(spans), closed)


def _parse_span(part: str) -> list[Span]:
    match = _SPAN.fullmatch(part)
    if match is None:
        raise ValueError(f"cannot read “{part}”: write it like “Mon-Fri 09:00-17:00”")
    first, last = match["first"].lower(), (match["last"] or match["first"]).lower()
    for day in (first, last):
        if day not in _DAYS:
            raise ValueError(f"“{day}” in “{part}” is no day: use {', '.join(_DAYS)}")
    start = _time(match["start"], part)
    end = _MIDNIGHT if match["end"] == "24:00" else _time(match["end"], part)
    if start >= end and end != _MIDNIGHT:
        raise ValueError(f"“{part}” ends before it starts: split a night in two, 22:00-24:00 and 00:00-06:00")
    a, b = _DAYS.index(first), _DAYS.index(last)
    days = range(a, b + 1) if a <= b else (*range(a, 7), *range(b + 1))
    return [Span(day, start, end) for day in days]


def _time(text: str, part: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as unknown:
        raise ValueError(
            f"“{text}” in “{part}” is no time of day: use 00:00 to 23:59, and 24:00 only as an end"
        ) from unknown

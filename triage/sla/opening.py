"""When the desk is open. Pure: local wall time in the desk's zone, moments in UTC."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?\s+(?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)", re.IGNORECASE
)
_MIDNIGHT = time(0)
# Two weeks, because a change of the clocks may swallow the one opening of a week.
_LOOK_AHEAD = 15


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


@dataclass(frozen=True)
class OpeningHours:
    """No spans means that the desk is always open."""

    zone: ZoneInfo
    spans: tuple[Span, ...] = ()

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        return not self.spans or any(span.holds(local) for span in self.spans)

    def next_opening(self, at: datetime) -> datetime:
        """The first moment from `at` on at which the desk is open, in UTC."""
        if self.is_open(at):
            return at.astimezone(UTC)
        candidates = [*self._starts(at), *self._clock_changes(at)]
        return min(moment for moment in candidates if moment > at and self.is_open(moment))

    def _starts(self, at: datetime) -> Iterator[datetime]:
        """Where spans begin: twice where the clock goes back over it."""
        today = at.astimezone(self.zone).date()
        for day in (today + timedelta(days=n) for n in range(_LOOK_AHEAD)):
            for span in self.spans:
                if span.weekday == day.weekday():
                    wall = datetime.combine(day, span.start, self.zone)
                    yield from (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))

    def _clock_changes(self, at: datetime) -> Iterator[datetime]:
        """Where the wall clock jumps: into a span whose beginning it skips, or back into one that had ended."""
        start = at.astimezone(UTC).replace(second=0, microsecond=0)
        for day in (start + timedelta(days=n) for n in range(_LOOK_AHEAD)):
            before, after = 0, 24 * 60
            if self._offset(day) == self._offset(day + timedelta(minutes=after)):
                continue
            while after - before > 1:
                middle = (before + after) // 2
                if self._offset(day + timedelta(minutes=middle)) == self._offset(day):
                    before = middle
                else:
                    after = middle
            yield day + timedelta(minutes=after)

    def _offset(self, moment: datetime) -> timedelta | None:
        return moment.astimezone(self.zone).utcoffset()


def parse_hours(text: str, zone: ZoneInfo) -> OpeningHours:
    """Reads `Mon-Fri 09:00-17:00, Sat 10:00-14:00`; an empty text is always open.

    Raises `ValueError` with the part that could not be read.
    """
    spans: list[Span] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        spans.extend(_parse_span(part))
    return OpeningHours(zone, tuple(spans))


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

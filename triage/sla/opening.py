"""When the desk is open. Pure: local wall time in the desk's zone, moments in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(
    r"(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?\s+(?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)", re.IGNORECASE
)


@dataclass(frozen=True)
class Span:
    """One stretch of a weekday (0 is Monday), `[start, end)` in local wall time."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True)
class OpeningHours:
    """No spans means that the desk is always open."""

    zone: ZoneInfo
    spans: tuple[Span, ...] = ()

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        return not self.spans or any(
            span.weekday == local.weekday() and span.start <= local.time() < span.end for span in self.spans
        )

    def next_opening(self, at: datetime) -> datetime:
        """The first moment from `at` on at which the desk is open, in UTC."""
        if self.is_open(at):
            return at.astimezone(UTC)
        today = at.astimezone(self.zone).date()
        openings = (
            datetime.combine(day, span.start, self.zone).astimezone(UTC)
            for day in (today + timedelta(days=n) for n in range(8))
            for span in self.spans
            if span.weekday == day.weekday()
        )
        return min(moment for moment in openings if moment > at)


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
    start, end = time.fromisoformat(match["start"]), time.fromisoformat(match["end"])
    if start >= end:
        raise ValueError(f"“{part}” ends before it starts: split a night into two parts")
    a, b = _DAYS.index(first), _DAYS.index(last)
    days = range(a, b + 1) if a <= b else (*range(a, 7), *range(b + 1))
    return [Span(day, start, end) for day in days]

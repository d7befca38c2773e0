"""How much of a stretch of time the desk was open. Pure."""

from datetime import UTC, datetime, time, timedelta

from triage.sla.opening import OpeningHours


def open_time(opening: OpeningHours, start: datetime, end: datetime) -> timedelta:
    """The part of `[start, end)` within opening hours; all of it where the desk is always open."""
    if end <= start:
        return timedelta(0)
    if not opening.spans:
        return end - start
    total = timedelta(0)
    day, last = start.astimezone(opening.zone).date(), end.astimezone(opening.zone).date()
    while day <= last:
        for span in opening.spans:
            if span.weekday != day.weekday():
                continue
            opens = datetime.combine(day, span.start, opening.zone).astimezone(UTC)
            past = day + timedelta(days=1) if span.end == time(0) else day
            closes = datetime.combine(past, span.end, opening.zone).astimezone(UTC)
            total += max(timedelta(0), min(closes, end) - max(opens, start))
        day += timedelta(days=1)
    return total

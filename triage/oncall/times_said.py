"""Moments, days and lengths as sentences about the rota say them. Pure."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def at_time(at: datetime, zone: ZoneInfo) -> str:
    return f"{_local(at, zone)} {_short(at, zone)}"


def from_to(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    opens, closes = start.astimezone(zone), end.astimezone(zone)
    until = f"{closes:%H:%M}" if opens.date() == closes.date() else _local(end, zone)
    return f"from {_local(start, zone)} to {until} {_short(end, zone)}"


def _local(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{day_of(local.date())}, {local:%H:%M}"


def _short(at: datetime, zone: ZoneInfo) -> str:
    """The zone as people write it; for those without letters of their own, how far it is from UTC."""
    name = at.astimezone(zone).tzname() or ""
    return name if name.isalpha() else f"UTC{name}"


def day_of(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def hours(length: timedelta) -> str:
    """Whole hours, and halves where there are any."""
    halves = round(length.total_seconds() / 1800)
    whole = f"{halves // 2}½" if halves % 2 else str(halves // 2)
    return f"{whole} hour" if halves == 2 else f"{whole} hours"

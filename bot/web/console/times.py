"""Moments and ages as people say them. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def age(at: datetime, now: datetime) -> str:
    """How long ago, in one unit: 4 min, 3 h, 12 days."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 90:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 36 else f"{hours // 24} days"


def local(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The reader's wall time, with as much of the date as is needed."""
    moment, today = at.astimezone(zone), now.astimezone(zone).date()
    clock = f"{moment:%H:%M}"
    if moment.date() == today:
        return clock
    if moment.date() == today - timedelta(days=1):
        return f"yesterday {clock}"
    day = f"{moment.day} {moment:%b}"
    return f"{day}, {clock}" if moment.year == today.year else f"{day} {moment.year}, {clock}"


def exact(at: datetime, zone: ZoneInfo) -> str:
    """To the second, with the zone's name, for whoever wants to know."""
    moment = at.astimezone(zone)
    return f"{moment:%A} {moment.day} {moment:%B %Y, %H:%M:%S} ({zone.key})"

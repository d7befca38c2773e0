"""Moments as people write them: “Sunday 03:10”, “tomorrow 22:00”, “2027-03-07 03:10”. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WRITTEN = re.compile(r"(?P<day>[a-z]+|\d{4}-\d\d-\d\d)[ t]+(?P<hour>\d{1,2}):(?P<minute>\d\d)")
REMEDY = "Write it like “Sunday 03:10”, “today 22:00” or “2027-03-07 03:10”."


def parse_moment(text: str, zone: ZoneInfo, *, now: datetime) -> datetime:
    """In UTC; a weekday is the next one whose time is still to come. Raises `ValueError` with what is wrong."""
    said = " ".join(text.lower().split())
    if said == "now":
        return now.astimezone(UTC)
    found = _WRITTEN.fullmatch(said)
    if found is None:
        raise ValueError(f"“{text}” is no moment")
    try:
        at = time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        raise ValueError(f"{found['hour']}:{found['minute']} is no time of day") from None
    local = now.astimezone(zone)
    day = _day(found["day"], local, at)
    return datetime.combine(day, at, zone).astimezone(UTC)


def _day(said: str, local: datetime, at: time) -> date:
    today = local.date()
    if said == "today":
        return today
    if said == "tomorrow":
        return today + timedelta(days=1)
    fitting = [number for number, name in enumerate(_DAYS) if name.startswith(said) and len(said) >= 3]
    if fitting:
        ahead = (fitting[0] - today.weekday()) % 7
        # Today's own weekday with a time that is over means the one in a week.
        return today + timedelta(days=7 if ahead == 0 and at <= local.time() else ahead)
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise ValueError(f"“{said}” is no day") from None

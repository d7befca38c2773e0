"""How a file says weekdays, times, days and regions. Each pair reads what the other wrote."""

import re
from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from triage.oncall.plan import Restriction

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WHOLE = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ALL = frozenset(range(7))
_RESTRICTION = re.compile(
    r"(?:(?P<days>[A-Za-z][A-Za-z, -]*?)\s+)?(?P<start>[\d:]+)\s*[-–]\s*(?P<end>[\d:]+)"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class NotUnderstood(ValueError):
    """These words mean nothing here; the text says what would."""


def restriction(text: str) -> Restriction:
    """“Mon-Fri 09:00-17:00”, “Sat, Sun 22:00-06:00”, or “22:00-06:00” for every day."""
    found = _RESTRICTION.fullmatch(text.strip())
    if found is None:
        raise NotUnderstood("Write it as “Mon-Fri 09:00-17:00” or “22:00-06:00”")
    days = _weekdays(found["days"]) if found["days"] else _ALL
    return Restriction(days, clock(found["start"]), clock(found["end"]))


def restriction_text(one: Restriction) -> str:
    span = f"{clock_text(one.start)}-{clock_text(one.end)}"
    return span if one.weekdays == _ALL else f"{_weekdays_text(one.weekdays)} {span}"


def _weekdays(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in re.split(r"\s*,\s*|\s+(?!-)(?<!- )", text.strip()):
        first, _, last = (one.strip() for one in part.partition("-"))
        days |= _run(_weekday(first), _weekday(last) if last else _weekday(first))
    return frozenset(days)


def _run(first: int, last: int) -> set[int]:
    """From one weekday to another, over the end of the week where it has to be: Sat-Mon."""
    return {day % 7 for day in range(first, (last if last >= first else last + 7) + 1)}


def _weekday(text: str) -> int:
    for number, whole in enumerate(_WHOLE):
        if len(text) >= 3 and whole.lower().startswith(text.lower()):
            return number
    raise NotUnderstood(f"“{text}” is no day of the week. Write {', '.join(DAYS)}")


def _weekdays_text(days: frozenset[int]) -> str:
    """Runs of three and more as “Mon-Fri”, the others one by one."""
    parts: list[str] = []
    left = sorted(days)
    while left:
        run = [left[0]]
        while run[-1] + 1 in left:
            run.append(run[-1] + 1)
        parts += [f"{DAYS[run[0]]}-{DAYS[run[-1]]}"] if len(run) > 2 else [DAYS[day] for day in run]
        left = [day for day in left if day > run[-1]]
    return ", ".join(parts)


def clock(text: str) -> time:
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise NotUnderstood(f"“{text}” is no time of day. Write it as 09:00")
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if (hour, minute, second) == (24, 0, 0):
        return time(0)
    try:
        return time(hour, minute, second)
    except ValueError:
        raise NotUnderstood(f"“{text}” is no time of day. The last one is 23:59") from None


def clock_text(at: time) -> str:
    return at.isoformat("seconds" if at.second else "minutes")


def day(text: str) -> date:
    try:
        if _DAY.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise NotUnderstood("Write the day as 2027-03-01")


def local_time(text: str) -> datetime:
    """Wall time without a zone."""
    at = _moment(text, "Write it as 2027-03-01 09:00")
    if at.tzinfo is not None:
        raise NotUnderstood("Leave the zone out: times here are local. Write it as 2027-03-01 09:00")
    return at


def local_text(at: datetime) -> str:
    return at.isoformat(" ", "seconds" if at.second else "minutes")


def moment(text: str, zone: ZoneInfo) -> datetime:
    """With an offset as it stands; without one it is wall time in the zone."""
    at = _moment(text, "Write it as 2027-03-01 09:00, or with an offset: 2027-03-01 09:00+01:00")
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def moment_text(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(" ", "seconds" if at.second else "minutes")


def _moment(text: str, remedy: str) -> datetime:
    stripped = text.strip()
    try:
        if _DAY.match(stripped) and ":" in stripped:
            at = datetime.fromisoformat(stripped)
            if 1970 <= at.year < 9000 and not at.microsecond:
                return at
    except ValueError:
        pass
    raise NotUnderstood(remedy)


def zone(text: str) -> ZoneInfo:
    """Only what the database of zones lists: a name is never looked up as a path."""
    if text not in _zones():
        raise NotUnderstood("Write it as Europe/Berlin or America/New_York" + _meant(text))
    return ZoneInfo(text)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _meant(text: str) -> str:
    last = text.rpartition("/")[2].lower().replace(" ", "_")
    near = sorted(one for one in _zones() if last and one.lower().endswith("/" + last))
    return f". Did you mean {near[0]}?" if near else ""

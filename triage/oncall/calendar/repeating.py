"""When an event of a calendar comes back: RRULE, RDATE and EXDATE, within bounds that no rule can break."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, tzinfo
from itertools import islice, takewhile
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Component

# By frequency, what may narrow it down. Anything else could be searched for until the end of time and never come.
_PARTS = {
    "DAILY": {"BYDAY", "BYMONTH"},
    "WEEKLY": {"BYDAY", "BYMONTH"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH"},
}
_ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_BY_HAND = "Enter these days by hand, or make them single events"
_MOST_DATES = 2_000


class NotReadable(Exception):
    """An event that cannot be understood: what, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def inside(value: object, name: str) -> Any:
    """What the library made of a property; None where it could not be read, which it says only when asked."""
    try:
        return getattr(value, name, None)
    except ValueError:
        return None


def repeated(
    component: Component, start: datetime, since: datetime, until: datetime, *, most: int
) -> list[datetime]:
    """The starts within `[since, until)`, in order, with the wall time of the first. Raises `NotReadable`."""
    zone = start.tzinfo or UTC
    found = {start}
    rules = component.get("RRULE")
    if isinstance(rules, list) or "EXRULE" in component:
        raise NotReadable("The event comes back by more than one rule", _BY_HAND)
    if rules is not None:
        found |= set(_by_rule(rules, start, zone, until, most))
    found |= set(_dates(component, "RDATE", zone, start))
    found -= set(_dates(component, "EXDATE", zone, start))
    near = sorted(one for one in found if since <= one < until)
    if len(near) > most:
        raise NotReadable(f"The event comes back more than {most} times a year", _BY_HAND)
    return near


def _by_rule(rule: object, start: datetime, zone: tzinfo, until: datetime, most: int) -> Iterator[datetime]:
    if not isinstance(rule, dict):
        raise NotReadable("The rule by which the event comes back is broken", _BY_HAND)
    parts = {str(key).upper(): value if isinstance(value, list) else [value] for key, value in rule.items()}
    frequency = str(parts.get("FREQ", [""])[0]).upper()
    if frequency not in _PARTS or set(parts) - _ALWAYS - _PARTS[frequency]:
        raise NotReadable("The event comes back by a rule that time off does not follow", _BY_HAND)
    if not all(map(_counts, [*parts.get("INTERVAL", []), *parts.get("COUNT", [])])):
        raise NotReadable("The event comes back in steps that are no steps", _BY_HAND)
    last = min([until.astimezone(zone).replace(tzinfo=None), *_ends(parts.pop("UNTIL", []), zone)])
    text = ";".join(f"{key}={','.join(map(_text, values))}" for key, values in parts.items())
    try:
        times = rrulestr(text, dtstart=start.replace(tzinfo=None))
        # It may have begun long ago, and go on for ever.
        for at in takewhile(lambda one: one <= last, islice(times, 40 * most)):
            yield at.replace(tzinfo=zone)
    except (ValueError, TypeError, OverflowError, KeyError, IndexError):
        raise NotReadable("The rule by which the event comes back is broken", _BY_HAND) from None


def _counts(value: object) -> bool:
    return str(value).isdecimal() and 0 < int(str(value)) < 10_000


def _text(value: object) -> str:
    to_ical = inside(value, "to_ical")
    return to_ical().decode("ascii", "replace") if to_ical is not None else str(value)


def _ends(values: list[object], zone: tzinfo) -> Iterator[datetime]:
    for value in values:
        found = inside(value, "dt") or value
        if isinstance(found, datetime):
            yield (found.astimezone(zone) if found.tzinfo else found).replace(tzinfo=None)
        elif isinstance(found, date):
            yield datetime.combine(found, time.max)


def _dates(component: Component, name: str, zone: tzinfo, start: datetime) -> Iterator[datetime]:
    """The days or moments of an RDATE or EXDATE; a day alone means the time at which the event begins."""
    lists = component.get(name)
    values = [
        value
        for one in (lists if isinstance(lists, list) else [lists] if lists is not None else [])
        for value in inside(one, "dts") or []
    ]
    if len(values) > _MOST_DATES:
        raise NotReadable(f"{name} lists more than {_MOST_DATES} days", _BY_HAND)
    for value in values:
        found = inside(value, "dt")
        found = found[0] if isinstance(found, tuple) else found
        if not isinstance(found, date) or not 1990 <= found.year < 2200:
            raise NotReadable(f"{name} lists something that is no day of our time", _BY_HAND)
        if not isinstance(found, datetime):
            found = datetime.combine(found, start.time())
        yield found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)

"""A feed as iCalendar text (RFC 5545): UTC times, a UID that stays, and nothing about tickets or reasons."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from hashlib import sha256

from icalendar import Calendar, Event, vDuration, vText

from triage.oncall.calendar.telling import Entry, Told

# What a calendar program should wait before it asks again.
_ASK_AGAIN = timedelta(hours=1)
REST = "rest"


def calendar(
    title: str, told: Iterable[Told], *, feed: str, team_id: str, summaries: Mapping[Entry, str]
) -> bytes:
    found = Calendar()
    found.add("prodid", "-//Evenhand//On call//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", vText(title))
    found.add("name", vText(title))
    found.add("refresh-interval", _ASK_AGAIN, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", vDuration(_ASK_AGAIN))
    for one in told:
        found.add_component(_event(one, summaries[one.entry], uid=uid(team_id, feed, one)))
    written: bytes = found.to_ical()
    return written


def uid(team_id: str, feed: str, told: Told) -> str:
    """The same for as long as the turn is, and guessable by nobody from another workspace's feed."""
    named = "\n".join([team_id, feed, told.entry.occurrence, told.entry.role, str(told.piece)])
    return f"{sha256(named.encode()).hexdigest()[:32]}@evenhand"


def _event(told: Told, summary: str, *, uid: str) -> Event:
    event = Event()
    event.add("uid", uid)
    # When what it says last changed: two answers that say the same are the same to the letter.
    event.add("dtstamp", told.changed_at)
    event.add("last-modified", told.changed_at)
    event.add("dtstart", told.entry.start)
    event.add("dtend", told.entry.end)
    event.add("summary", summary)
    event.add("sequence", told.sequence)
    event.add("status", "CONFIRMED" if told.cancelled_at is None else "CANCELLED")
    # Being on call is no meeting: others may still find an hour.
    event.add("transp", "TRANSPARENT")
    return event

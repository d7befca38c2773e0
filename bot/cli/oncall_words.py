"""How shifts are told in the terminal: as a row for scripts, and as words for people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from triage.oncall.plan import Shift, with_names
from triage.people.models import Person

People = Mapping[int, Person]


def called(person_id: int | None, people: People) -> str:
    person = people.get(person_id or 0)
    return person.called if person else "somebody"


def local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %Y %H:%M}"


def reason(shift: Shift, people: People) -> str:
    """Why somebody is on, with names."""
    return with_names(shift.reason, {person_id: person.called for person_id, person in people.items()})


def shift_line(shift: Shift, people: People) -> dict[str, Any]:
    """A shift as one row of JSON; times in UTC."""
    person = people.get(shift.person_id)
    return {
        "role": shift.role.value,
        "who": person.called if person else None,
        "slack_id": person.slack_id if person else None,
        "start": shift.start.isoformat(),
        "end": shift.end.isoformat(),
        "why": shift.why.value,
        "reason": reason(shift, people),
    }

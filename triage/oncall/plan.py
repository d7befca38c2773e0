"""What a schedule is made of, and the shifts that follow from it. Values alone: nothing here computes or stores.

Rules speak local wall time in an IANA zone; a shift, an override and a time off are moments in UTC, `[start, end)`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from triage.vocabulary import AbsenceKind, DutyRole, OverrideKind

__all__ = [
    "Absence",
    "AbsenceKind",
    "DutyRole",
    "Member",
    "Override",
    "OverrideKind",
    "Plan",
    "Recorded",
    "Restriction",
    "Rotation",
    "Schedule",
    "Shift",
    "Turn",
    "Why",
    "people_in",
    "with_names",
]


class Turn(StrEnum):
    """How long one member is on before the next one comes: `every` of these."""

    HOUR = "hour"  # elapsed hours
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    BUSINESS_DAY = (
        "business_day"  # Monday to Friday that are no holidays of the schedule; who is on Friday stays on
    )


@dataclass(frozen=True)
class Member:
    """One place in the order. With `since` or `until` (local dates, half-open) they take part only meanwhile."""

    person_id: int
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Restriction:
    """On these weekdays (0 is Monday) from `start` to `end`, local; an `end` not after `start` is the next day's."""

    weekdays: frozenset[int]
    start: time
    end: time


@dataclass(frozen=True)
class Rotation:
    """People in order. Of two rotations with one role the higher `layer` wins wherever it has somebody on."""

    id: int
    name: str
    role: DutyRole
    layer: int
    turn: Turn
    every: int
    # The first handoff, local wall time in the rotation's zone (naive); every later one is at this time of day.
    starts: datetime
    members: tuple[Member, ...]
    restrictions: tuple[Restriction, ...] = ()
    # Where it differs from the schedule's: follow the sun.
    zone: ZoneInfo | None = None


@dataclass(frozen=True)
class Schedule:
    id: int
    team_id: str
    name: str
    zone: ZoneInfo
    rotations: tuple[Rotation, ...] = ()
    # Country and region as the `holidays` library names them; empty: none.
    country: str = ""
    region: str = ""


@dataclass(frozen=True)
class Override:
    """Somebody else is on. For ADD and COVER `person_id` comes on; REMOVE takes `instead_of` off; REPLACE does both."""

    id: int
    kind: OverrideKind
    role: DutyRole
    start: datetime
    end: datetime
    person_id: int | None = None
    instead_of: int | None = None
    # What it came from: "swap:12", "cover:7", or "" where somebody set it by hand.
    origin: str = ""


@dataclass(frozen=True)
class Absence:
    """Somebody's time off; `kind` is their own business and is shown to nobody else."""

    id: int
    person_id: int
    kind: AbsenceKind
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Recorded:
    """Who really was on: what the rules said when that time had come."""

    role: DutyRole
    start: datetime
    end: datetime
    person_id: int
    rotation_id: int | None
    occurrence: str
    # The word of `Why`, and the sentence that goes with it.
    why: str
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """Everything that decides who is on. Before `recorded_until` only what was recorded counts."""

    schedule: Schedule
    overrides: tuple[Override, ...] = ()
    # Time off; rest decides only who is asked.
    absences: tuple[Absence, ...] = ()
    recorded: tuple[Recorded, ...] = ()
    recorded_until: datetime | None = None


class Why(StrEnum):
    """The kind of reason for which somebody is on."""

    TURN = "turn"
    OVERRIDE = "override"
    SWAP = "swap"
    COVER = "cover"


@dataclass(frozen=True)
class Shift:
    """One person on duty in one role, `[start, end)` in UTC."""

    schedule_id: int
    role: DutyRole
    start: datetime
    end: datetime
    person_id: int
    # The rotation whose turn it is, also where somebody else stands in; None where an override alone put them on.
    rotation_id: int | None
    # Names the turn, whoever stands in: "r<rotation id>:<start of the turn in UTC, ISO>", or "o<override id>".
    # Parts of one turn share it; with `start` it is unique.
    occurrence: str
    why: Why
    # For people: "It is {7}'s turn in “Weekdays”" or "{8} stands in for {7}"; `with_names` puts the names in.
    reason: str

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end


_PERSON = re.compile(r"\{(\d+)\}")


def with_names(reason: str, names: Mapping[int, str]) -> str:
    """The reason with people's names in place of their ids; somebody unknown is "somebody"."""
    return _PERSON.sub(lambda found: names.get(int(found[1]), "somebody"), reason)


def people_in(reason: str) -> set[int]:
    """The ids of everybody whom a reason names."""
    return {int(found) for found in _PERSON.findall(reason)}

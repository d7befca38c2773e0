"""Schedules for tests of swaps, cover and handoffs: office hours and nights, one person a day."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from triage.oncall.plan import Member, Restriction, Rotation, Schedule, Shift, Turn
from triage.oncall.schedules import plans, save_schedule
from triage.oncall.shifts import resolve
from triage.people.models import Person
from triage.vocabulary import DutyRole

# The Monday after the stage opens; nobody is on before.
MONDAY = datetime(2027, 3, 8, tzinfo=UTC)
WEEKDAYS = frozenset(range(5))


def day(n: int, hour: int = 0) -> datetime:
    """The n-th day from that Monday on, at an hour of UTC."""
    return MONDAY + timedelta(days=n, hours=hour)


def office(people: Sequence[Person], *, role: DutyRole = DutyRole.PRIMARY, name: str = "Days") -> Rotation:
    """09:00 to 17:00 on every day, the next one each day."""
    return Rotation(
        id=0,
        name=name,
        role=role,
        layer=0,
        turn=Turn.DAY,
        every=1,
        starts=day(0, 9).replace(tzinfo=None),
        members=tuple(Member(person.id) for person in people),
        restrictions=(Restriction(frozenset(range(7)), time(9), time(17)),),
    )


def around_the_clock(
    people: Sequence[Person], *, starts: datetime, every: int = 1, role: DutyRole = DutyRole.PRIMARY
) -> Rotation:
    """One after the other, each for so many days, from `starts` on."""
    return Rotation(
        id=0,
        name="Round",
        role=role,
        layer=0,
        turn=Turn.DAY,
        every=every,
        starts=starts.replace(tzinfo=None),
        members=tuple(Member(person.id) for person in people),
    )


def schedule(
    session: Session,
    team_id: str,
    *rotations: Rotation,
    name: str = "Weekdays",
    now: datetime,
    zone: str = "UTC",
) -> Schedule:
    wanted = Schedule(id=0, team_id=team_id, name=name, zone=ZoneInfo(zone), rotations=rotations)
    return save_schedule(session, team_id, wanted, by=None, now=now)


def shifts(session: Session, team_id: str, *, start: datetime, end: datetime) -> list[Shift]:
    return [
        shift for plan in plans(session, team_id, start=start, end=end) for shift in resolve(plan, start, end)
    ]


def shift_on(session: Session, team_id: str, at: datetime, *, role: DutyRole = DutyRole.PRIMARY) -> Shift:
    """Whoever is on at that moment, with the shift of that whole day."""
    start = at.replace(hour=0, minute=0)
    found = shifts(session, team_id, start=start, end=start + timedelta(days=1))
    return next(shift for shift in found if shift.role is role and shift.holds(at))

"""Schedules and plans as the database has them, and the two questions asked most: who is on, and when am I."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from triage.errors import TriageError
from triage.oncall.plan import Plan, Schedule, Shift
from triage.oncall.schedule_tables import ScheduleRow
from triage.oncall.shifts import on_now, resolve
from triage.oncall.stored import absences_of, as_schedules, overrides_by_schedule, recorded_by_schedule
from triage.people.models import Person
from triage.vocabulary import AbsenceKind

# No shift is read in half: a turn of a month fits.
_MARGIN = timedelta(days=32)


class NoSuchSchedule(TriageError):
    def __init__(self, named: int | str) -> None:
        super().__init__(f"no schedule {named}")
        self.named = named


def schedules(session: Session, team_id: str) -> list[Schedule]:
    """The workspace's schedules by name."""
    rows = session.scalars(_SCHEDULES, {"team_id": team_id})
    return as_schedules(session, list(rows))


_SCHEDULES = (
    select(ScheduleRow)
    .where(ScheduleRow.team_id == bindparam("team_id"), ScheduleRow.archived_at.is_(None))
    .order_by(ScheduleRow.name)
)
# Until when the past was recorded is read as a column: a row that is known already may be out of date.
_SCHEDULES_RECORDED = _SCHEDULES.add_columns(ScheduleRow.recorded_until)


def schedule(session: Session, schedule_id: int) -> Schedule:
    """Raises `NoSuchSchedule`, also for one that was put away."""
    row = session.get(ScheduleRow, schedule_id)
    if row is None or row.archived_at is not None:
        raise NoSuchSchedule(schedule_id)
    return as_schedules(session, [row])[0]


def find_schedule(session: Session, team_id: str, schedule_id: int) -> Schedule:
    """The workspace's own schedule with that id. Raises `NoSuchSchedule`."""
    found = schedule(session, schedule_id)
    if found.team_id != team_id:
        raise NoSuchSchedule(schedule_id)
    return found


def schedule_named(session: Session, team_id: str, name: str) -> Schedule:
    """Raises `NoSuchSchedule`."""
    found = session.scalars(
        select(ScheduleRow.id).where(ScheduleRow.team_id == team_id, ScheduleRow.name == name)
    ).first()
    if found is None:
        raise NoSuchSchedule(name)
    return schedule(session, found)


def plan_for(session: Session, schedule_id: int, *, start: datetime, end: datetime) -> Plan:
    """Everything that decides who is on within `[start, end)`. Raises `NoSuchSchedule`."""
    found = schedule(session, schedule_id)
    until = session.execute(
        select(ScheduleRow.recorded_until).where(ScheduleRow.id == schedule_id)
    ).scalar_one()
    return _plans(session, [found], {schedule_id: until}, start, end)[0]


def plans(session: Session, team_id: str, *, start: datetime, end: datetime) -> list[Plan]:
    """One plan for each schedule of the workspace."""
    rows = session.execute(_SCHEDULES_RECORDED, {"team_id": team_id}).all()
    found = as_schedules(session, [row for row, _ in rows])
    return _plans(session, found, {row.id: until for row, until in rows}, start, end)


def on_duty(session: Session, team_id: str, *, at: datetime) -> list[Shift]:
    """Whoever is on at a moment, in any role of any schedule, each with the whole shift."""
    found = plans(session, team_id, start=at - _MARGIN, end=at + _MARGIN)
    return [shift for plan in found for shift in on_now(plan, at)]


def shifts_of(session: Session, person: Person, *, start: datetime, end: datetime) -> list[Shift]:
    """One person's shifts within `[start, end)`, of all schedules, in order."""
    found = [
        shift
        for plan in plans(session, person.team_id, start=start, end=end)
        for shift in resolve(plan, start, end)
        if shift.person_id == person.id
    ]
    return sorted(found, key=lambda shift: (shift.start, shift.schedule_id))


def _plans(
    session: Session,
    found: Sequence[Schedule],
    recorded_until: Mapping[int, datetime],
    start: datetime,
    end: datetime,
) -> list[Plan]:
    if not found:
        return []
    ids = [schedule.id for schedule in found]
    overrides = overrides_by_schedule(session, ids, start, end)
    recorded = recorded_by_schedule(session, ids, start, end)
    people = {member.person_id for plan in found for turn in plan.rotations for member in turn.members}
    people |= {made.person_id for several in overrides.values() for made in several if made.person_id}
    # Rest changes no rota, and whoever looks at one reads nothing of it.
    away = [a for a in absences_of(session, people, start=start, end=end) if a.kind is not AbsenceKind.REST]
    return [
        Plan(
            schedule=schedule,
            overrides=tuple(overrides.get(schedule.id, ())),
            absences=tuple(away),
            recorded=tuple(recorded.get(schedule.id, ())),
            recorded_until=recorded_until[schedule.id],
        )
        for schedule in found
    ]

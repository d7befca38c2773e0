"""Schedules are written here, whole and checked. The past is recorded first, so an edit changes nothing before now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from triage.audit import record
from triage.oncall.checking import Problem, ScheduleRefused, problems
from triage.oncall.history import lock_rota, mark_changed, record_past
from triage.oncall.plan import Restriction, Rotation, Schedule
from triage.oncall.plans import (
    NoSuchSchedule,
    find_schedule,
    on_duty,
    plan_for,
    plans,
    schedule,
    schedule_named,
    schedules,
    shifts_of,
)
from triage.oncall.schedule_tables import RotationMember, RotationRow, ScheduleRow
from triage.oncall.swap_upkeep import reconsider
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.people.roster import let_answer

__all__ = [
    "NoSuchSchedule",
    "ScheduleRefused",
    "check_schedule",
    "delete_schedule",
    "find_schedule",
    "on_duty",
    "plan_for",
    "plans",
    "save_schedule",
    "schedule",
    "schedule_named",
    "schedules",
    "shifts_of",
]


def check_schedule(session: Session, team_id: str, new: Schedule) -> list[Problem]:
    """What is wrong with the rules, and with the people they name; none where it may be saved."""
    found = problems(new)
    people = {member.person_id for rotation in new.rotations for member in rotation.members}
    known = set(session.scalars(select(Person.id).where(Person.team_id == team_id, Person.id.in_(people))))
    for n, rotation in enumerate(new.rotations):
        for m, member in enumerate(rotation.members):
            if member.person_id not in known:
                path = ("rotations", n, "members", m)
                found.append(Problem(path, "This person is unknown here.", "Name somebody of the workspace."))
    named = _row_named(session, team_id, new.name)
    if new.id and named is not None and named.id != new.id:
        found.append(Problem(("name",), f"Another schedule is called “{new.name}”.", "Choose another name."))
    return found


def save_schedule(
    session: Session, team_id: str, new: Schedule, *, by: Person | None, now: datetime
) -> Schedule:
    """Puts the rules in force from now on: as a new schedule, or in place of the one with its id or name.

    Whoever is put on it may answer tickets from now on. Raises `ScheduleRefused` with everything that is wrong.
    """
    if by is not None:
        require(by.role, Permission.SET_ONCALL)
    lock_rota(session, team_id)
    if wrong := check_schedule(session, team_id, new):
        raise ScheduleRefused(wrong)
    row = _row_to_write(session, team_id, new, now=now)
    before = schedule(session, row.id)
    row.name, row.zone, row.country, row.region = new.name, new.zone.key, new.country, new.region
    _write_rotations(session, row, new.rotations, now=now)
    _let_answer(session, new, by=by, now=now)
    after = schedule(session, row.id)
    if after != before:
        mark_changed(session, row.id, now=now)
        reconsider(session, row.id, now=now)
        record(session, "schedule.saved", by=by, team_id=team_id, now=now, schedule=new.name)
    return after


def delete_schedule(
    session: Session, team_id: str, schedule_id: int, *, by: Person | None, now: datetime
) -> None:
    """Nobody is on by it any more. Who was on stays on record. Raises `NoSuchSchedule`."""
    if by is not None:
        require(by.role, Permission.SET_ONCALL)
    lock_rota(session, team_id)
    gone = find_schedule(session, team_id, schedule_id)
    record_past(session, schedule_id, now=now)
    row = session.get_one(ScheduleRow, schedule_id)
    row.archived_at = row.changed_at = now
    session.flush()
    reconsider(session, schedule_id, now=now)
    record(session, "schedule.deleted", by=by, team_id=team_id, now=now, schedule=gone.name)


def _row_named(session: Session, team_id: str, name: str) -> ScheduleRow | None:
    return session.scalars(
        select(ScheduleRow).where(ScheduleRow.team_id == team_id, ScheduleRow.name == name)
    ).first()


def _row_to_write(session: Session, team_id: str, new: Schedule, *, now: datetime) -> ScheduleRow:
    """The row, with its past recorded. A new one, and one that comes back, has nobody on before now."""
    row = session.get(ScheduleRow, new.id) if new.id else _row_named(session, team_id, new.name)
    if row is not None and row.team_id != team_id:
        raise NoSuchSchedule(new.id)
    if row is None:
        row = ScheduleRow(
            team_id=team_id, name=new.name, zone=new.zone.key, recorded_until=now, changed_at=now
        )
        session.add(row)
    elif row.archived_at is not None:
        row.archived_at, row.recorded_until = None, max(now, row.recorded_until)
    else:
        record_past(session, row.id, now=now)
    session.flush()
    return row


def _write_rotations(
    session: Session, row: ScheduleRow, rotations: Iterable[Rotation], *, now: datetime
) -> None:
    """A rotation keeps its id, and so the names of its turns, as long as it keeps its id or its name."""
    there = session.scalars(
        select(RotationRow)
        .where(RotationRow.schedule_id == row.id)
        .order_by(RotationRow.ended_at.is_not(None), RotationRow.id)
    ).all()
    left = list(there)
    by_id = {old.id: old for old in there}
    wanted = list(rotations)
    chosen = [by_id.get(rotation.id) for rotation in wanted]
    left = [old for old in left if old not in chosen]
    for n, rotation in enumerate(wanted):
        old = chosen[n] or next((old for old in left if old.name == rotation.name), None)
        if old in left:
            left.remove(old)
        _write_rotation(session, old or RotationRow(schedule_id=row.id), rotation, n)
    for old in left:
        old.ended_at = old.ended_at or now
    session.flush()


def _write_rotation(session: Session, row: RotationRow, rotation: Rotation, position: int) -> None:
    row.position, row.name, row.role, row.layer = position, rotation.name, rotation.role, rotation.layer
    row.turn, row.every, row.starts = rotation.turn, rotation.every, rotation.starts.isoformat()
    row.zone = rotation.zone.key if rotation.zone else None
    row.restrictions = [_stored(restriction) for restriction in rotation.restrictions]
    row.ended_at = None
    session.add(row)
    session.flush()
    session.execute(delete(RotationMember).where(RotationMember.rotation_id == row.id))
    for n, member in enumerate(rotation.members):
        session.add(
            RotationMember(
                rotation_id=row.id,
                position=n,
                person_id=member.person_id,
                since=member.since,
                until=member.until,
            )
        )
    session.flush()


def _stored(restriction: Restriction) -> dict[str, Any]:
    return {
        "weekdays": sorted(restriction.weekdays),
        "start": restriction.start.isoformat(),
        "end": restriction.end.isoformat(),
    }


def _let_answer(session: Session, new: Schedule, *, by: Person | None, now: datetime) -> None:
    people = {member.person_id for rotation in new.rotations for member in rotation.members}
    for person in session.scalars(select(Person).where(Person.id.in_(people))):
        let_answer(session, person, by=by, now=now)

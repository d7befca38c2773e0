"""From rows to values: what the tables of schedules hold, as the pure rules read it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from triage.oncall.plan import Absence, Member, Override, Recorded, Restriction, Rotation, Schedule
from triage.oncall.schedule_tables import (
    AbsenceRow,
    OverrideRow,
    RotationMember,
    RotationRow,
    ScheduleRow,
    ShiftRecord,
)


def as_schedules(session: Session, rows: Sequence[ScheduleRow]) -> list[Schedule]:
    if not rows:
        return []
    found = session.execute(_ROTATIONS, {"schedules": [row.id for row in rows]})
    rotations: dict[int, RotationRow] = {}
    members: dict[int, list[Member]] = {}
    for rotation, person_id, since, until in found:
        rotations[rotation.id] = rotation
        # A rotation may have lost its last member.
        if person_id is not None:
            members.setdefault(rotation.id, []).append(Member(person_id, since, until))
    return [
        Schedule(
            id=row.id,
            team_id=row.team_id,
            name=row.name,
            zone=ZoneInfo(row.zone),
            rotations=tuple(
                _rotation(rotation, members.get(rotation.id, ()))
                for rotation in rotations.values()
                if rotation.schedule_id == row.id
            ),
            country=row.country,
            region=row.region,
        )
        for row in rows
    ]


_ROTATIONS = (
    select(RotationRow, RotationMember.person_id, RotationMember.since, RotationMember.until)
    .outerjoin(RotationMember, RotationMember.rotation_id == RotationRow.id)
    .where(
        RotationRow.schedule_id.in_(bindparam("schedules", expanding=True)), RotationRow.ended_at.is_(None)
    )
    .order_by(RotationRow.position, RotationRow.id, RotationMember.position)
)


def _rotation(row: RotationRow, members: Iterable[Member]) -> Rotation:
    return Rotation(
        id=row.id,
        name=row.name,
        role=row.role,
        layer=row.layer,
        turn=row.turn,
        every=row.every,
        starts=datetime.fromisoformat(row.starts),
        members=tuple(members),
        restrictions=tuple(_restriction(stored) for stored in row.restrictions),
        zone=ZoneInfo(row.zone) if row.zone else None,
    )


def _restriction(stored: dict[str, Any]) -> Restriction:
    return Restriction(
        frozenset(stored["weekdays"]),
        time.fromisoformat(stored["start"]),
        time.fromisoformat(stored["end"]),
    )


def overrides_by_schedule(
    session: Session, ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[Override]]:
    rows = session.scalars(
        select(OverrideRow)
        .where(
            OverrideRow.schedule_id.in_(ids),
            OverrideRow.removed_at.is_(None),
            OverrideRow.end > start,
            OverrideRow.start < end,
        )
        .order_by(OverrideRow.schedule_id, OverrideRow.id)
    )
    grouped = groupby(rows, key=lambda row: row.schedule_id)
    return {schedule_id: [as_override(row) for row in group] for schedule_id, group in grouped}


def as_override(row: OverrideRow) -> Override:
    return Override(
        id=row.id,
        kind=row.kind,
        role=row.role,
        start=row.start,
        end=row.end,
        person_id=row.person_id,
        instead_of=row.instead_of_id,
        origin=row.origin,
    )


def recorded_by_schedule(
    session: Session, ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[Recorded]]:
    rows = session.scalars(
        select(ShiftRecord)
        .where(ShiftRecord.schedule_id.in_(ids), ShiftRecord.end > start, ShiftRecord.start < end)
        .order_by(ShiftRecord.schedule_id, ShiftRecord.start, ShiftRecord.id)
    )
    grouped = groupby(rows, key=lambda row: row.schedule_id)
    return {
        schedule_id: [
            Recorded(
                role=row.role,
                start=row.start,
                end=row.end,
                person_id=row.person_id,
                rotation_id=row.rotation_id,
                occurrence=row.occurrence,
                why=row.why,
                reason=row.reason,
            )
            for row in group
        ]
        for schedule_id, group in grouped
    }


def absences_of(session: Session, people: Iterable[int], *, start: datetime, end: datetime) -> list[Absence]:
    """The time off of these people (ids) that touches `[start, end)`."""
    rows = session.scalars(_ABSENCES, {"people": list(set(people)), "start": start, "end": end})
    return [as_absence(row) for row in rows]


_ABSENCES = (
    select(AbsenceRow)
    .where(
        AbsenceRow.person_id.in_(bindparam("people", expanding=True)),
        AbsenceRow.end > bindparam("start"),
        AbsenceRow.start < bindparam("end"),
    )
    .order_by(AbsenceRow.start, AbsenceRow.id)
)


def as_absence(row: AbsenceRow) -> Absence:
    return Absence(row.id, row.person_id, row.kind, row.start, row.end)

"""Who really was on: written down as time passes, and before every edit, so that no edit changes what was."""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from triage.oncall.plan import Shift
from triage.oncall.plans import plan_for
from triage.oncall.schedule_tables import AbsenceRow, ScheduleRow, ShiftRecord
from triage.oncall.shifts import resolve
from triage.people.models import Person, Team

# Nothing has to be written more often: until then the rules say the same.
EVERY = timedelta(hours=1)


def record_past(session: Session, schedule_id: int, *, now: datetime) -> bool:
    """Writes down who was on until now. Whoever edits calls it first; two at once do it one after the other."""
    row = session.get_one(
        ScheduleRow, schedule_id, with_for_update={"key_share": True}, populate_existing=True
    )
    since = row.recorded_until
    if since >= now or row.archived_at is not None:
        return False
    plan = plan_for(session, schedule_id, start=since, end=now)
    for shift in resolve(plan, since, now):
        _write(session, shift)
    row.recorded_until = now
    session.flush()
    return True


def mark_changed(session: Session, schedule_id: int, *, now: datetime) -> None:
    """Somebody else may be on from now on: what was agreed about this schedule has to be looked at again."""
    session.get_one(ScheduleRow, schedule_id).changed_at = now
    session.flush()


def lock_rota(session: Session, team_id: str) -> None:
    """Edits of a workspace's rota happen one after the other, and in one order, so that no two wait for each other."""
    session.get(Team, team_id, with_for_update={"key_share": True}, populate_existing=True)


def record_past_of(session: Session, team_id: str, *, now: datetime) -> None:
    """The same for every schedule of the workspace: somebody's time off may concern them all."""
    lock_rota(session, team_id)
    for schedule_id in session.scalars(_schedules(team_id)).all():
        record_past(session, schedule_id, now=now)


def record_when_due(session: Session, team_id: str, *, now: datetime) -> int:
    """Writes down what has not been for an hour; says for how many schedules."""
    due = session.scalars(_schedules(team_id).where(ScheduleRow.recorded_until <= now - EVERY)).all()
    if due:
        lock_rota(session, team_id)
    return sum(record_past(session, schedule_id, now=now) for schedule_id in due)


def forget_absences(session: Session, team_id: str, *, ended_before: datetime) -> int:
    """Time off is forgotten some weeks after it ended: who was on meanwhile is recorded without it."""
    of_team = select(Person.id).where(Person.team_id == team_id)
    old = session.scalars(
        select(AbsenceRow.id).where(AbsenceRow.end < ended_before, AbsenceRow.person_id.in_(of_team))
    ).all()
    if old:
        record_past_of(session, team_id, now=ended_before)
        session.execute(delete(AbsenceRow).where(AbsenceRow.id.in_(old)))
    return len(old)


def _schedules(team_id: str) -> Select[int]:
    return (
        select(ScheduleRow.id)
        .where(ScheduleRow.team_id == team_id, ScheduleRow.archived_at.is_(None))
        .order_by(ScheduleRow.id)
    )


def _write(session: Session, shift: Shift) -> None:
    """A new line, or the last one of the same shift a little longer."""
    last = session.scalars(
        select(ShiftRecord).where(
            ShiftRecord.schedule_id == shift.schedule_id,
            ShiftRecord.role == shift.role,
            ShiftRecord.end == shift.start,
            ShiftRecord.person_id == shift.person_id,
            ShiftRecord.occurrence == shift.occurrence,
            ShiftRecord.why == shift.why,
            ShiftRecord.reason == shift.reason,
        )
    ).first()
    if last is not None:
        last.end = shift.end
        return
    session.add(
        ShiftRecord(
            schedule_id=shift.schedule_id,
            role=shift.role,
            start=shift.start,
            end=shift.end,
            person_id=shift.person_id,
            rotation_id=shift.rotation_id,
            occurrence=shift.occurrence,
            why=shift.why,
            reason=shift.reason,
        )
    )

"""Time off. Whoever is away has no shift meanwhile; why they are away is their own business."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.audit import record
from triage.errors import NotAllowed, TriageError
from triage.oncall.history import record_past_of
from triage.oncall.plan import Absence
from triage.oncall.schedule_tables import AbsenceRow
from triage.oncall.stored import absences_of, as_absence
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.vocabulary import AbsenceKind

__all__ = [
    "AbsenceRefused",
    "absence",
    "absences_of",
    "add_absence",
    "remove_absence",
    "remove_absences_from",
]


class AbsenceRefused(TriageError):
    """Time off that cannot be; the sentence says why and what would do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def add_absence(
    session: Session,
    person: Person,
    *,
    kind: AbsenceKind,
    start: datetime,
    end: datetime,
    by: Person | None,
    now: datetime,
    origin: str = "",
) -> Absence:
    """Everybody for themselves; admins for others. Raises `AbsenceRefused`, `NotAllowed`."""
    _may_change(person, by)
    if end <= start:
        raise AbsenceRefused("That ends before it begins. Choose an end after the start.")
    if end <= now:
        raise AbsenceRefused("That is over already. Choose an end that is still to come.")
    record_past_of(session, person.team_id, now=now)
    if not origin and _twice(session, person, kind, start, end):
        raise AbsenceRefused(
            "You have that time off already. Remove the other entry first, or choose other days."
        )
    row = AbsenceRow(person_id=person.id, kind=kind, start=start, end=end, origin=origin, created_at=now)
    session.add(row)
    session.flush()
    _record(session, "absence.added", person, kind, by=by, now=now)
    return as_absence(row)


def absence(session: Session, absence_id: int) -> Absence | None:
    """The time off with that id, if it is still there."""
    row = session.get(AbsenceRow, absence_id)
    return None if row is None else as_absence(row)


def remove_absence(session: Session, absence_id: int, *, by: Person | None, now: datetime) -> bool:
    """They are back, or never leave; says whether there was such a time off."""
    row = session.get(AbsenceRow, absence_id)
    if row is None:
        return False
    person = session.get_one(Person, row.person_id)
    _may_change(person, by)
    record_past_of(session, person.team_id, now=now)
    session.delete(row)
    session.flush()
    _record(session, "absence.removed", person, row.kind, by=by, now=now)
    return True


def remove_absences_from(
    session: Session, person: Person, origin: str, *, now: datetime, since: datetime
) -> int:
    """Forgets what came from one place and ends after `since`: a calendar that is read again says it anew."""
    rows = session.scalars(
        select(AbsenceRow).where(
            AbsenceRow.person_id == person.id,
            AbsenceRow.origin.startswith(origin, autoescape=True),
            AbsenceRow.end > since,
        )
    ).all()
    if rows:
        record_past_of(session, person.team_id, now=now)
    for row in rows:
        session.delete(row)
    session.flush()
    return len(rows)


def _record(
    session: Session, what: str, person: Person, kind: AbsenceKind, *, by: Person | None, now: datetime
) -> None:
    """The kind stays out of the audit: it is theirs alone. Rest is no decision of anybody's, and a line for each
    would tell for good how many nights somebody had."""
    if kind is not AbsenceKind.REST:
        record(session, what, by=by, team_id=person.team_id, now=now, person=person.slack_id)


def _may_change(person: Person, by: Person | None) -> None:
    if by is not None and by.id != person.id:
        require(by.role, Permission.SET_ONCALL)
        if by.team_id != person.team_id:
            raise NotAllowed(Permission.SET_ONCALL)


def _twice(session: Session, person: Person, kind: AbsenceKind, start: datetime, end: datetime) -> bool:
    """Of one kind there is one at a time. Being ill during a holiday is another matter."""
    return (
        session.scalars(
            select(AbsenceRow.id)
            .where(
                AbsenceRow.person_id == person.id,
                AbsenceRow.kind == kind,
                AbsenceRow.origin == "",
                AbsenceRow.start < end,
                AbsenceRow.end > start,
            )
            .limit(1)
        ).first()
        is not None
    )

"""Time off from a calendar into the desk's own. Reading the same calendar again changes only what changed there."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.oncall.absences import add_absence, remove_absence
from triage.oncall.calendar.time_off import Read, TimeOff
from triage.oncall.history import lock_rota
from triage.oncall.plan import AbsenceKind
from triage.oncall.schedule_tables import AbsenceRow
from triage.people.models import Person
from triage.people.roster import lock


@dataclass(frozen=True)
class TakenOver:
    added: int
    moved: int
    removed: int
    same: int


def take_over(
    session: Session,
    person: Person,
    read: Read,
    *,
    url: str = "",
    kind: AbsenceKind = AbsenceKind.TIME_OFF,
    by: Person | None,
    now: datetime,
) -> TakenOver:
    """Makes the person's time off from this calendar as the calendar says.

    Behind a `url` is a whole calendar, so what is missing there is off no more; a file may hold one event alone, and
    says only of its own events what became of them. What is over stays. Raises `AbsenceRefused`, `NotAllowed`.
    """
    lock_rota(session, person.team_id)  # before the person, as everywhere
    lock(session, person)
    prefix = f"ical:{sha256(url.encode()).hexdigest()[:8] if url else 'file'}:"
    wanted = {f"{prefix}{one.event}:{one.key}": one for one in read.times}
    rows = _rows(session, person, prefix, now=now)
    known = {row.origin: row for row in rows}

    def speaks_of(origin: str) -> bool:
        return bool(url) or origin.removeprefix(prefix).partition(":")[0] in read.events

    same = {origin for origin, one in wanted.items() if origin in known and _says(known[origin], one, kind)}
    gone = [row for row in rows if row.origin not in same and (row.origin in wanted or speaks_of(row.origin))]
    moved = sum(row.origin in wanted for row in gone)
    for row in gone:
        remove_absence(session, row.id, by=by, now=now)
    for origin, one in wanted.items():
        if origin not in same:
            add_absence(
                session, person, kind=kind, start=one.start, end=one.end, by=by, now=now, origin=origin
            )
    return TakenOver(len(wanted) - len(same) - moved, moved, len(gone) - moved, len(same))


def _rows(session: Session, person: Person, prefix: str, *, now: datetime) -> list[AbsenceRow]:
    return list(
        session.scalars(
            select(AbsenceRow)
            .where(
                AbsenceRow.person_id == person.id,
                AbsenceRow.origin.startswith(prefix, autoescape=True),
                AbsenceRow.end > now,
            )
            .order_by(AbsenceRow.start)
        )
    )


def _says(row: AbsenceRow, one: TimeOff, kind: AbsenceKind) -> bool:
    return (row.start, row.end, row.kind) == (one.start, one.end, kind)

"""Focus time and breaks as they are kept. One at a time; they enter no figure."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from triage.care.tables import Pause
from triage.people.models import Person
from triage.people.roster import lock
from triage.vocabulary import PauseKind


def begin(session: Session, person: Person, kind: PauseKind, *, until: datetime, now: datetime) -> Pause:
    """Begins one, and ends what went on. Pressed twice, the second one only moves its end."""
    lock(session, person)
    going_on = current(session, [person.id], now=now).get(person.id)
    if going_on is not None and going_on.kind is kind:
        going_on.until = until
        session.flush()
        return going_on
    end(session, person, now=now)
    pause = Pause(person_id=person.id, kind=kind, start=now, until=until)
    session.add(pause)
    session.flush()
    return pause


def end(session: Session, person: Person, *, now: datetime) -> bool:
    """Back already. Says whether there was anything to end."""
    ended = session.execute(
        update(Pause)
        .where(Pause.person_id == person.id, Pause.until > now, Pause.ended_at.is_(None))
        .values(ended_at=now)
        .returning(Pause.id)
    ).all()
    return bool(ended)


def current(session: Session, people: Collection[int], *, now: datetime) -> dict[int, Pause]:
    """Whoever pauses now, in one query."""
    rows = session.scalars(_GOING_ON, {"people": list(people), "now": now})
    return {row.person_id: row for row in rows}


_GOING_ON = select(Pause).where(
    Pause.person_id.in_(bindparam("people", expanding=True)),
    Pause.until > bindparam("now"),
    Pause.start <= bindparam("now"),
    Pause.ended_at.is_(None),
)


def last_break(session: Session, person: Person) -> datetime | None:
    """When the last break ended, or will."""
    row = session.scalars(
        select(Pause)
        .where(Pause.person_id == person.id, Pause.kind == PauseKind.BREAK)
        .order_by(Pause.start.desc())
        .limit(1)
    ).first()
    return (row.ended_at or row.until) if row else None

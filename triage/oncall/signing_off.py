"""Who signed off after a shift, and until when the desk leaves them alone."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime
from triage.people.models import Person


class SignedOff(Base):
    """One line a person, the last time they signed off. It ends when their next shift begins, or when they are on
    again for another reason."""

    __tablename__ = "signed_off"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


def sign_off(session: Session, person: Person, *, until: datetime, now: datetime) -> None:
    """From now on nobody asks this person, and nothing reminds them, until then."""
    row = session.get(SignedOff, person.id)
    if row is None:
        session.add(SignedOff(person_id=person.id, at=now, until=until))
    else:
        row.at, row.until = now, until
    session.flush()


def sign_on(session: Session, person: Person, *, now: datetime) -> None:
    """They are on again: a shift that begins, or one that is handed to them, ends the silence."""
    row = session.get(SignedOff, person.id)
    if row is not None and row.until > now:
        row.until = now
        session.flush()


def silent_until(session: Session, person: Person, now: datetime) -> datetime | None:
    """Until when nothing is sent to somebody who signed off, but the last resort on a critical ticket."""
    return silences(session, [person.id], now).get(person.id)


def silences(session: Session, people: Collection[int], now: datetime) -> dict[int, datetime]:
    """The same for several people by their numbers; who may be spoken to is not in it."""
    if not people:
        return {}
    rows = session.execute(_SILENT, {"people": list(people), "now": now})
    return {person_id: until for person_id, until in rows}


_SILENT = select(SignedOff.person_id, SignedOff.until).where(
    SignedOff.person_id.in_(bindparam("people", expanding=True)),
    SignedOff.at <= bindparam("now"),
    SignedOff.until > bindparam("now"),
)

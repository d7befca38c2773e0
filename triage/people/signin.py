"""One-time links into the console: ten minutes, one use, a few at a time.

The database holds only the link's number; what makes it a secret is a signature that the edge adds, so that a copy
of the database opens no door.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime
from triage.errors import TriageError
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.people.roster import lock

LIVES = timedelta(minutes=10)
_AT_MOST = 5
_WITHIN = timedelta(minutes=15)


class TooManyLinks(TriageError):
    """Too many links were asked for in a short time."""


class SignInLink(Base):
    __tablename__ = "sign_in_link"
    __table_args__ = (Index("ix_sign_in_link_person_id_created_at", "person_id", "created_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def issue(session: Session, person: Person, *, now: datetime) -> SignInLink:
    """A fresh link. Raises `NotAllowed` for requesters, `TooManyLinks` past five in a quarter of an hour."""
    require(person.role, Permission.SIGN_IN)
    lock(session, person)
    recent = session.scalar(
        select(func.count())
        .select_from(SignInLink)
        .where(SignInLink.person_id == person.id, SignInLink.created_at > now - _WITHIN)
    )
    if (recent or 0) >= _AT_MOST:
        raise TooManyLinks
    link = SignInLink(person_id=person.id, created_at=now)
    session.add(link)
    session.flush()
    return link


def redeem(session: Session, link_id: int, *, now: datetime) -> Person | None:
    """The person behind the link, once and in time; None otherwise. Of two presses at once one wins."""
    taken = session.execute(
        update(SignInLink)
        .where(SignInLink.id == link_id, SignInLink.used_at.is_(None), SignInLink.created_at > now - LIVES)
        .values(used_at=now)
        .returning(SignInLink.person_id)
    ).first()
    if taken is None:
        return None
    person = session.get_one(Person, taken[0])
    return person if person.answers else None

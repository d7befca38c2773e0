"""Visits to the console: a row each, so that a visit ends when it is told to, whoever holds its cookie.

The cookie carries a secret, the database only its hash: a copy of the database opens no door. A visit is good for
one person in one role; a new role asks them to sign in again.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, UtcDateTime, one_of
from triage.people.access import Permission, may, require
from triage.people.models import Person
from triage.vocabulary import Role

# Looking busy costs a write, so it is noted no more often.
_NOTED_EVERY = timedelta(minutes=5)
_KEPT = timedelta(days=30)


class SignedInBy(StrEnum):
    SLACK = "slack"  # Sign in with Slack
    LINK = "link"  # the one-time link that the bot sends
    LOCAL = "local"  # the demo's choice


class EndedBy(StrEnum):
    LEAVING = "leaving"  # signed out here
    EVERYWHERE = "everywhere"  # signed out everywhere
    ROLE = "role"  # another role, or none


@dataclass(frozen=True)
class VisitLimits:
    """A visit ends so long after it began, and so long after its last page."""

    lasts: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(hours=2)


class ConsoleVisit(Base):
    __tablename__ = "console_visit"
    __table_args__ = (Index("ix_console_visit_person_id", "person_id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(one_of(Role))
    way: Mapped[SignedInBy] = mapped_column(one_of(SignedInBy))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[EndedBy | None] = mapped_column(one_of(EndedBy))


def begin(session: Session, person: Person, *, way: SignedInBy, now: datetime) -> str:
    """A new visit; returns the secret for its cookie. Raises `NotAllowed` for those who may not come in."""
    require(Role(person.role), Permission.SIGN_IN)
    session.execute(
        delete(ConsoleVisit).where(ConsoleVisit.person_id == person.id, ConsoleVisit.began_at < now - _KEPT)
    )
    secret = secrets.token_urlsafe(32)
    session.add(
        ConsoleVisit(
            id=hashed(secret), person_id=person.id, role=person.role, way=way, began_at=now, seen_at=now
        )
    )
    session.flush()
    return secret


def present(
    session: Session, secret: str, *, limits: VisitLimits, now: datetime
) -> tuple[Person, ConsoleVisit] | None:
    """Who holds this secret, while the visit lasts and they may still come in as what they came in as."""
    visit = session.get(ConsoleVisit, hashed(secret))
    if visit is None or not _lasts(visit, limits, now):
        return None
    person = session.get_one(Person, visit.person_id)
    if person.role != visit.role or not may(Role(person.role), Permission.SIGN_IN):
        return None
    return person, visit


def _lasts(visit: ConsoleVisit, limits: VisitLimits, now: datetime) -> bool:
    return (
        visit.ended_at is None
        # A clock that was put back opens nothing that was shut.
        and visit.began_at - _NOTED_EVERY <= now < visit.began_at + limits.lasts
        and now < visit.seen_at + limits.idle
    )


def is_news(visit: ConsoleVisit, now: datetime) -> bool:
    """Whether it is time to note that the person is still there."""
    return now >= visit.seen_at + _NOTED_EVERY


def note_seen(session: Session, visit_id: str, *, now: datetime) -> None:
    session.execute(
        update(ConsoleVisit)
        .where(ConsoleVisit.id == visit_id, ConsoleVisit.ended_at.is_(None), ConsoleVisit.seen_at < now)
        .values(seen_at=now)
    )


def leave(session: Session, secret: str, *, now: datetime) -> None:
    """Ends the visit of this secret, if it still lasts."""
    session.execute(
        update(ConsoleVisit)
        .where(ConsoleVisit.id == hashed(secret), ConsoleVisit.ended_at.is_(None))
        .values(ended_at=now, ended_by=EndedBy.LEAVING)
    )


def end_all(session: Session, person: Person, *, why: EndedBy, now: datetime) -> int:
    """Ends every visit of the person, in whatever browser; says how many that were."""
    ended = session.execute(
        update(ConsoleVisit)
        .where(ConsoleVisit.person_id == person.id, ConsoleVisit.ended_at.is_(None))
        .values(ended_at=now, ended_by=why)
        .returning(ConsoleVisit.id)
    )
    return len(ended.all())


def visits_of(session: Session, person: Person, *, limits: VisitLimits, now: datetime) -> list[ConsoleVisit]:
    """Those that last, the newest first."""
    open_ones = session.scalars(
        select(ConsoleVisit)
        .where(ConsoleVisit.person_id == person.id, ConsoleVisit.ended_at.is_(None))
        .order_by(ConsoleVisit.began_at.desc())
    )
    return [visit for visit in open_ones if visit.role == person.role and _lasts(visit, limits, now)]


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

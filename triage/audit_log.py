"""Reading the audit: who changed what, the latest first. Only reading; nothing here changes a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from triage.audit import AuditEntry
from triage.people.models import Person


@dataclass(frozen=True)
class Wanted:
    """Empty parts want everything. `kind` is the first word of what happened; `person` did it, or it is about them."""

    kind: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Noted:
    entry: AuditEntry
    by: Person | None

    @property
    def who(self) -> str:
        """Who did it, in a few words; the desk itself where nobody pressed anything."""
        if self.by is not None:
            return self.by.called
        return self.entry.account or "the desk"


def noted(session: Session, team_id: str, wanted: Wanted, *, limit: int, offset: int = 0) -> list[Noted]:
    rows = session.execute(
        select(AuditEntry, Person)
        .join(Person, Person.id == AuditEntry.by_id, isouter=True)
        .where(*_matching(team_id, wanted))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Noted(entry, by) for entry, by in rows.all()]


def count(session: Session, team_id: str, wanted: Wanted) -> int:
    return session.scalar(select(func.count(AuditEntry.id)).where(*_matching(team_id, wanted))) or 0


def kinds(session: Session, team_id: str) -> list[str]:
    """The first words of all that was ever noted."""
    whats = session.scalars(select(AuditEntry.what).where(AuditEntry.team_id == team_id).distinct())
    return sorted({what.partition(".")[0] for what in whats})


def people(session: Session, team_id: str) -> Sequence[Person]:
    """Those who changed something."""
    acted = select(AuditEntry.by_id).where(AuditEntry.team_id == team_id).distinct()
    return session.scalars(select(Person).where(Person.id.in_(acted)).order_by(Person.name, Person.id)).all()


def _matching(team_id: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [AuditEntry.team_id == team_id]
    if wanted.kind:
        begins = AuditEntry.what.startswith(f"{wanted.kind}.", autoescape=True)
        found.append(or_(AuditEntry.what == wanted.kind, begins))
    if wanted.person:
        theirs = select(Person.id).where(Person.team_id == team_id, Person.slack_id == wanted.person)
        about = AuditEntry.details["person"].as_string() == wanted.person
        found.append(or_(AuditEntry.by_id.in_(theirs), about))
    if wanted.since is not None:
        found.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditEntry.at < wanted.until)
    return found

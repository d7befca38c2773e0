"""Who changed policies, people, models or articles, and when. Rows are added, never changed."""

from datetime import datetime
from typing import Any, Never

from sqlalchemy import JSON, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime
from triage.origin import origin_of
from triage.people.models import Person


class AuditEntry(Base):
    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_team_id_at", "team_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # None where the settings or the command line did it.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # What started it, for the log: see `triage/origin.py`.
    request_id: Mapped[str | None] = mapped_column(String(64))
    # At the command line: whose account on which machine it was.
    account: Mapped[str | None] = mapped_column(String(64))


class AuditStands(Exception):
    """Somebody tried to change what was written down."""


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _stands(*_what: object) -> Never:
    raise AuditStands


def record(
    session: Session, what: str, *, by: Person | None, team_id: str, now: datetime, **details: Any
) -> None:
    session.add(
        AuditEntry(
            team_id=team_id,
            at=now,
            by_id=by.id if by else None,
            what=what,
            details=details,
            request_id=origin_of(session)["request_id"],
            account=session.info.get("account"),
        )
    )

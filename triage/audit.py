"""Who changed policies, people, models or articles, and when. Rows are added, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime
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


def record(
    session: Session, what: str, *, by: Person | None, team_id: str, now: datetime, **details: Any
) -> None:
    session.add(AuditEntry(team_id=team_id, at=now, by_id=by.id if by else None, what=what, details=details))

"""The versions of what a desk promises. A ticket keeps the one that held when a person was asked for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, UtcDateTime
from triage import audit
from triage.effects import insert_once
from triage.errors import TriageError
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.sla.targets import BUILT_IN, SlaPolicy, policy_from
from triage.vocabulary import Role


class SlaPolicyVersion(Base):
    """Rows are added, never changed. Before the first, the built-in targets hold as version 0."""

    __tablename__ = "sla_policy"

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # None where the command line did it.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PromisesChanged(TriageError):
    """Somebody else changed the targets since this person looked at them."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} is there already")
        self.version = version


def promises(session: Session, team_id: str) -> SlaPolicy:
    """What holds for a ticket that begins now."""
    newest = session.scalar(
        select(func.max(SlaPolicyVersion.version)).where(SlaPolicyVersion.team_id == team_id)
    )
    return promises_of(session, team_id, newest or 0)


def promises_of(session: Session, team_id: str, version: int) -> SlaPolicy:
    if version == 0:
        return BUILT_IN
    row = session.get_one(SlaPolicyVersion, (team_id, version))
    return policy_from(row.definition, version=version)


def save_promises(
    session: Session, team_id: str, definition: Any, *, seen: int, by: Person | None, now: datetime
) -> SlaPolicy:
    """Keeps a new version after the one that was `seen`; the same once more changes nothing.

    Raises `NotAllowed`, `PromisesRefused` with every problem, `PromisesChanged` where somebody was quicker.
    """
    if by is not None:
        require(Role(by.role), Permission.CHANGE_PROMISES)
    before = promises(session, team_id)
    wanted = policy_from(definition, version=before.version + 1)
    if seen != before.version:
        raise PromisesChanged(before.version)
    if wanted.as_json() == before.as_json():
        return before
    kept = insert_once(
        session,
        SlaPolicyVersion,
        team_id=team_id,
        version=wanted.version,
        definition=wanted.as_json(),
        from_at=now,
        by_id=by.id if by else None,
    )
    if not kept:
        raise PromisesChanged(wanted.version)
    audit.record(
        session,
        "promises_changed",
        by=by,
        team_id=team_id,
        now=now,
        version=wanted.version,
        before=before.as_json(),
        after=wanted.as_json(),
    )
    return wanted


def versions(session: Session, team_id: str, *, limit: int = 20) -> list[SlaPolicyVersion]:
    """Newest first."""
    rows = session.scalars(
        select(SlaPolicyVersion)
        .where(SlaPolicyVersion.team_id == team_id)
        .order_by(SlaPolicyVersion.version.desc())
        .limit(limit)
    )
    return list(rows)

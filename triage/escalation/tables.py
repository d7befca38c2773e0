"""Policies as admins keep them, what is under way for a ticket, and calls of pagers outside Slack."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.vocabulary import SayState


class PolicyRow(Base):
    """One policy. The audit keeps every version of it."""

    __tablename__ = "escalation_policy"
    __table_args__ = (UniqueConstraint("team_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str] = mapped_column(String(80))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Escalation(Base):
    """One ticket asking for a person. `snapshot` is the policy as it was then: edits change nothing under way.

    `level` and `round` say how far it is, `asked` who was asked in this round, `asked_here` how many of them by this
    level. Who passed is known only while it matters who is still to answer, and is told to nobody.
    """

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("ticket_id", "generation"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    generation: Mapped[int]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    cannot_wait: Mapped[bool] = mapped_column(default=False)
    level: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=0)
    asked: Mapped[list[int]] = mapped_column(JSON, default=list)
    asked_here: Mapped[int] = mapped_column(default=0)
    passed: Mapped[list[int]] = mapped_column(JSON, default=list)
    last_resorts: Mapped[int] = mapped_column(default=0)
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_why: Mapped[str | None] = mapped_column(String(32))


class PagerAction(StrEnum):
    TRIGGER = "trigger"  # wake somebody
    ACKNOWLEDGE = "acknowledge"  # somebody is on it
    RESOLVE = "resolve"  # nothing is left to do


class PagerCall(Base):
    """One thing told to a pager outside Slack; each is said once a round of asking, whatever crashes."""

    __tablename__ = "pager_call"
    __table_args__ = (
        UniqueConstraint("ticket_id", "generation", "pager", "action"),
        Index("ix_pager_call_state", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    generation: Mapped[int]
    pager: Mapped[str] = mapped_column(String(32))
    action: Mapped[PagerAction] = mapped_column(one_of(PagerAction))
    state: Mapped[SayState] = mapped_column(one_of(SayState), default=SayState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What started it: see `triage/origin.py`.
    request_id: Mapped[str | None] = mapped_column(String(64))
    trace: Mapped[str | None] = mapped_column(String(64))

    @property
    def key(self) -> str:
        """What the service knows it by, from the first call to the last."""
        return f"evenhand:{self.team_id}:{self.ticket_id}:{self.generation}"

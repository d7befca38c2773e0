"""A ticket and everything that happened to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.vocabulary import LabelField, LabelSource, Source, TicketStatus, Urgency

_WORDS = text("question <> ''")


class Category(Base):
    """What a ticket can be about. The description is the classifier's first example of it."""

    __tablename__ = "category"

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)


class Ticket(Base):
    """One question. `status` is written by `transition.move` alone and equals the fold of the timeline."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("team_id", "channel_id", "thread_ts"),
        Index("ix_ticket_team_id_status_asked_at", "team_id", "status", "asked_at"),
        Index("ix_ticket_team_id_escalated_at", "team_id", "escalated_at"),
        Index("ix_ticket_requester_id_status", "requester_id", "status"),
        Index("ix_ticket_claimed_by_id_status", "claimed_by_id", "status"),
        # What may yet lose its words with age.
        Index("ix_ticket_words", "team_id", "closed_at", sqlite_where=_WORDS, postgresql_where=_WORDS),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    source: Mapped[Source] = mapped_column(one_of(Source, 24))
    # Where the conversation lives. A question from a form has no thread until our first message makes one.
    channel_id: Mapped[str | None] = mapped_column(String(32))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    question: Mapped[str] = mapped_column(Text)
    status: Mapped[TicketStatus] = mapped_column(one_of(TicketStatus), default=TicketStatus.NEW)
    category: Mapped[str | None] = mapped_column(String(64))
    urgency: Mapped[Urgency] = mapped_column(one_of(Urgency), default=Urgency.MEDIUM)
    # Of the requester's words, never of a person; raised by `wording.heed` alone, and shown to no requester.
    hostile: Mapped[bool] = mapped_column(default=False)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    resolution: Mapped[str | None] = mapped_column(Text)
    # Counts how often a person was asked for: timers of an earlier round know that they are stale.
    generation: Mapped[int] = mapped_column(default=0)
    level: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)
    card_channel: Mapped[str | None] = mapped_column(String(32))
    card_ts: Mapped[str | None] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_response_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TicketMessage(Base):
    """A message of the requester's that belongs to a question: the first one, and the rest of its burst."""

    __tablename__ = "ticket_message"
    __table_args__ = (
        UniqueConstraint("team_id", "channel_id", "ts"),
        Index("ix_ticket_message_ticket_id", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    channel_id: Mapped[str] = mapped_column(String(32))
    ts: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TimelineEntry(Base):
    """One line of a ticket's story. Rows are added, never changed."""

    __tablename__ = "timeline"
    __table_args__ = (Index("ix_timeline_ticket_id_id", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # None is the bot itself.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(32))
    # Set where the line moved the ticket; the last one set is the ticket's status.
    status: Mapped[TicketStatus | None] = mapped_column(one_of(TicketStatus))
    reason: Mapped[str] = mapped_column(String(500), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Prediction(Base):
    """A verdict as it was given, with the version that gave it."""

    __tablename__ = "prediction"
    __table_args__ = (Index("ix_prediction_ticket_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    model_version: Mapped[str] = mapped_column(String(80))
    category: Mapped[str | None] = mapped_column(String(64))
    urgency: Mapped[Urgency] = mapped_column(one_of(Urgency))
    category_confidence: Mapped[float]
    urgency_confidence: Mapped[float]
    verdict: Mapped[dict[str, Any]] = mapped_column(JSON)
    milliseconds: Mapped[float]


class PastTicket(Base):
    """A ticket from before this desk, to learn from. Who asked it was never kept, and its text is redacted."""

    __tablename__ = "past_ticket"
    __table_args__ = (UniqueConstraint("team_id", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    # A digest of its row: the same row again is the same ticket.
    key: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    # As the old desk called them; what they are called here stands in the label.
    category: Mapped[str] = mapped_column(String(120), default="")
    urgency: Mapped[str] = mapped_column(String(64), default="")
    channel: Mapped[str] = mapped_column(String(64), default="")
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Label(Base):
    """What a person confirmed or corrected: the only thing that is ever trained on."""

    __tablename__ = "label"
    __table_args__ = (
        Index("ix_label_ticket_id", "ticket_id"),
        Index("ix_label_past_id", "past_id"),
        CheckConstraint("(ticket_id IS NULL) <> (past_id IS NULL)", name="of_one_message"),
        CheckConstraint("by_id IS NOT NULL OR source = 'imported'", name="by_somebody"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    # Of a ticket, or of one from before this desk.
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    past_id: Mapped[int | None] = mapped_column(ForeignKey("past_ticket.id"))
    field: Mapped[LabelField] = mapped_column(one_of(LabelField))
    # For the category also `NO_CATEGORY`: a person looked, and it belongs to none.
    value: Mapped[str] = mapped_column(String(64))
    predicted: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[LabelSource] = mapped_column(one_of(LabelSource), default=LabelSource.RESOLVED)
    # None where it was imported: a person said so, and nobody here knows who.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Satisfaction(Base):
    """One answer to "how was the help", by the requester, once a ticket."""

    __tablename__ = "satisfaction"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rating: Mapped[str | None] = mapped_column(String(16))
    rated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

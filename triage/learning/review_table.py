"""The tables of the label review: what people are asked about, who looks at it, and who would rather not say."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of


class Why(StrEnum):
    """Why a message is asked about."""

    DOUBTFUL = "doubtful"  # its label looks wrong to the champion
    AUDIT = "audit"  # a new model is judged by it, and one person alone stands behind its label
    TEACHES = "teaches"  # nobody labelled it, and the model is unsure


class OfferState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    DROPPED = "dropped"  # nobody needs to know any more


_OPEN = text("state = 'open'")


class LabelReview(Base):
    """One message that people are asked about. The database itself allows one open question about each."""

    __tablename__ = "label_review"
    __table_args__ = (
        CheckConstraint("(ticket_id IS NULL) <> (past_id IS NULL)", name="of_one_message"),
        Index("uq_label_review_ticket", "ticket_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("uq_label_review_past", "past_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_label_review_team_id_state_place", "team_id", "state", "place"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    past_id: Mapped[int | None] = mapped_column(ForeignKey("past_ticket.id"))
    why: Mapped[Why] = mapped_column(one_of(Why))
    # In this order they are asked: the worst first.
    place: Mapped[int]
    # The label that stands, as labels write it ("" is none of the categories); None where nobody said anything.
    said: Mapped[str | None] = mapped_column(String(64))
    thought: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[OfferState] = mapped_column(one_of(OfferState), default=OfferState.OPEN)
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Who has it in front of them, so that nobody else is handed it meanwhile.
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(String(64))


class ReviewSkip(Base):
    """This person would rather not say; others are still asked."""

    __tablename__ = "label_review_skip"

    review_id: Mapped[int] = mapped_column(ForeignKey("label_review.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

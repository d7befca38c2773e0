"""A match that was considered for a ticket, shown or not, with its outcome."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.vocabulary import Outcome


class Suggestion(Base):
    """Title and passage are copies: the ticket must show later what was shown then."""

    __tablename__ = "suggestion"
    __table_args__ = (Index("ix_suggestion_ticket_id_rank", "ticket_id", "rank"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    revision: Mapped[int]
    rank: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    passage: Mapped[str] = mapped_column(Text)
    chance: Mapped[float]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    # 1: in the first answer; 2: after "Not quite"; None: considered, kept back.
    shown_in_round: Mapped[int | None]
    # Its chance reached the cut-off; the others stand here only to explain the decision.
    good_enough: Mapped[bool]
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome))
    outcome_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

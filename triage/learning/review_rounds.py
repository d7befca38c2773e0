"""When the review was filled last, with how many questions, and how many people's labels stood out: never whose."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime
from triage.learning.review_offers import Questions, offer
from triage.learning.review_table import LabelReview, OfferState
from triage.people.models import Person
from triage.tickets.models import Label

FILLED_EVERY = timedelta(days=1)
# Sooner, where reviewers have nearly answered all.
FEW_LEFT = 5
AGAIN_AFTER = timedelta(hours=1)


class ReviewRound(Base):
    """One filling of the review."""

    __tablename__ = "label_review_round"
    __table_args__ = (Index("ix_label_review_round_team_id_at", "team_id", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked: Mapped[int]
    # How many people's labels differ a lot. Who they are is not written down anywhere.
    astray: Mapped[int]


@dataclass(frozen=True)
class Round:
    at: datetime
    asked: int
    astray: int


def last_round(session: Session, team_id: str) -> Round | None:
    row = session.scalars(
        select(ReviewRound)
        .where(ReviewRound.team_id == team_id)
        .order_by(ReviewRound.at.desc(), ReviewRound.id.desc())
        .limit(1)
    ).first()
    return Round(row.at, row.asked, row.astray) if row else None


def is_due(session: Session, team_id: str, *, now: datetime) -> bool:
    """Once a day, and sooner where little is left; not before anybody labelled anything."""
    last = last_round(session, team_id)
    if last is not None and now - last.at < AGAIN_AFTER:
        return False
    if last is None:
        labelled = select(Label.id).join(Person, Person.id == Label.by_id).where(Person.team_id == team_id)
        return session.scalar(labelled.limit(1)) is not None
    return now - last.at >= FILLED_EVERY or _open(session, team_id) < FEW_LEFT


def fill(session: Session, team_id: str, questions: Questions, *, now: datetime) -> int:
    """Offers the questions and remembers the round; says how many questions are new."""
    fresh = offer(session, team_id, questions.asked, now=now)
    session.add(
        ReviewRound(team_id=team_id, at=now, asked=len(questions.asked), astray=questions.astray.people)
    )
    session.flush()
    return fresh


def _open(session: Session, team_id: str) -> int:
    waiting = select(func.count()).where(LabelReview.team_id == team_id, LabelReview.state == OfferState.OPEN)
    return session.scalar(waiting) or 0

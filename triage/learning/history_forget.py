"""Imported history taken out again: after a wrong mapping, or because it is no longer wanted here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from triage.audit import record
from triage.learning.review_table import LabelReview, ReviewSkip
from triage.people.models import Person
from triage.tickets.models import Label, PastTicket
from triage.vocabulary import LabelSource


@dataclass(frozen=True)
class Imported:
    """What is there of imported history. `reviewed` are labels that people here gave to it."""

    tickets: int
    labels: int
    reviewed: int


def imported(session: Session, team_id: str) -> Imported:
    past = _past(team_id)
    labels = select(func.count()).where(Label.past_id.in_(past))
    return Imported(
        tickets=session.scalar(select(func.count()).where(PastTicket.team_id == team_id)) or 0,
        labels=session.scalar(labels) or 0,
        reviewed=session.scalar(labels.where(Label.source != LabelSource.IMPORTED)) or 0,
    )


def forget(session: Session, team_id: str, *, by: Person | None, now: datetime) -> Imported:
    """Everything that was imported goes, with what people said of it. Models that learned from it stay as they are."""
    gone = imported(session, team_id)
    reviews = select(LabelReview.id).where(LabelReview.past_id.in_(_past(team_id)))
    for statement in (
        delete(ReviewSkip).where(ReviewSkip.review_id.in_(reviews)),
        delete(LabelReview).where(LabelReview.past_id.in_(_past(team_id))),
        delete(Label).where(Label.past_id.in_(_past(team_id))),
        delete(PastTicket).where(PastTicket.team_id == team_id),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    if gone.tickets:
        record(session, "history.forgotten", by=by, team_id=team_id, now=now, tickets=gone.tickets)
    return gone


def _past(team_id: str) -> Select[int]:
    return select(PastTicket.id).where(PastTicket.team_id == team_id)

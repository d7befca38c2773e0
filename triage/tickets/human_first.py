"""Matters for a person alone: harassment, grief, health, a dispute about pay, fear about security.

Who asked about one must not meet their words again elsewhere: such a ticket is shown beside no other, makes no
article and no gap, and is not learned from.
"""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from triage.tickets.models import Prediction, Ticket


def human_first() -> ColumnElement[bool]:
    """The condition on `Ticket`: some reading of its question asked for a person."""
    asked_for = Prediction.verdict[("needs_person", "rule")].as_string()
    return exists().where(Prediction.ticket_id == Ticket.id, asked_for.is_not(None))


def is_human_first(session: Session, ticket: Ticket) -> bool:
    return session.scalar(select(Ticket.id).where(Ticket.id == ticket.id, human_first())) is not None

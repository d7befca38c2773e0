"""The read side of work: messages and timers that wait, hang or failed. Ids, kinds and errors, never texts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triage.outbox import Say
from triage.tickets.models import Ticket
from triage.timers import Timer
from triage.vocabulary import SayState


def messages(session: Session, team_id: str, states: Sequence[SayState], *, limit: int = 50) -> list[Say]:
    """Messages in one of the states, oldest first."""
    rows = session.scalars(
        select(Say)
        .where(Say.team_id == team_id, Say.state.in_([str(state) for state in states]))
        .order_by(Say.id)
        .limit(limit)
    )
    return list(rows)


def count_messages(session: Session, team_id: str, states: Sequence[SayState]) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Say)
            .where(Say.team_id == team_id, Say.state.in_([str(state) for state in states]))
        )
        or 0
    )


def overdue_timers(session: Session, team_id: str, *, now: datetime, limit: int = 50) -> list[Timer]:
    """Timers that should have fired by now, oldest first."""
    rows = session.scalars(
        select(Timer)
        .join(Ticket, Ticket.id == Timer.ticket_id)
        .where(Ticket.team_id == team_id, Timer.done_at.is_(None), Timer.due_at <= now)
        .order_by(Timer.due_at)
        .limit(limit)
    )
    return list(rows)

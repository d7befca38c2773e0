"""Durable timers: a row says what is due when; a delayed job wakes the worker.

The row is the truth. A job that comes early, twice or too late finds the row fired or cancelled and does nothing.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.people.models import Team
from triage.tickets.models import Ticket
from triage.work import FireTimer, enqueue


class TimerKind(StrEnum):
    HANDOVER = "handover"  # nobody pressed a button under the answer: ask a person
    PAGE_NEXT = "page_next"  # nobody claimed: page the next agent
    OPEN_DESK = "open_desk"  # opening time: deferred tickets wait for a person
    CLOSE = "close"  # the reopen window is over


class Timer(Base):
    __tablename__ = "timer"
    __table_args__ = (
        Index("ix_timer_done_at_due_at", "done_at", "due_at"),
        Index("ix_timer_ticket_id", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[TimerKind] = mapped_column(one_of(TimerKind))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    generation: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Fired or cancelled.
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def set_timer(session: Session, kind: TimerKind, ticket: Ticket, *, due_at: datetime, now: datetime) -> Timer:
    timer = Timer(kind=kind, ticket_id=ticket.id, generation=ticket.generation, due_at=due_at)
    session.add(timer)
    session.flush()
    enqueue(session, FireTimer(timer.id, delay_seconds=max(0.0, (due_at - now).total_seconds())))
    return timer


def cancel_timers(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """The ticket moved on: whatever was due for it is not due any more."""
    session.execute(
        update(Timer).where(Timer.ticket_id == ticket.id, Timer.done_at.is_(None)).values(done_at=now)
    )


def team_of(session: Session, timer_id: int) -> str | None:
    """The workspace whose ticket it is set for; None if there is no such timer."""
    return session.scalar(select(Ticket.team_id).join(Timer).where(Timer.id == timer_id))


def take_due(session: Session, timer_id: int, *, now: datetime) -> Timer | None:
    """The timer, if it is due and this call is the one to act on it; otherwise None."""
    taken = session.execute(
        update(Timer)
        .where(Timer.id == timer_id, Timer.done_at.is_(None), Timer.due_at <= now)
        .values(done_at=now)
        .returning(Timer.id)
    ).first()
    return session.get(Timer, timer_id) if taken else None


def waits_until(session: Session, ticket: Ticket) -> datetime | None:
    """When a person is asked for a ticket that waits for the desk to open."""
    return session.scalar(
        select(Timer.due_at)
        .where(Timer.ticket_id == ticket.id, Timer.kind == TimerKind.OPEN_DESK, Timer.done_at.is_(None))
        .limit(1)
    )


def overdue(session: Session, *, now: datetime, limit: int = 500) -> list[int]:
    """Timers that are due and not done, oldest first: what a sweep wakes again. Where the app was taken off, they
    stand still."""
    rows = session.scalars(
        select(Timer.id)
        .join(Ticket)
        .join(Team, Team.id == Ticket.team_id)
        .where(Timer.done_at.is_(None), Timer.due_at <= now, Team.left_at.is_(None))
        .order_by(Timer.due_at)
        .limit(limit)
    )
    return list(rows)

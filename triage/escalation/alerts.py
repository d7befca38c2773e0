"""What a pager outside Slack is told, and calling one: written down in the transaction, sent by the worker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from triage.effects import insert_once
from triage.escalation.tables import PagerAction, PagerCall
from triage.origin import origin_of
from triage.tickets.models import Ticket
from triage.vocabulary import SayState, TicketStatus, Urgency
from triage.work import CallPager, enqueue
from triage.work_notes import NothingToRetry


@dataclass(frozen=True)
class Alert:
    """`text` is the question, and empty unless the desk chose to send it outside."""

    action: PagerAction
    key: str
    ticket_id: int
    urgency: Urgency
    category: str
    link: str
    at: datetime
    text: str = ""


class Pager(Protocol):
    """A service outside Slack that can wake people. Sending an alert of one key twice has to do no harm."""

    def send(self, alert: Alert) -> None: ...


def trigger(session: Session, ticket: Ticket, pager: str, *, now: datetime) -> bool:
    """Calls it, once a round of asking; says whether it was not called before."""
    return _call(session, ticket, ticket.generation, pager, PagerAction.TRIGGER, now=now)


def stand_down(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Tells every pager that was called that somebody is on it, or that nothing is left to do."""
    held = ticket.status in (TicketStatus.CLAIMED, TicketStatus.ON_HOLD)
    action = PagerAction.ACKNOWLEDGE if held else PagerAction.RESOLVE
    called = session.scalars(
        select(PagerCall)
        .where(PagerCall.ticket_id == ticket.id, PagerCall.action == PagerAction.TRIGGER)
        .order_by(PagerCall.id)
    ).all()
    for call in called:
        _call(session, ticket, call.generation, call.pager, action, now=now)


def _call(
    session: Session, ticket: Ticket, generation: int, pager: str, action: PagerAction, *, now: datetime
) -> bool:
    this = {"ticket_id": ticket.id, "generation": generation, "pager": pager, "action": action}
    new = insert_once(
        session,
        PagerCall,
        **this,
        team_id=ticket.team_id,
        state=SayState.PENDING,
        attempts=0,
        created_at=now,
        **origin_of(session),
    )
    if new:
        row = session.scalars(select(PagerCall).filter_by(**this)).one()
        enqueue(session, CallPager(row.id))
    return new


def call_again(session: Session, row: PagerCall) -> None:
    """Enqueues the call anew; what was given up is pending again. Raises `NothingToRetry`.

    Nobody is woken for a ticket that somebody took meanwhile.
    """
    ticket = session.get_one(Ticket, row.ticket_id)
    waits = ticket.status is TicketStatus.WAITING and ticket.generation == row.generation
    if row.state is SayState.SENT or (row.action is PagerAction.TRIGGER and not waits):
        raise NothingToRetry(f"pager:{row.id}")
    if row.state is SayState.FAILED:
        moved = session.execute(
            update(PagerCall)
            .where(
                PagerCall.id == row.id, PagerCall.state == SayState.FAILED, PagerCall.attempts == row.attempts
            )
            .values(state=SayState.PENDING, error=None)
            .returning(PagerCall.id)
        ).first()
        if moved is None:
            raise NothingToRetry(f"pager:{row.id}")
    enqueue(session, CallPager(row.id, attempt=row.attempts))


def uncalled(session: Session, *, limit: int = 1000) -> list[int]:
    """Calls that were not made yet, oldest first."""
    open_states = (SayState.PENDING, SayState.SENDING)
    rows = session.scalars(
        select(PagerCall.id).where(PagerCall.state.in_(open_states)).order_by(PagerCall.id).limit(limit)
    )
    return list(rows)

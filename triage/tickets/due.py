"""A timer fires: do what it was set for, if the ticket still is where it was."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.escalation import engine
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets import closing
from triage.tickets.models import Ticket
from triage.tickets.transition import move
from triage.timers import Timer, TimerKind, take_due
from triage.vocabulary import TicketAction, TicketStatus


def fire(session: Session, timer_id: int, *, policy: Policy, now: datetime) -> bool:
    """Says whether the timer was due and acted on; a second call finds it done."""
    ticket_id = session.scalar(select(Timer.ticket_id).where(Timer.id == timer_id))
    if ticket_id is None:
        return False
    # As with every press, first the ticket and then its timers: the other way round, two would wait for each other.
    ticket = session.get_one(Ticket, ticket_id, with_for_update={"key_share": True})
    timer = take_due(session, timer_id, now=now)
    if timer is None:
        return False
    status = ticket.status
    match timer.kind:
        case TimerKind.HANDOVER if status is TicketStatus.SUGGESTED:
            requester = session.get_one(Person, ticket.requester_id)
            engine.escalate(
                session, ticket, requester, reason="no answer to the suggestion", policy=policy, now=now
            )
        case TimerKind.PAGE_NEXT:
            engine.advance(session, timer, ticket, policy=policy, now=now)
        case TimerKind.OPEN_DESK if status is TicketStatus.DEFERRED:
            engine.open_desk(session, ticket, policy=policy, now=now)
        case TimerKind.CLOSE if status is TicketStatus.RESOLVED:
            closing.close(session, ticket, policy=policy, now=now)
        case TimerKind.CLOSE if status is TicketStatus.SUGGESTED:
            move(
                session,
                ticket,
                TicketAction.LAPSE,
                policy=policy,
                now=now,
                reason="thanked, and did not come back",
                closed_at=now,
            )
    # Any other status: the ticket moved on while the timer slept, and nothing is due.
    return True

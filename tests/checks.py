"""What must hold at the end of every journey, whatever the story was."""

from cast import Desk
from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.tickets.lifecycle import fold
from triage.tickets.models import Ticket, TimelineEntry
from triage.timers import Timer, TimerKind
from triage.vocabulary import TicketStatus

# What has to happen by itself if nobody does anything. A claimed ticket has its agent.
_NEXT = {
    TicketStatus.SUGGESTED: {TimerKind.HANDOVER, TimerKind.CLOSE},
    TicketStatus.WAITING: {TimerKind.PAGE_NEXT},
    TicketStatus.DEFERRED: {TimerKind.OPEN_DESK},
    TicketStatus.RESOLVED: {TimerKind.CLOSE},
}


def check_the_desk(desk: Desk) -> None:
    with desk.database.reading() as session:
        for ticket in session.scalars(select(Ticket)):
            assert ticket.status == told(session, ticket), f"ticket {ticket.id}: the timeline tells otherwise"
            assert ticket.status is not TicketStatus.NEW, f"ticket {ticket.id} was never answered"
            _has_a_next_moment(session, ticket)


def told(session: Session, ticket: Ticket) -> TicketStatus:
    """The status that the ticket's timeline tells."""
    return fold(
        session.scalars(
            select(TimelineEntry.status)
            .where(TimelineEntry.ticket_id == ticket.id)
            .order_by(TimelineEntry.id)
        )
    )


def _has_a_next_moment(session: Session, ticket: Ticket) -> None:
    waiting = set(
        session.scalars(select(Timer.kind).where(Timer.ticket_id == ticket.id, Timer.done_at.is_(None)))
    )
    if ticket.status in _NEXT:
        assert len(waiting) == 1, f"ticket {ticket.id} is {ticket.status} with timers {waiting}"
        assert waiting <= _NEXT[ticket.status], f"ticket {ticket.id} is {ticket.status} with {waiting}"
    if ticket.status in (TicketStatus.CLAIMED, TicketStatus.ON_HOLD):
        assert ticket.claimed_by_id is not None
        assert not waiting, f"ticket {ticket.id} is claimed with timers {waiting}"

"""The requester presses a button under the answer: not quite, a person please, this can't wait."""

from datetime import datetime

from sqlalchemy.orm import Session

from triage.escalation import engine
from triage.outbox import Occasion, say_in_thread
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.policy import Policy
from triage.suggestions import offers
from triage.tickets.models import Ticket
from triage.tickets.transition import find, note
from triage.timers import TimerKind, cancel_timers, set_timer
from triage.vocabulary import TicketStatus


def not_quite(
    session: Session, ticket_id: int, *, by: Person, policy: Policy, now: datetime, round: int
) -> Ticket:
    """The next best article, once; after that a person.

    `round` is the one whose button was pressed: a second press on the same button changes nothing.
    """
    ticket = _allowed(session, ticket_id, by)
    if ticket.status is not TicketStatus.SUGGESTED or round != offers.round_shown(session, ticket):
        return ticket
    following = offers.next_best(session, ticket, now=now)
    if following is None:
        engine.escalate(
            session,
            ticket,
            session.get_one(Person, ticket.requester_id),
            reason="the articles did not help",
            policy=policy,
            now=now,
            actor=by,
        )
        return ticket
    note(session, ticket, "not_quite", now=now, actor=by, reason=f"next best: “{following.title}”")
    cancel_timers(session, ticket, now=now)
    set_timer(session, TimerKind.HANDOVER, ticket, due_at=now + policy.handover_after, now=now)
    requester = session.get_one(Person, ticket.requester_id)
    say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=requester, now=now)
    return ticket


def ask_person(
    session: Session, ticket_id: int, *, by: Person, policy: Policy, now: datetime, cannot_wait: bool = False
) -> Ticket:
    """A person, please. A second press, or one after a person was asked, changes nothing.

    `cannot_wait` pages although the desk is closed.
    """
    ticket = _allowed(session, ticket_id, by)
    status = ticket.status
    if status in (TicketStatus.NEW, TicketStatus.SUGGESTED) or (
        status is TicketStatus.DEFERRED and cannot_wait
    ):
        engine.escalate(
            session,
            ticket,
            session.get_one(Person, ticket.requester_id),
            reason="said that it can't wait" if cannot_wait else "asked for a person",
            policy=policy,
            now=now,
            actor=by,
            cannot_wait=cannot_wait,
        )
    return ticket


def _allowed(session: Session, ticket_id: int, by: Person) -> Ticket:
    ticket = find(session, ticket_id, team_id=by.team_id)
    require(by.role, Permission.ESCALATE, own_ticket=ticket.requester_id == by.id)
    return ticket

"""Somebody writes in a ticket's thread, or changes or deletes what they wrote."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.text import is_thanks
from triage.errors import AlreadyClaimed, CannotMove
from triage.escalation import engine
from triage.judge import Judge
from triage.outbox import Occasion, say
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets import claims, closing, wording
from triage.tickets.intake import remaining_messages, reread
from triage.tickets.models import Ticket, TicketMessage
from triage.tickets.transition import note
from triage.timers import TimerKind, cancel_timers, set_timer
from triage.vocabulary import OPEN_STATUSES, TicketStatus

_UNCLAIMED = (TicketStatus.NEW, TicketStatus.SUGGESTED, TicketStatus.WAITING, TicketStatus.DEFERRED)


def reply(
    session: Session, ticket: Ticket, text: str, *, author: Person, policy: Policy, now: datetime
) -> None:
    """Acts on a message in the thread, by who wrote it."""
    # Of two who write in the same moment, the second acts on what the first one changed.
    session.refresh(ticket, with_for_update=True)
    if author.id == ticket.requester_id:
        _requester_writes(session, ticket, text, requester=author, policy=policy, now=now)
    elif author.answers:
        _agent_writes(session, ticket, agent=author, policy=policy, now=now)


def _requester_writes(
    session: Session, ticket: Ticket, text: str, *, requester: Person, policy: Policy, now: datetime
) -> None:
    status = ticket.status
    thanks = is_thanks(text)
    note(session, ticket, "thanked" if thanks else "replied", now=now, actor=requester)
    wording.heed(session, ticket, text, now=now)
    if status is TicketStatus.RESOLVED and not thanks:
        closing.reopen(
            session,
            ticket.id,
            by=requester,
            policy=policy,
            now=now,
            reason="wrote again after it was resolved",
        )
    elif status is TicketStatus.CLOSED and not thanks and ticket.channel_id is not None:
        say(
            session,
            Occasion.PRIVATE,
            team_id=ticket.team_id,
            address=ticket.channel_id,
            person=requester,
            now=now,
            notice="closed",
            thread_ts=ticket.thread_ts,
        )
    elif status is TicketStatus.SUGGESTED and thanks:
        # Thanks are not "that solved it", but a person need not be asked for half an hour later.
        cancel_timers(session, ticket, now=now)
        set_timer(session, TimerKind.CLOSE, ticket, due_at=now + policy.reopen_window, now=now)
    elif status is TicketStatus.SUGGESTED:
        engine.escalate(
            session,
            ticket,
            requester,
            reason="wrote more instead of pressing a button",
            policy=policy,
            now=now,
            actor=requester,
        )


def _agent_writes(session: Session, ticket: Ticket, *, agent: Person, policy: Policy, now: datetime) -> None:
    if ticket.status in _UNCLAIMED:
        try:
            claims.claim(
                session, ticket.id, agent=agent, policy=policy, now=now, reason="answered in the thread"
            )
        except (CannotMove, AlreadyClaimed):
            session.refresh(ticket)  # somebody moved it in this moment; the reply still counts
    if ticket.status in OPEN_STATUSES:
        claims.first_response(session, ticket, agent=agent, policy=policy, now=now)


def edited(
    session: Session, message: TicketMessage, text: str, *, judge: Judge, policy: Policy, now: datetime
) -> None:
    """The question was reworded: judged anew. An edit that changes no text (a link preview) does nothing."""
    if message.text == text or message.deleted_at is not None:
        return
    ticket = session.get_one(Ticket, message.ticket_id)
    requester = session.get_one(Person, ticket.requester_id)
    message.text = text
    session.flush()
    note(session, ticket, "edited", now=now, actor=requester, reason="changed the question")
    wording.heed(session, ticket, text, now=now)
    if ticket.status in OPEN_STATUSES:
        reread(session, ticket, requester, judge=judge, policy=policy, now=now)


def deleted(session: Session, message: TicketMessage, *, judge: Judge, policy: Policy, now: datetime) -> None:
    """The question was deleted: it ends here if no person answered yet, and else stays with a remark."""
    taken = session.execute(
        update(TicketMessage)
        .where(TicketMessage.id == message.id, TicketMessage.deleted_at.is_(None))
        .values(deleted_at=now)
        .returning(TicketMessage.id)
    ).first()
    if not taken:
        return
    ticket = session.get_one(Ticket, message.ticket_id)
    requester = session.get_one(Person, ticket.requester_id)
    if remaining_messages(session, ticket):
        note(session, ticket, "deleted", now=now, actor=requester, reason="deleted a part of the question")
        if ticket.status in _UNCLAIMED:
            reread(session, ticket, requester, judge=judge, policy=policy, now=now)
    elif ticket.status in _UNCLAIMED and ticket.first_response_at is None:
        closing.withdraw(session, ticket, by=requester, policy=policy, now=now)
    else:
        note(session, ticket, "deleted", now=now, actor=requester, reason="deleted the question")
        engine.refresh_card(session, ticket, policy=policy, now=now)


def message_of(session: Session, team_id: str, channel_id: str, ts: str) -> TicketMessage | None:
    return session.scalars(
        select(TicketMessage).where(
            TicketMessage.team_id == team_id, TicketMessage.channel_id == channel_id, TicketMessage.ts == ts
        )
    ).first()

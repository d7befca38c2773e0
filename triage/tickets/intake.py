"""A question comes in: once a message, whatever Slack delivers twice or in another order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kb.text import from_slack, is_chatter, is_greeting, is_thanks
from triage.errors import EmptyText
from triage.judge import Judge
from triage.outbox import Occasion, say_in_thread
from triage.people.models import Person
from triage.people.roster import lock
from triage.policy import Policy
from triage.tickets import answering, wording
from triage.tickets.bursts import goes_on
from triage.tickets.models import Ticket, TicketMessage
from triage.tickets.transition import note
from triage.vocabulary import OPEN_STATUSES, Source, TicketStatus


@dataclass(frozen=True)
class Question:
    """What somebody asked. `ts` and `thread_ts` are Slack's; a form has neither."""

    author: Person
    text: str
    source: Source
    asked_at: datetime
    channel_id: str | None = None
    ts: str | None = None
    thread_ts: str | None = None


def opens_nothing(text: str) -> bool:
    """A greeting, a thank-you, a nod or a laugh alone is no question."""
    plain = from_slack(text)
    return not plain.strip() or is_greeting(plain) or is_thanks(plain) or is_chatter(plain)


def open_ticket(
    session: Session, question: Question, *, judge: Judge, policy: Policy, now: datetime
) -> Ticket:
    """Opens a ticket and answers it, or returns the one that this message already belongs to.

    Raises `EmptyText` where there is nothing to read.
    """
    if not question.text.strip():
        raise EmptyText("question")
    author = question.author
    lock(session, author)
    if known := _ticket_of(session, question):
        return known
    if burst := _burst(session, question, judge=judge, policy=policy):
        return _add_to(session, burst, question, judge=judge, policy=policy, now=now)
    ticket = Ticket(
        team_id=author.team_id,
        requester_id=author.id,
        source=question.source,
        channel_id=question.channel_id,
        thread_ts=question.thread_ts or question.ts,
        question=question.text,
        status=TicketStatus.NEW,
        asked_at=question.asked_at,
    )
    # Before the ticket is written down: it is written once, and with what was read.
    reading = answering.read(session, ticket, author, judge=judge)
    ticket.category, ticket.urgency = reading.verdict.category, reading.verdict.urgency
    session.add(ticket)
    session.flush()
    _keep_message(session, ticket, question)
    note(session, ticket, "asked", now=now, actor=author, reason=f"asked by {question.source}")
    wording.heed(session, ticket, question.text, now=now)
    if ticket.thread_ts is None:
        say_in_thread(session, Occasion.OPENING, ticket, requester=author, now=now)
    answering.answer(session, ticket, author, reading, judge=judge, policy=policy, now=now)
    return ticket


def _ticket_of(session: Session, question: Question) -> Ticket | None:
    if question.ts is None or question.channel_id is None:
        return None
    team_id, channel_id = question.author.team_id, question.channel_id
    known = in_thread(session, team_id, channel_id, question.ts)
    if known is None and question.thread_ts not in (None, question.ts):
        return in_thread(session, team_id, channel_id, question.thread_ts)
    return known


def in_thread(session: Session, team_id: str, channel_id: str, thread_ts: str) -> Ticket | None:
    """The ticket that this thread belongs to: its conversation, or what hangs below another line of its question."""
    here = {"team_id": team_id, "channel_id": channel_id, "ts": thread_ts}
    return session.scalars(_IN_THREAD, here).first()


# One list of both: asked “in this or in that”, PostgreSQL reads every ticket there is.
_IN_THREAD = select(Ticket).where(
    Ticket.id.in_(
        select(Ticket.id)
        .where(
            Ticket.team_id == bindparam("team_id"),
            Ticket.channel_id == bindparam("channel_id"),
            Ticket.thread_ts == bindparam("ts"),
        )
        .union(
            select(TicketMessage.ticket_id).where(
                TicketMessage.team_id == bindparam("team_id"),
                TicketMessage.channel_id == bindparam("channel_id"),
                TicketMessage.ts == bindparam("ts"),
            )
        )
    )
)


# What people write one line after the other. A mention comes with its message, whichever is handled first.
_LINES = (Source.CHANNEL, Source.DIRECT_MESSAGE, Source.MENTION)


def _burst(session: Session, question: Question, *, judge: Judge, policy: Policy) -> Ticket | None:
    """A question by the same author in the same channel that was asked moments ago, or moments later:
    Slack may deliver the second line first. What is written inside a thread is no line of it."""
    if question.source not in _LINES or question.ts is None or question.thread_ts not in (None, question.ts):
        return None
    candidates = session.scalars(
        _ASKED_AROUND,
        {
            "requester_id": question.author.id,
            "channel_id": question.channel_id,
            "since": question.asked_at - policy.burst * 10,
            "until": question.asked_at + policy.burst,
        },
    )
    close = [ticket for ticket in candidates if _moments_apart(session, ticket, float(question.ts), policy)]
    if not close:
        return None
    alone = judge.classifier.decide(question.text)
    return next((ticket for ticket in close if goes_on(session, ticket, question.text, alone)), None)


_ASKED_AROUND = (
    select(Ticket)
    .where(
        Ticket.requester_id == bindparam("requester_id"),
        Ticket.channel_id == bindparam("channel_id"),
        Ticket.source.in_(_LINES),
        Ticket.status.in_(OPEN_STATUSES),
        Ticket.asked_at >= bindparam("since"),
        Ticket.asked_at <= bindparam("until"),
    )
    .order_by(Ticket.id.desc())
)


def _moments_apart(session: Session, ticket: Ticket, moment: float, policy: Policy) -> bool:
    lines = session.scalars(select(TicketMessage).where(TicketMessage.ticket_id == ticket.id)).all()
    return ticket.thread_ts in {line.ts for line in lines} and any(
        line.deleted_at is None and abs(float(line.ts) - moment) <= policy.burst.total_seconds()
        for line in lines
    )


def _add_to(
    session: Session, ticket: Ticket, question: Question, *, judge: Judge, policy: Policy, now: datetime
) -> Ticket:
    _keep_message(session, ticket, question)
    note(session, ticket, "added", now=now, actor=question.author, reason="wrote more within a minute")
    wording.heed(session, ticket, question.text, now=now)
    reread(session, ticket, question.author, judge=judge, policy=policy, now=now)
    return ticket


def reread(
    session: Session, ticket: Ticket, requester: Person, *, judge: Judge, policy: Policy, now: datetime
) -> None:
    """The question changed: put its messages together again, and judge anew."""
    messages = session.scalars(
        select(TicketMessage)
        .where(TicketMessage.ticket_id == ticket.id, TicketMessage.deleted_at.is_(None))
        .order_by(TicketMessage.ts)
    ).all()
    ticket.question = "\n".join(message.text for message in messages) or ticket.question
    session.flush()
    answering.answer_again(session, ticket, requester, judge=judge, policy=policy, now=now)


def _keep_message(session: Session, ticket: Ticket, question: Question) -> None:
    if question.ts is None or question.channel_id is None:
        return
    session.add(
        TicketMessage(
            team_id=ticket.team_id,
            ticket_id=ticket.id,
            channel_id=question.channel_id,
            ts=question.ts,
            text=question.text,
        )
    )


def remaining_messages(session: Session, ticket: Ticket) -> int:
    """How many of the question's messages were not deleted."""
    return (
        session.scalar(
            select(func.count())
            .select_from(TicketMessage)
            .where(TicketMessage.ticket_id == ticket.id, TicketMessage.deleted_at.is_(None))
        )
        or 0
    )

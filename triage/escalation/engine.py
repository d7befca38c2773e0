"""A ticket asks for a person: the desk sees a card, agents are paged one after the other until one claims it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.oncall.current import on_call
from triage.outbox import Occasion, Say, say, say_in_thread, say_to, say_to_desk
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets.models import Ticket, TimelineEntry
from triage.tickets.transition import move, note
from triage.timers import Timer, TimerKind, cancel_timers, set_timer
from triage.vocabulary import SayState, TicketAction, TicketStatus, Urgency


def escalate(
    session: Session,
    ticket: Ticket,
    requester: Person,
    *,
    reason: str,
    policy: Policy,
    now: datetime,
    actor: Person | None = None,
    quietly: bool = False,
    cannot_wait: bool = False,
) -> None:
    """Asks for a person now, or at opening time where it is neither critical nor said that it cannot wait.

    `quietly` leaves the thread alone: the answer that is on its way says it.
    """
    urgent = cannot_wait or ticket.urgency is Urgency.CRITICAL
    cancel_timers(session, ticket, now=now)
    if urgent or policy.opening.is_open(now):
        move(
            session,
            ticket,
            TicketAction.ESCALATE,
            policy=policy,
            now=now,
            actor=actor,
            reason=reason,
            escalated_at=now,
        )
        ask_desk(session, ticket, policy=policy, now=now)
    else:
        opens = policy.opening.next_opening(now)
        move(
            session,
            ticket,
            TicketAction.DEFER,
            policy=policy,
            now=now,
            actor=actor,
            reason=reason,
            escalated_at=now,
        )
        set_timer(session, TimerKind.OPEN_DESK, ticket, due_at=opens, now=now)
    if not quietly:
        notice = "deferred" if ticket.status == TicketStatus.DEFERRED else "handed_over"
        say_in_thread(session, Occasion.NOTICE, ticket, requester=requester, now=now, notice=notice)
        say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=requester, now=now)


def ask_desk(
    session: Session, ticket: Ticket, *, policy: Policy, now: datetime, first: Person | None = None
) -> None:
    """Shows the card and pages the first agent. `first` is asked before the list: who knows the ticket."""
    ticket.generation += 1
    ticket.level = 0
    session.flush()
    if ticket.card_ts is None:
        say_to_desk(session, Occasion.CARD, ticket, channel=policy.desk_channel, now=now)
    else:
        refresh_card(session, ticket, policy=policy, now=now)
    _page(session, ticket, policy=policy, now=now, first=first)


def open_desk(session: Session, ticket: Ticket, *, policy: Policy, now: datetime) -> None:
    """Opening time: a deferred ticket is first in line."""
    move(session, ticket, TicketAction.OPEN_DESK, policy=policy, now=now, reason="the desk opened")
    ask_desk(session, ticket, policy=policy, now=now)


def advance(session: Session, timer: Timer, ticket: Ticket, *, policy: Policy, now: datetime) -> None:
    """Nobody claimed in time: the next level, unless the ticket moved on since the timer was set."""
    if ticket.status != TicketStatus.WAITING or ticket.generation != timer.generation:
        return
    if ticket.urgency is not Urgency.CRITICAL and not policy.opening.is_open(now):
        set_timer(session, TimerKind.PAGE_NEXT, ticket, due_at=policy.opening.next_opening(now), now=now)
        return
    ticket.level += 1
    first = _asked_first(session, ticket) if ticket.level else None
    _page(session, ticket, policy=policy, now=now, first=first)


def _asked_first(session: Session, ticket: Ticket) -> Person | None:
    """Who was asked when this round began: somebody who knew the ticket may stand before the list."""
    pages = session.scalars(
        select(TimelineEntry.details)
        .where(TimelineEntry.ticket_id == ticket.id, TimelineEntry.what == "paged")
        .order_by(TimelineEntry.id.desc())
    )
    started = next((details for details in pages if details["level"] == 0), None)
    return session.get(Person, started["person_id"]) if started else None


def _page(
    session: Session, ticket: Ticket, *, policy: Policy, now: datetime, first: Person | None = None
) -> None:
    listed = on_call(session, ticket.team_id)
    if first is not None:
        listed = [first, *(person for person in listed if person.id != first.id)]
    # Nobody is paged about their own question.
    levels = [person for person in listed if person.id != ticket.requester_id]
    if ticket.level >= len(levels):
        _exhausted(session, ticket, levels, policy=policy, now=now)
        return
    agent = levels[ticket.level]
    say_to(session, Occasion.PAGE, agent, ticket=ticket, now=now)
    note(
        session,
        ticket,
        "paged",
        now=now,
        reason=f"asked {agent.called}, number {ticket.level + 1} on the on-call list",
        details={"person_id": agent.id, "level": ticket.level},
    )
    set_timer(session, TimerKind.PAGE_NEXT, ticket, due_at=now + policy.page_next_after, now=now)


def _exhausted(
    session: Session, ticket: Ticket, levels: list[Person], *, policy: Policy, now: datetime
) -> None:
    """Everybody was asked: the whole desk hears it, and the round starts again a while later."""
    say_to_desk(
        session,
        Occasion.DESK_NOTICE,
        ticket,
        channel=policy.desk_channel,
        now=now,
        notice="exhausted" if levels else "nobody_on_call",
        people=[person.slack_id for person in levels],
    )
    reason = "everybody on the on-call list was asked" if levels else "nobody is on the on-call list"
    note(session, ticket, "exhausted", now=now, reason=reason)
    ticket.level = -1
    session.flush()
    set_timer(session, TimerKind.PAGE_NEXT, ticket, due_at=now + policy.page_again_after, now=now)


def stand_down(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Whoever was paged reads in the same message that nothing is left to do for them."""
    pages = session.scalars(
        select(Say).where(
            Say.ticket_id == ticket.id, Say.occasion == Occasion.PAGE, Say.state != SayState.FAILED
        )
    ).all()
    for page in pages:
        say(
            session,
            Occasion.PAGE_REFRESH,
            team_id=ticket.team_id,
            address=page.address,
            ticket=ticket,
            person=session.get_one(Person, page.person_id),
            now=now,
            page_id=page.id,
        )


def refresh_card(session: Session, ticket: Ticket, *, policy: Policy, now: datetime) -> None:
    """The card tells everybody how things stand. A ticket that never reached the desk has none."""
    if ticket.generation == 0:
        return
    channel = ticket.card_channel or policy.desk_channel
    say_to_desk(session, Occasion.CARD_REFRESH, ticket, channel=channel, now=now)

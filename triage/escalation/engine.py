"""A ticket asks for a person: the desk sees a card, and a policy says who is asked, until somebody claims it."""

from datetime import datetime

from sqlalchemy.orm import Session

from triage.escalation import alerts, walk
from triage.escalation.asking import gate_for
from triage.escalation.paging import refresh_pages
from triage.escalation.policies import policy_for
from triage.outbox import Occasion, say_in_thread, say_to_desk
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets.models import Ticket
from triage.tickets.transition import move, note
from triage.timers import Timer, TimerKind, cancel_timers, set_timer
from triage.vocabulary import TicketAction, TicketStatus


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
    """Asks for a person now, or when somebody is at work where it is neither critical nor said that it cannot wait.

    `quietly` leaves the thread alone: the answer that is on its way says it.
    """
    cancel_timers(session, ticket, now=now)
    plan = policy_for(
        session, ticket.team_id, urgency=ticket.urgency, category=ticket.category, policy=policy
    )
    decided = gate_for(session, ticket, plan, policy=policy, now=now, cannot_wait=cannot_wait)
    waits = not decided.ask_now and decided.until is not None
    move(
        session,
        ticket,
        TicketAction.DEFER if waits else TicketAction.ESCALATE,
        policy=policy,
        now=now,
        actor=actor,
        reason=reason,
        escalated_at=now,
    )
    if waits and decided.until is not None:
        set_timer(session, TimerKind.OPEN_DESK, ticket, due_at=decided.until, now=now)
    else:
        ask_desk(session, ticket, policy=policy, now=now, cannot_wait=cannot_wait, may_ask=decided.ask_now)
    if not quietly:
        notice = "deferred" if ticket.status == TicketStatus.DEFERRED else "handed_over"
        say_in_thread(session, Occasion.NOTICE, ticket, requester=requester, now=now, notice=notice)
        say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=requester, now=now)


def ask_desk(
    session: Session,
    ticket: Ticket,
    *,
    policy: Policy,
    now: datetime,
    first: Person | None = None,
    gave_back: int | None = None,
    cannot_wait: bool = False,
    may_ask: bool = False,
) -> None:
    """Shows the card and asks whoever the policy names. `first` is asked before them: who knows the ticket; who
    `gave_back` what they had is asked again only after everybody else. `may_ask` where the caller found just now
    that people may be asked."""
    walk.end(session, ticket, now=now)
    ticket.generation += 1
    ticket.level = 0
    session.flush()
    if ticket.card_ts is None:
        say_to_desk(session, Occasion.CARD, ticket, channel=policy.desk_channel, now=now)
    else:
        refresh_card(session, ticket, policy=policy, now=now)
    under_way = walk.start(
        session,
        ticket,
        policy=policy,
        now=now,
        first=first,
        gave_back=gave_back,
        cannot_wait=cannot_wait,
    )
    walk.go_on(session, ticket, under_way, policy=policy, now=now, may_ask=may_ask)


def open_desk(session: Session, ticket: Ticket, *, policy: Policy, now: datetime) -> None:
    """Opening time: a deferred ticket is first in line."""
    move(session, ticket, TicketAction.OPEN_DESK, policy=policy, now=now, reason="the desk opened")
    ask_desk(session, ticket, policy=policy, now=now)


def advance(session: Session, timer: Timer, ticket: Ticket, *, policy: Policy, now: datetime) -> None:
    """Nobody claimed in time: whoever is next, unless the ticket moved on since the timer was set."""
    if ticket.status != TicketStatus.WAITING or ticket.generation != timer.generation:
        return
    under_way = walk.running(session, ticket)
    if under_way is None:
        # It waited already when the desk began to keep what is under way.
        under_way = walk.start(session, ticket, policy=policy, now=now)
    if under_way.seen_by_id is not None:
        note(session, ticket, "seen_and_left", now=now, reason="it was seen, and nobody claimed it since")
        under_way.seen_by_id = under_way.seen_at = None
    walk.go_on(session, ticket, under_way, policy=policy, now=now)


def stand_down(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Whoever was paged reads in the same message that nothing is left to do for them; pagers outside hear it too."""
    walk.end(session, ticket, now=now)
    refresh_pages(session, ticket, now=now)
    alerts.stand_down(session, ticket, now=now)


def refresh_card(session: Session, ticket: Ticket, *, policy: Policy, now: datetime) -> None:
    """The card tells everybody how things stand. A ticket that never reached the desk has none."""
    if ticket.generation == 0:
        return
    channel = ticket.card_channel or policy.desk_channel
    say_to_desk(session, Occasion.CARD_REFRESH, ticket, channel=channel, now=now)

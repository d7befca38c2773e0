"""An agent takes a ticket, gives it back, passes it on, or waits for somebody else."""

from datetime import datetime

from sqlalchemy.orm import Session

from triage.care import worked
from triage.errors import AlreadyClaimed, CannotMove, NotAnAgent
from triage.escalation import engine
from triage.escalation.standing import require_there
from triage.outbox import Occasion, say_in_thread, say_to, say_to_desk
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets import promises
from triage.tickets.models import Ticket
from triage.tickets.transition import find, move, note
from triage.timers import cancel_timers
from triage.vocabulary import TicketAction, TicketStatus

_HELD = (TicketStatus.CLAIMED, TicketStatus.ON_HOLD)


def claim(
    session: Session, ticket_id: int, *, agent: Person, policy: Policy, now: datetime, reason: str = ""
) -> Ticket:
    """The first claim wins; raises `AlreadyClaimed` for every other. Claiming one's own ticket changes nothing."""
    require(agent.role, Permission.CLAIM)
    ticket = find(session, ticket_id, team_id=agent.team_id)
    if ticket.claimed_by_id == agent.id and ticket.status in _HELD:
        return ticket
    try:
        move(
            session,
            ticket,
            TicketAction.CLAIM,
            policy=policy,
            now=now,
            actor=agent,
            reason=reason,
            claimed_by_id=agent.id,
            claimed_at=now,
        )
    except CannotMove as refused:
        owner = session.get(Person, ticket.claimed_by_id) if ticket.claimed_by_id else None
        if refused.status in _HELD:
            raise AlreadyClaimed(ticket_id, owner.slack_id if owner else None) from refused
        raise
    cancel_timers(session, ticket, now=now)
    if ticket.generation == 0:
        ticket.generation = 1  # claimed before the desk was asked: from now on it has a card
        say_to_desk(session, Occasion.CARD, ticket, channel=policy.desk_channel, now=now)
    engine.stand_down(session, ticket, now=now)
    worked.claimed(session, ticket, agent, policy=policy, now=now)
    _tell(session, ticket, "claimed", policy=policy, now=now, who=agent.slack_id)
    return ticket


def release(
    session: Session,
    ticket_id: int,
    *,
    agent: Person,
    policy: Policy,
    now: datetime,
    reason: str = "",
    by_desk: bool = False,
) -> Ticket:
    """Gives it back to the queue; others are asked before who had it. `by_desk`: done for an agent who left."""
    if not by_desk:
        require(agent.role, Permission.RELEASE)
    ticket = find(session, ticket_id, team_id=agent.team_id)
    had_it = ticket.claimed_by_id
    move(
        session,
        ticket,
        TicketAction.RELEASE,
        policy=policy,
        now=now,
        actor=None if by_desk else agent,
        reason=reason,
        claimed_by_id=None,
        claimed_at=None,
    )
    worked.given_up(session, ticket, had_it, policy=policy, now=now)
    _tell(session, ticket, "released", policy=policy, now=now)
    engine.ask_desk(session, ticket, policy=policy, now=now, gave_back=had_it)
    return ticket


def transfer(
    session: Session,
    ticket_id: int,
    *,
    agent: Person,
    to: Person,
    policy: Policy,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Passes it to another agent. Raises `NotAnAgent` for somebody who does not answer tickets, and `NotThere` for
    somebody who is away."""
    require(agent.role, Permission.TRANSFER)
    if not to.answers:
        raise NotAnAgent(to.slack_id)
    ticket = find(session, ticket_id, team_id=agent.team_id)
    if to.id != agent.id:
        require_there(session, ticket, to, policy=policy, now=now)
    had_it = ticket.claimed_by_id
    move(
        session,
        ticket,
        TicketAction.TRANSFER,
        policy=policy,
        now=now,
        actor=agent,
        reason=reason or f"passed to {to.called}",
        details={"to_id": to.id},
        claimed_by_id=to.id,
        claimed_at=now,
    )
    if had_it != to.id:
        worked.given_up(session, ticket, had_it, policy=policy, now=now)
        worked.taken(session, ticket, to, policy=policy, now=now)
    _tell(session, ticket, "transferred", policy=policy, now=now, who=to.slack_id)
    if to.id != agent.id:
        say_to(
            session,
            Occasion.DIRECT,
            to,
            ticket=ticket,
            now=now,
            notice="passed_to_you",
            by=agent.slack_id,
            reason=reason,
        )
    return ticket


def hold(
    session: Session, ticket_id: int, *, agent: Person, policy: Policy, now: datetime, reason: str = ""
) -> Ticket:
    require(agent.role, Permission.HOLD)
    ticket = find(session, ticket_id, team_id=agent.team_id)
    move(session, ticket, TicketAction.HOLD, policy=policy, now=now, actor=agent, reason=reason)
    _tell(session, ticket, "on_hold", policy=policy, now=now, reason=reason)
    return ticket


def resume(session: Session, ticket_id: int, *, agent: Person, policy: Policy, now: datetime) -> Ticket:
    require(agent.role, Permission.HOLD)
    ticket = find(session, ticket_id, team_id=agent.team_id)
    had_it = ticket.claimed_by_id
    move(session, ticket, TicketAction.RESUME, policy=policy, now=now, actor=agent, claimed_by_id=agent.id)
    if had_it != agent.id:
        worked.given_up(session, ticket, had_it, policy=policy, now=now)
        worked.taken(session, ticket, agent, policy=policy, now=now)
    _tell(session, ticket, "resumed", policy=policy, now=now, who=agent.slack_id)
    return ticket


def first_response(session: Session, ticket: Ticket, *, agent: Person, policy: Policy, now: datetime) -> None:
    """The first message by an agent in the thread; a claim alone is none."""
    if ticket.first_response_at is None:
        ticket.first_response_at = now
        note(session, ticket, promises.FIRST_RESPONSE, now=now, actor=agent)
        promises.reckon(session, ticket, policy=policy, now=now)
        engine.refresh_card(session, ticket, policy=policy, now=now)


def _tell(
    session: Session, ticket: Ticket, notice: str, *, policy: Policy, now: datetime, **params: str
) -> None:
    requester = session.get_one(Person, ticket.requester_id)
    say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=requester, now=now)
    say_in_thread(session, Occasion.NOTICE, ticket, requester=requester, now=now, notice=notice, **params)
    engine.refresh_card(session, ticket, policy=policy, now=now)

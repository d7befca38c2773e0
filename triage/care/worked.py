"""What follows for the agent when a ticket passes through their hands: load is written down, rest opens, a break is
offered. Called where tickets move; it says nothing to anybody but that agent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triage.care import load, rest
from triage.care.pauses import last_break
from triage.care.profile import profile_of
from triage.care.tables import BurdenEntry
from triage.effects import first_time
from triage.oncall.burden import Work
from triage.oncall.protection import at_night
from triage.oncall.rules import CareRules
from triage.outbox import Occasion, say_to
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets.models import Ticket
from triage.vocabulary import TicketStatus

_A_DAY_S_WORK = timedelta(hours=12)


def asked(session: Session, ticket: Ticket, agent: Person, *, policy: Policy, now: datetime) -> None:
    """They were paged."""
    work = _work(session, ticket, agent, policy=policy, now=now)
    load.was_asked(session, agent.id, ticket.id, work, rules=policy.care, now=now)


def acknowledged(session: Session, agent: Person, *, policy: Policy, now: datetime) -> None:
    """They were woken and answered, whatever comes of it."""
    rest.after_work(session, agent, rules=policy.care, now=now)


def taken(session: Session, ticket: Ticket, agent: Person, *, policy: Policy, now: datetime) -> None:
    """It is theirs now: claimed by themself, or handed to them."""
    work = _work(session, ticket, agent, policy=policy, now=now)
    load.took(session, agent.id, ticket.id, work, rules=policy.care, now=now)


def claimed(session: Session, ticket: Ticket, agent: Person, *, policy: Policy, now: datetime) -> None:
    """They took it by their own choice. Past their cap they hear so; nobody forbids it."""
    taken(session, ticket, agent, policy=policy, now=now)
    rest.after_work(session, agent, rules=policy.care, now=now)
    cap = profile_of(session, agent, rules=policy.care).cap
    in_hand = session.scalar(
        select(func.count())
        .select_from(Ticket)
        .where(Ticket.claimed_by_id == agent.id, Ticket.status == TicketStatus.CLAIMED)
    )
    # Said as the cap is crossed, and not again with each further ticket.
    if in_hand == cap + 1:
        say_to(session, Occasion.DIRECT, agent, now=now, notice="over_cap", count=in_hand, cap=cap)


def given_up(
    session: Session, ticket: Ticket, agent_id: int | None, *, policy: Policy, now: datetime
) -> None:
    """It left their hands: given back, passed on, or done. Nothing to do where nobody had it."""
    if agent_id is None:
        return
    agent = session.get_one(Person, agent_id)
    work = _work(session, ticket, agent, policy=policy, now=now)
    entry = load.put_down(session, agent_id, ticket.id, work, rules=policy.care, now=now)
    if entry is not None:
        end = entry.at + timedelta(minutes=entry.minutes)
        rest.worked_at_night(session, agent, start=entry.at, end=end, rules=policy.care, now=now)


def finished(session: Session, ticket: Ticket, *, by: Person, policy: Policy, now: datetime) -> None:
    """Resolved. Whoever had it is offered a break after a hostile one, and after a long stretch."""
    agent_id = ticket.claimed_by_id
    if agent_id is None:
        if not by.answers or by.id == ticket.requester_id:
            return
        # Resolved without being claimed: a little work all the same.
        agent_id = by.id
        taken(session, ticket, by, policy=policy, now=now)
    given_up(session, ticket, agent_id, policy=policy, now=now)
    _offer_break(session, ticket, session.get_one(Person, agent_id), policy=policy, now=now)


def _offer_break(session: Session, ticket: Ticket, agent: Person, *, policy: Policy, now: datetime) -> None:
    since = max(now - _A_DAY_S_WORK, last_break(session, agent) or now - _A_DAY_S_WORK)
    done = load.finished(session, agent.id, since=since, now=now)
    if not done or done[-1].ticket_id != ticket.id:
        return
    hostile = done[-1].hostile
    if not hostile and not _long_stretch(done, policy.care):
        return
    if first_time(session, f"break:{agent.id}:{ticket.id}:{ticket.reopened}", now=now):
        why = "hostile" if hostile else "long"
        minutes = policy.care.break_lasts / timedelta(minutes=1)
        say_to(session, Occasion.DIRECT, agent, now=now, notice="break_offer", why=why, minutes=minutes)


def _long_stretch(done: Sequence[BurdenEntry], rules: CareRules) -> bool:
    """Whether the last of these brought them over one more stretch: so it is offered once for each."""
    stretch = rules.break_after / timedelta(minutes=1)
    minutes = sum(entry.minutes for entry in done)
    before = minutes - done[-1].minutes
    return len(done) % rules.break_after_tickets == 0 or minutes // stretch > before // stretch


def _work(session: Session, ticket: Ticket, agent: Person, *, policy: Policy, now: datetime) -> Work:
    """What the ticket weighs for this agent now: after hours where the desk is closed or it is their night."""
    profile = profile_of(session, agent, rules=policy.care)
    night = at_night(now, profile.zone, policy.care, quiet=profile.quiet)
    after_hours = night or not policy.opening.is_open(now)
    return Work(0.0, ticket.urgency, after_hours=after_hours, hostile=ticket.hostile)

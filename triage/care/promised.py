"""Somebody hears that a promise is soon due or late: who works on the ticket, or the desk where nobody does.

Once for each, and never in somebody's rest, time off or quiet hours: what is not critical waits until they are at
work again. Whoever is away is not told at all; then the desk is, without a word on why.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from triage.care.profile import profile_of
from triage.escalation import engine
from triage.escalation.standing import standings
from triage.oncall.protection import Ask, Rule, forbidden
from triage.outbox import Occasion, say_to, say_to_desk
from triage.people.models import Person
from triage.policy import Policy
from triage.sla.timers import SlaTimer, standing
from triage.tickets.models import Ticket
from triage.tickets.promise_sweep import fall_due, mend, to_tell
from triage.vocabulary import PromiseState, Urgency

PROMISE_DUE = "promise_due"


def mend_promises(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    return mend(session, team_id, policy, now)


def tell_promises(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    """What became due shows on the cards at once, and is told to whoever may hear it now."""
    fallen = {ticket_id for ticket_id, _ in fall_due(session, team_id, now=now)}
    told: set[int] = set()
    for timer in to_tell(session, team_id, now=now):
        ticket = session.get_one(Ticket, timer.ticket_id)
        # Both promises of one ticket at once: the first response comes first, and one message is enough.
        if timer.ticket_id not in told and _tell(session, timer, ticket, policy=policy, now=now):
            told.add(timer.ticket_id)
    for ticket_id in sorted(fallen):
        engine.refresh_card(session, session.get_one(Ticket, ticket_id), policy=policy, now=now)
    return len(fallen) + len(told)


@dataclass(frozen=True)
class Hearer:
    """Who is told, and when. Without a person, the desk is."""

    person: Person | None
    at: datetime


def hearer(session: Session, ticket: Ticket, *, policy: Policy, now: datetime) -> Hearer:
    owner = session.get(Person, ticket.claimed_by_id) if ticket.claimed_by_id else None
    critical = ticket.urgency is Urgency.CRITICAL
    opens = now if critical else policy.opening.next_opening(now)
    if owner is None:
        return Hearer(None, opens)
    how = standings(session, [owner], team_id=ticket.team_id, policy=policy, now=now)[0]
    hindered = forbidden(Ask(ticket.urgency), how, now=now)
    if hindered is not None and hindered.rule in (Rule.ABSENT, Rule.RESTING):
        return Hearer(None, opens)
    if hindered is not None:
        return Hearer(owner, hindered.until or opens)
    said_when = profile_of(session, owner, rules=policy.care).hours.spans
    # Who never said when they work is at work while the desk is open.
    return Hearer(owner, now if critical or said_when else opens)


def _tell(session: Session, timer: SlaTimer, ticket: Ticket, *, policy: Policy, now: datetime) -> bool:
    state = standing(timer, now).state
    if not timer.open or state is PromiseState.FINE:
        return False  # more time since, or nothing left to do
    to = hearer(session, ticket, policy=policy, now=now)
    if to.at > now:
        timer.tell_at = to.at
        session.flush()
        return False
    params = {"notice": PROMISE_DUE, "promise": str(timer.promise), "state": str(state)}
    if to.person is not None:
        say_to(session, Occasion.DIRECT, to.person, ticket=ticket, now=now, **params)
    else:
        channel = ticket.card_channel or policy.desk_channel
        say_to_desk(session, Occasion.DESK_NOTICE, ticket, channel=channel, now=now, **params)
    return True

"""Whether people may be asked now, and who of them: what a policy names, weighed by the rules that protect people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from triage.care.profile import profile_of
from triage.escalation.policies import policy_for
from triage.escalation.standing import ask_of, standings
from triage.escalation.targets import everybody
from triage.escalation.values import EscalationPolicy
from triage.oncall.protection import Ask, Gate, Rule, Standing, forbidden, gate, hindrances, rest_after
from triage.oncall.router import Routed, route
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets.models import Ticket
from triage.vocabulary import Urgency


def gate_for(
    session: Session,
    ticket: Ticket,
    plan: EscalationPolicy,
    *,
    policy: Policy,
    now: datetime,
    cannot_wait: bool,
) -> Gate:
    """Whether anybody is asked now. Where not, `until` says when."""
    ask = ask_of(session, ticket, policy=policy, now=now, cannot_wait=cannot_wait)
    return opened(_decide(session, ticket, plan, ask, policy=policy, now=now), policy, now)


def _decide(
    session: Session, ticket: Ticket, plan: EscalationPolicy, ask: Ask, *, policy: Policy, now: datetime
) -> Gate:
    people = everybody(session, ticket.team_id, plan.targets(), at=now)
    others = [person for person in people if person.id != ticket.requester_id]
    standing = standings(session, others, team_id=ticket.team_id, policy=policy, now=now)
    return gate(ask, desk_open=policy.opening.is_open(now), standings=standing, now=now)


def would_wait(session: Session, ticket: Ticket, urgency: Urgency, *, policy: Policy, now: datetime) -> bool:
    """Whether it would be put off now if it were of this urgency."""
    plan = policy_for(session, ticket.team_id, urgency=urgency, category=ticket.category, policy=policy)
    ask = replace(ask_of(session, ticket, policy=policy, now=now), urgency=urgency)
    return not _decide(session, ticket, plan, ask, policy=policy, now=now).ask_now


def rest_of(
    session: Session, agent: Person, *, policy: Policy, now: datetime
) -> tuple[datetime, datetime] | None:
    """The rest that this hour's work would open for them; None by day."""
    profile = profile_of(session, agent, rules=policy.care)
    return rest_after(now, profile.zone, policy.care, quiet=profile.quiet)


def opened(decided: Gate, policy: Policy, now: datetime) -> Gate:
    """The same, with a moment wherever it says to wait."""
    if decided.ask_now or (decided.until is not None and decided.until > now):
        return decided
    opens = policy.opening.next_opening(now)
    # Open, and yet nobody is to be asked: looked at again a while later, so that it is never forgotten.
    return replace(decided, until=opens if opens > now else now + policy.page_again_after)


# What asks to find somebody else first, on a later level too. A break or focus time gives way to one's shift.
_ENOUGH = frozenset({Rule.HOSTILE, Rule.WEEK, Rule.CAP})


def better_later(
    session: Session,
    ticket: Ticket,
    here: Sequence[Person],
    later: Sequence[Person],
    *,
    policy: Policy,
    now: datetime,
    cannot_wait: bool,
) -> bool:
    """Whether all who may be asked here have enough by a rule, and somebody who would come later has not."""
    ask = ask_of(session, ticket, policy=policy, now=now, cannot_wait=cannot_wait)
    if ask.pressing:
        return False

    def have_enough(people: Sequence[Person]) -> list[bool]:
        standing = standings(session, people, team_id=ticket.team_id, policy=policy, now=now)
        return [
            any(found.rule in _ENOUGH for found in hindrances(ask, one, rules=policy.care, now=now))
            for one in standing
            if forbidden(ask, one, now=now) is None
        ]

    mine = have_enough(here)
    return bool(mine) and all(mine) and not all(have_enough(later))


def choose(
    session: Session,
    ticket: Ticket,
    people: Sequence[Person],
    *,
    policy: Policy,
    now: datetime,
    cannot_wait: bool,
    last_resort: bool = False,
) -> Routed:
    """One of them, or nobody."""
    ask = ask_of(session, ticket, policy=policy, now=now, cannot_wait=cannot_wait)
    standing = standings(session, people, team_id=ticket.team_id, policy=policy, now=now)
    return in_order(ask, standing, people, policy=policy, now=now, last_resort=last_resort)


def in_order(
    ask: Ask,
    standing: Sequence[Standing],
    people: Sequence[Person],
    *,
    policy: Policy,
    now: datetime,
    last_resort: bool = False,
) -> Routed:
    """Of several who are equally due, the one named earlier: the router knows them by their place in the order."""
    places = {person.id: place for place, person in enumerate(people)}
    placed = [replace(one, person_id=places[one.person_id]) for one in standing]
    routed = route(ask, placed, rules=policy.care, now=now, last_resort=last_resort)
    return replace(
        routed,
        person_id=None if routed.person_id is None else people[routed.person_id].id,
        passed_over=tuple(replace(one, person_id=people[one.person_id].id) for one in routed.passed_over),
    )

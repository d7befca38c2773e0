"""Nobody claimed it and nobody is left to ask: the desk's channel, the admins and a pager hear it, loudly."""

from datetime import datetime

from sqlalchemy.orm import Session

from triage.escalation.alerts import trigger
from triage.escalation.asking import choose
from triage.escalation.paging import page
from triage.escalation.tables import Escalation
from triage.escalation.targets import admins, everybody
from triage.escalation.values import EscalationPolicy
from triage.outbox import Occasion, say_to_desk
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets.models import Ticket
from triage.tickets.transition import note
from triage.vocabulary import Urgency


def last_resort(
    session: Session,
    ticket: Ticket,
    under_way: Escalation,
    plan: EscalationPolicy,
    *,
    policy: Policy,
    now: datetime,
) -> None:
    """Never empty: the channel hears it each time, whoever else can be reached."""
    listed = [
        person
        for person in everybody(session, ticket.team_id, plan.targets(), at=now)
        if person.id != ticket.requester_id
    ]
    asked = [session.get_one(Person, person_id) for person_id in under_way.asked]
    say_to_desk(
        session,
        Occasion.DESK_NOTICE,
        ticket,
        channel=policy.desk_channel,
        now=now,
        notice="exhausted" if asked else "nobody_free" if listed else "nobody_on_call",
        people=[person.slack_id for person in asked],
    )
    pressing = under_way.cannot_wait or ticket.urgency is Urgency.CRITICAL
    reached = list(asked)
    if pressing:
        # Only here, and only where it cannot wait, may it reach somebody who rests.
        reached += _wake(session, ticket, under_way, plan, _but(listed, reached), policy=policy, now=now)
    if pressing or not under_way.last_resorts:
        others = _but(_others(session, ticket), reached)
        told = _wake(session, ticket, under_way, plan, others, policy=policy, now=now)
        if pressing and not told:
            # All of them are away, and still somebody has to know.
            for admin in others:
                page(session, ticket, admin, why="", wait=plan.again_after, policy=policy, now=now, loud=True)
            told = others
        reached += told
    for pager in policy.pagers:
        trigger(session, ticket, pager, now=now)
    under_way.last_resorts += 1
    why = "everybody who could be was asked" if asked else "there was nobody to ask"
    also = "".join(f", and the pager “{pager}” was called" for pager in policy.pagers)
    heard = "the desk and the admins were told" if len(reached) > len(asked) else "the desk was told"
    note(session, ticket, "exhausted", now=now, reason=f"{why}: {heard}{also}")


def _others(session: Session, ticket: Ticket) -> list[Person]:
    return [person for person in admins(session, ticket.team_id) if person.id != ticket.requester_id]


def _but(people: list[Person], reached: list[Person]) -> list[Person]:
    ids = {person.id for person in reached}
    return [person for person in people if person.id not in ids]


def _wake(
    session: Session,
    ticket: Ticket,
    under_way: Escalation,
    plan: EscalationPolicy,
    people: list[Person],
    *,
    policy: Policy,
    now: datetime,
) -> list[Person]:
    woken: list[Person] = []
    while left := _but(people, woken):
        routed = choose(
            session,
            ticket,
            left,
            policy=policy,
            now=now,
            cannot_wait=under_way.cannot_wait,
            last_resort=True,
        )
        if routed.person_id is None:
            break
        agent = next(person for person in left if person.id == routed.person_id)
        page(
            session,
            ticket,
            agent,
            why=routed.reason,
            wait=plan.again_after,
            policy=policy,
            now=now,
            loud=True,
        )
        woken.append(agent)
    return woken

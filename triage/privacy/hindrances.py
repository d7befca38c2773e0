"""Why somebody cannot be erased yet, each with what has to be done first. Empty: nothing stands in the way."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from triage.escalation.policies import policies
from triage.oncall.models import OncallMember
from triage.oncall.schedule_tables import OverrideRow, RotationMember, RotationRow, ScheduleRow
from triage.oncall.swap_tables import Swap
from triage.people.models import Person
from triage.tickets.models import Ticket
from triage.vocabulary import OPEN_STATUSES, Role, SwapState, TicketStatus

_SHOWN = 5


def hindrances(session: Session, person: Person, *, now: datetime) -> list[str]:
    """One sentence each."""
    return [
        *_last_admin(session, person),
        *_on_call(session, person, now=now),
        *_swaps(session, person),
        *_escalation(session, person),
        *_tickets(session, person),
    ]


def _last_admin(session: Session, person: Person) -> list[str]:
    if person.role is not Role.ADMIN:
        return []
    others = session.scalar(
        select(func.count())
        .select_from(Person)
        .where(Person.team_id == person.team_id, Person.role == Role.ADMIN, Person.id != person.id)
    )
    return [] if others else ["They are the last admin: make somebody else one first (EVENHAND_ADMINS)."]


def _on_call(session: Session, person: Person, *, now: datetime) -> list[str]:
    found = []
    if session.scalar(select(OncallMember.person_id).where(OncallMember.person_id == person.id).limit(1)):
        found.append("They are on the on-call list: take them off first (/oncall set).")
    names = session.scalars(
        select(RotationRow.name)
        .join(RotationMember, RotationMember.rotation_id == RotationRow.id)
        .join(ScheduleRow, ScheduleRow.id == RotationRow.schedule_id)
        .where(
            RotationMember.person_id == person.id,
            or_(RotationMember.until.is_(None), RotationMember.until > now.date()),
            RotationRow.ended_at.is_(None),
            ScheduleRow.archived_at.is_(None),
        )
        .distinct()
    ).all()
    found += [
        f"They are in the rotation “{name}”: take them out first, in the console." for name in sorted(names)
    ]
    covering = session.scalar(
        select(func.count())
        .select_from(OverrideRow)
        .where(
            or_(OverrideRow.person_id == person.id, OverrideRow.instead_of_id == person.id),
            OverrideRow.end > now,
            OverrideRow.removed_at.is_(None),
        )
    )
    if covering:
        found.append(
            "They stand in for somebody, or somebody for them: take that back first (oncall override)."
        )
    return found


def _swaps(session: Session, person: Person) -> list[str]:
    waiting = session.scalar(
        select(func.count())
        .select_from(Swap)
        .where(or_(Swap.owner_id == person.id, Swap.taker_id == person.id), Swap.state == SwapState.OFFERED)
    )
    return ["They wait for an answer about a shift: withdraw that first."] if waiting else []


def _escalation(session: Session, person: Person) -> list[str]:
    return [
        f"The escalation policy “{policy.name}” asks them: change it first, in the console."
        for policy in policies(session, person.team_id)
        if any(target.person_id == person.id for target in policy.targets())
        or person.slack_id in json.dumps(policy.as_json())
    ]


def _tickets(session: Session, person: Person) -> list[str]:
    in_hand = session.scalars(
        select(Ticket.id).where(Ticket.claimed_by_id == person.id, Ticket.status.in_(OPEN_STATUSES))
    ).all()
    answered = session.scalars(
        select(Ticket.id).where(
            Ticket.requester_id == person.id,
            Ticket.status.in_((TicketStatus.CLAIMED, TicketStatus.ON_HOLD)),
        )
    ).all()
    found = []
    if in_hand:
        found.append(f"They work on {_numbered(in_hand)}: pass them on or resolve them first.")
    if answered:
        found.append(f"Somebody works on {_numbered(answered)} for them: resolve them first.")
    return found


def _numbered(tickets: Sequence[int]) -> str:
    numbers = sorted(tickets)
    more = f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
    word = "ticket" if len(numbers) == 1 else "tickets"
    return f"{word} {', '.join(str(number) for number in numbers[:_SHOWN])}{more}"

"""From what a level names to the people behind it at one moment."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.escalation.values import Target
from triage.oncall.current import on_call
from triage.oncall.plans import on_duty
from triage.people.models import Person
from triage.vocabulary import DutyRole, Role, TargetKind


def people_of(session: Session, team_id: str, target: Target, *, at: datetime) -> list[Person]:
    """Who stands behind the target; a pager is nobody. Whoever answers no tickets any more is left out."""
    match target.kind:
        case TargetKind.PERSON:
            ids = [target.person_id]
        case TargetKind.ON_SHIFT:
            ids = [
                shift.person_id
                for shift in on_duty(session, team_id, at=at)
                if shift.role is target.role and target.schedule_id in (None, shift.schedule_id)
            ]
        case TargetKind.GROUP:
            return [person for person in on_call(session, team_id) if person.answers]
        case TargetKind.PAGER:
            return []
    found = [session.get(Person, person_id) for person_id in dict.fromkeys(ids) if person_id is not None]
    return [person for person in found if person is not None and person.answers and person.team_id == team_id]


def everybody(session: Session, team_id: str, targets: Iterable[Target], *, at: datetime) -> list[Person]:
    """Each person once, in the order in which the targets name them."""
    found = [
        person for target in dict.fromkeys(targets) for person in people_of(session, team_id, target, at=at)
    ]
    return list({person.id: person for person in found}.values())


def admins(session: Session, team_id: str) -> list[Person]:
    rows = session.scalars(
        select(Person).where(Person.team_id == team_id, Person.role == Role.ADMIN).order_by(Person.id)
    )
    return list(rows)


def in_words(target: Target) -> str:
    """How the timeline calls the way by which somebody came to be asked."""
    match target.kind:
        case TargetKind.PERSON:
            return "named by the policy"
        case TargetKind.ON_SHIFT:
            return "on shift" if target.role is DutyRole.PRIMARY else f"on shift as {target.role}"
        case TargetKind.GROUP:
            return "from the on-call list"
        case TargetKind.PAGER:
            return f"the pager “{target.pager}”"


def nobody_in_words(targets: Iterable[Target]) -> str:
    """Why a level names nobody at this moment."""
    kinds = {target.kind for target in targets}
    if kinds == {TargetKind.ON_SHIFT}:
        return "nobody is on shift"
    if kinds == {TargetKind.GROUP}:
        return "nobody is on the on-call list"
    if kinds == {TargetKind.PAGER}:
        return "that pager is not set up"
    if kinds == {TargetKind.PERSON}:
        return "they answer no tickets any more"
    return "there is nobody"

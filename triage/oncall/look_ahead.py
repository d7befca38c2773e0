"""The look ahead: every gap and every strain of the next weeks, from the plans and what is known of the people."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triage.oncall.concern import Concern, ConcernKind, Contact
from triage.oncall.concerns import concerns
from triage.oncall.plan import Plan, with_names
from triage.oncall.plans import plans
from triage.oncall.rules import CareRules
from triage.outbox import Occasion, Say
from triage.people.models import Person
from triage.vocabulary import SayState

__all__ = ["Concern", "ConcernKind", "look_ahead"]

_BACK = timedelta(days=8)
_TO_ONE_PERSON = (Occasion.PAGE, Occasion.DIRECT)


def look_ahead(
    session: Session, team_id: str, *, now: datetime, days: int = 90, rules: CareRules | None = None
) -> list[Concern]:
    """What is wrong on the rota from now on, by time, in sentences with people's names."""
    end = now + timedelta(days=days)
    found = plans(session, team_id, start=now - _BACK, end=end)
    people = _people(session, found)
    contacts = _contacts(session, people)
    names = {person.id: person.called for person in people}
    return [
        replace(concern, sentence=with_names(concern.sentence, names))
        for concern in concerns(found, contacts, start=now, end=end, rules=rules or CareRules())
    ]


def _people(session: Session, found: Collection[Plan]) -> list[Person]:
    ids = {member.person_id for plan in found for turn in plan.schedule.rotations for member in turn.members}
    ids |= {override.person_id for plan in found for override in plan.overrides if override.person_id}
    ids |= {row.person_id for plan in found for row in plan.recorded}
    return list(session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))


def _contacts(session: Session, people: Collection[Person]) -> dict[int, Contact]:
    failed = _last_message_failed(session, people)
    return {
        person.id: Contact(ZoneInfo(person.time_zone), _unreachable(person, person.slack_id in failed))
        for person in people
    }


def _unreachable(person: Person, failed: bool) -> str:
    if not person.answers:
        return "does not answer tickets here"
    if failed:
        return "the last message to them did not arrive"
    if person.name is None:
        return "Slack does not know them"
    return ""


def _last_message_failed(session: Session, people: Collection[Person]) -> set[str]:
    """To whom Slack would not bring the last message: an account that is closed, or an app they shut out."""
    if not people:
        return set()
    team_id = next(iter(people)).team_id
    last = (
        select(func.max(Say.id))
        .where(
            Say.team_id == team_id,
            Say.address.in_([person.slack_id for person in people]),
            Say.occasion.in_(_TO_ONE_PERSON),
            Say.state.in_((SayState.SENT, SayState.FAILED)),
        )
        .group_by(Say.address)
    )
    return set(session.scalars(select(Say.address).where(Say.id.in_(last), Say.state == SayState.FAILED)))

"""What people and schedules of a desk are called in a policy's file and form."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.escalation.policy_file import Names
from triage.escalation.values import Target
from triage.oncall.plans import schedules
from triage.people.models import Person
from triage.vocabulary import Role, TargetKind


def names_at(session: Session, team_id: str) -> Names:
    people = session.scalars(select(Person).where(Person.team_id == team_id, Person.role != Role.REQUESTER))
    return Names(
        people={person.slack_id: person.id for person in people},
        schedules={schedule.name: schedule.id for schedule in schedules(session, team_id)},
    )


def called(session: Session, team_id: str, target: Target) -> str:
    """For people to read: “Ben”, “whoever is on shift (primary) in any schedule”."""
    match target.kind:
        case TargetKind.PERSON:
            person = session.get(Person, target.person_id)
            return person.called if person else "somebody who is gone"
        case TargetKind.GROUP:
            return "the on-call list"
        case TargetKind.PAGER:
            return f"the pager “{target.pager}”"
    names = {schedule.id: schedule.name for schedule in schedules(session, team_id)}
    where = "" if target.schedule_id is None else f" in “{names.get(target.schedule_id, '?')}”"
    return f"whoever is on shift as {target.role}{where}"

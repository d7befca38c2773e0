"""People as they are met: found by their Slack id, or written down the first time they are seen."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.effects import insert_once
from triage.people.models import Person
from triage.vocabulary import Role
from triage.work import LearnPerson, enqueue


def meet(
    session: Session, team_id: str, slack_id: str, *, now: datetime, is_guest: bool | None = None
) -> Person:
    """The person behind a Slack id. Somebody new becomes a requester, and their name is asked for."""
    this_person = select(Person).where(Person.team_id == team_id, Person.slack_id == slack_id)
    person = session.scalars(this_person).first()
    if person is None:
        insert_once(
            session,
            Person,
            team_id=team_id,
            slack_id=slack_id,
            time_zone="UTC",
            role=Role.REQUESTER,
            is_guest=bool(is_guest),
            created_at=now,
        )
        person = session.scalars(this_person).one()
    if is_guest is not None and person.is_guest != is_guest:
        person.is_guest = is_guest
    if person.name is None:
        # One question an hour at the most, should Slack not answer.
        enqueue(session, LearnPerson(person.id, now.replace(minute=0, second=0, microsecond=0)))
    return person


def known(session: Session, team_id: str, slack_id: str) -> Person | None:
    """The person, if the desk has met them."""
    return session.scalars(
        select(Person).where(Person.team_id == team_id, Person.slack_id == slack_id)
    ).first()


def colleagues(session: Session, person: Person) -> list[Person]:
    """Everybody else who answers tickets, by name."""
    found = session.scalars(
        select(Person).where(
            Person.team_id == person.team_id, Person.id != person.id, Person.role != Role.REQUESTER
        )
    )
    return sorted(found, key=lambda one: (one.called, one.id))


def lock(session: Session, person: Person) -> None:
    """Makes what one person does happen one after the other (SQLite's writers do that anyway).

    Rows that only refer to the person may still be written meanwhile: two who wait for each other would be stuck.
    """
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))


def let_answer(person: Person) -> None:
    """Whoever is put on call may answer tickets from now on; nobody loses a role."""
    if not person.answers:
        person.role = Role.AGENT


def appoint(session: Session, team_id: str, slack_ids: Iterable[str], role: Role, *, now: datetime) -> None:
    """Gives people a role that the settings name."""
    for slack_id in slack_ids:
        meet(session, team_id, slack_id, now=now).role = role
    session.flush()

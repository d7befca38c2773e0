"""People as they are met: found by their Slack id, or written down the first time they are seen."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from triage.audit import record
from triage.effects import insert_once
from triage.errors import TriageError
from triage.people.access import Permission, require
from triage.people.models import Person, Team
from triage.people.visits import EndedBy, end_all
from triage.vocabulary import Role, RoleFrom
from triage.work import LearnPerson, enqueue

RANK = {Role.REQUESTER: 0, Role.AGENT: 1, Role.ADMIN: 2}


class LastAdmin(TriageError):
    """Nobody would be left who may change policies, people and models."""

    def __init__(self, slack_id: str) -> None:
        super().__init__(f"{slack_id} is the last admin")
        self.slack_id = slack_id


def meet(
    session: Session, team_id: str, slack_id: str, *, now: datetime, is_guest: bool | None = None
) -> Person:
    """The person behind a Slack id. Somebody new becomes a requester, and their name is asked for."""
    person = known(session, team_id, slack_id)
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
        person = session.scalars(_BY_SLACK_ID, {"team_id": team_id, "slack_id": slack_id}).one()
    if is_guest is not None and person.is_guest != is_guest:
        person.is_guest = is_guest
    if person.name is None:
        # One question an hour at the most, should Slack not answer.
        enqueue(session, LearnPerson(person.id, now.replace(minute=0, second=0, microsecond=0)))
    return person


def known(session: Session, team_id: str, slack_id: str) -> Person | None:
    """The person, if the desk has met them."""
    return session.scalars(_BY_SLACK_ID, {"team_id": team_id, "slack_id": slack_id}).first()


_BY_SLACK_ID = select(Person).where(
    Person.team_id == bindparam("team_id"), Person.slack_id == bindparam("slack_id")
)


def first_admin(session: Session, team_id: str) -> Person | None:
    """The one who has been there longest."""
    return session.scalars(
        select(Person)
        .where(Person.team_id == team_id, Person.role == Role.ADMIN)
        .order_by(Person.id)
        .limit(1)
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
    if session.get_bind().dialect.name == "sqlite":
        return
    locked: set[int] = session.info.setdefault("locked", set())
    if person.id in locked:
        return
    session.execute(_LOCKED, {"person_id": person.id})
    if not session.in_nested_transaction():  # a savepoint that is given up lets go
        locked.add(person.id)


_LOCKED = select(Person.id).where(Person.id == bindparam("person_id")).with_for_update(key_share=True)


def change_role(
    session: Session,
    person: Person,
    role: Role,
    *,
    because: RoleFrom,
    by: Person | None,
    now: datetime,
    **details: Any,
) -> bool:
    """Gives somebody a role and notes it; says whether that is news. Their visits to the console end with the old one.

    Raises `LastAdmin` where nobody would be left who may change anything. `by` is None where the settings, the
    command line or a user group did it.
    """
    if by is not None:
        require(by.role, Permission.SET_ROLES)
    return _give(session, person, role, because=because, by=by, now=now, **details)


def _give(
    session: Session,
    person: Person,
    role: Role,
    *,
    because: RoleFrom,
    by: Person | None,
    now: datetime,
    **details: Any,
) -> bool:
    lock(session, person)
    session.refresh(person, ["role", "role_from"])
    before = person.role
    if before is Role.ADMIN and role is not Role.ADMIN:
        _require_another_admin(session, person)
    person.role, person.role_from = role, because
    if before is role:
        session.flush()
        return False
    end_all(session, person, why=EndedBy.ROLE, now=now)
    record(
        session,
        "person.role",
        by=by,
        team_id=person.team_id,
        now=now,
        person=person.slack_id,
        before=before,
        after=role,
        because=because,
        **details,
    )
    session.flush()
    return True


def _require_another_admin(session: Session, person: Person) -> None:
    # Two who take the last two admins' roles at once: one after the other, or nobody would be left.
    session.get(Team, person.team_id, with_for_update={"key_share": True})
    if not others_with(session, person, Role.ADMIN):
        raise LastAdmin(person.slack_id)


def others_with(session: Session, person: Person, role: Role) -> int:
    """How many else in the workspace have this role."""
    others = select(func.count()).where(
        Person.team_id == person.team_id, Person.id != person.id, Person.role == role
    )
    return session.scalar(others) or 0


def let_answer(session: Session, person: Person, *, by: Person | None, now: datetime) -> None:
    """Whoever is put on call may answer tickets from now on; nobody loses a role. The caller asked who may do that."""
    if not person.answers:
        _give(session, person, Role.AGENT, because=RoleFrom.HAND, by=by, now=now, put_on_call=True)


def appoint(session: Session, team_id: str, slack_ids: Iterable[str], role: Role, *, now: datetime) -> None:
    """Gives people a role by hand, also those whom the desk has not met."""
    for slack_id in slack_ids:
        change_role(
            session, meet(session, team_id, slack_id, now=now), role, because=RoleFrom.HAND, by=None, now=now
        )


def follow_settings(
    session: Session,
    team_id: str,
    *,
    admins: Collection[str],
    agents: Collection[str],
    now: datetime,
) -> list[Person]:
    """Gives the roles that the settings name, and takes back what they gave before. What came otherwise stays.

    Returns those who stay admins although the settings no longer say so, because there is no other.
    """
    named = dict.fromkeys(agents, Role.AGENT) | dict.fromkeys(admins, Role.ADMIN)
    people = [meet(session, team_id, slack_id, now=now) for slack_id in named]
    given_before = session.scalars(
        select(Person).where(Person.team_id == team_id, Person.role_from == RoleFrom.SETTINGS)
    )
    people += [person for person in given_before if person.slack_id not in named]
    kept = []
    for person in sorted(people, key=lambda person: -RANK[named.get(person.slack_id, Role.REQUESTER)]):
        role = named.get(person.slack_id, Role.REQUESTER)
        if _is_settled(person, role):
            continue
        try:
            change_role(session, person, role, because=RoleFrom.SETTINGS, by=None, now=now)
        except LastAdmin:
            kept.append(person)
    session.flush()
    return kept


def _is_settled(person: Person, role: Role) -> bool:
    """Whether the settings have nothing to change. They never lower what came otherwise."""
    if person.role_from is RoleFrom.SETTINGS:
        return person.role is role
    return RANK[person.role] > RANK[role]


def team_s_people(session: Session, team_id: str, role: Role | None = None) -> list[Person]:
    """Everybody whom the desk has met, those who may do more first."""
    wanted = select(Person).where(Person.team_id == team_id)
    found = session.scalars(wanted if role is None else wanted.where(Person.role == role))
    return sorted(found, key=lambda one: (-RANK[one.role], one.called.casefold(), one.id))

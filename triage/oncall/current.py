"""Who is on call now: for the time being one ordered list a workspace."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from triage.audit import record
from triage.oncall.models import OncallMember
from triage.people.access import Permission, require
from triage.people.models import Person, Team
from triage.people.roster import let_answer


def on_call(session: Session, team_id: str) -> list[Person]:
    """The agents in the order of the list, which decides between those who are equally due."""
    return list(session.scalars(_ON_CALL, {"team_id": team_id}))


_ON_CALL = (
    select(Person)
    .join(OncallMember, OncallMember.person_id == Person.id)
    .where(OncallMember.team_id == bindparam("team_id"))
    .order_by(OncallMember.position)
)


def set_on_call(
    session: Session, team_id: str, people: Sequence[Person], *, by: Person | None, now: datetime
) -> None:
    """Replaces the list. Whoever is put on it may answer tickets from now on; nobody loses a role here.

    `by` is None where the settings name the list.
    """
    if by is not None:
        require(by.role, Permission.SET_ONCALL)
    unique = list({person.id: person for person in people}.values())
    # Two lists set at once: one after the other, or both would fill the same places.
    session.get(Team, team_id, with_for_update={"key_share": True})
    session.execute(delete(OncallMember).where(OncallMember.team_id == team_id))
    for position, person in enumerate(unique):
        let_answer(session, person, by=by, now=now)
        session.add(OncallMember(team_id=team_id, position=position, person_id=person.id))
    record(session, "oncall.set", by=by, team_id=team_id, now=now, people=[p.slack_id for p in unique])
    session.flush()

"""Roles from Slack user groups: who is in the group has the role, who leaves it loses it.

A group that cannot be read changes nobody's role. That it cannot is written down, for admins to see.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from triage.effects import insert_once
from triage.people.group_table import RoleGroup
from triage.people.models import Person, Team
from triage.people.roster import RANK, change_role, meet
from triage.vocabulary import Role, RoleFrom

EVERY = timedelta(minutes=5)
_LONGEST_ID = 32
NO_ADMIN_LEFT = "no_admin_left"
_NO_GROUP = (
    "“{}” is no user group id: in Slack open People › User groups, the group's ⋮, “Copy group ID” (S…)"
)


def parse_group(text: str) -> str:
    """The id of a user group, as its mention has it or as it is copied. Raises `ValueError`."""
    plain = text.removeprefix("<!subteam^").partition("|")[0].removesuffix(">")
    if not (plain[:1] == "S" and plain.isascii() and plain.isalnum() and len(plain) <= _LONGEST_ID):
        raise ValueError(_NO_GROUP.format(text[:40]))
    return plain


@dataclass(frozen=True)
class RoleGroups:
    """Ids of user groups (S…); empty where a role comes from the settings or by hand alone."""

    admins: str = ""
    agents: str = ""

    def by_role(self) -> dict[Role, str]:
        named = {Role.ADMIN: self.admins, Role.AGENT: self.agents}
        return {role: group for role, group in named.items() if group}


def decide(role: Role, came_from: RoleFrom | None, given: Role | None) -> tuple[Role, RoleFrom | None]:
    """The role of somebody whom the groups give `given`, and its source. What came otherwise, they do not take."""
    kept = Role.REQUESTER if came_from is RoleFrom.GROUP else role
    offered = given or Role.REQUESTER
    if RANK[kept] >= RANK[offered]:
        return kept, None if kept is Role.REQUESTER else came_from
    return offered, RoleFrom.GROUP


def is_due(session: Session, team_id: str, groups: RoleGroups, *, now: datetime) -> bool:
    """Whether it is time to ask Slack; of two who look at once, one is told so."""
    due = False
    for role, group_id in groups.by_role().items():
        row = _row(session, team_id, role, group_id)
        if row.group_id == group_id and row.asked_at is not None and row.asked_at > now - EVERY:
            continue
        moved = session.execute(
            update(RoleGroup)
            .where(
                RoleGroup.team_id == team_id,
                RoleGroup.role == role,
                or_(
                    RoleGroup.asked_at.is_(None),
                    RoleGroup.asked_at <= now - EVERY,
                    RoleGroup.group_id != group_id,
                ),
            )
            .values(asked_at=now, group_id=group_id)
            .returning(RoleGroup.group_id)
        ).first()
        due = due or moved is not None
    return due


def read_since(session: Session, team_id: str, groups: RoleGroups, *, since: datetime) -> bool:
    """Whether every group was read after that moment."""
    rows = {row.role: row for row in _rows(session, team_id)}
    return all(
        (row := rows.get(role)) is not None
        and row.group_id == group
        and row.read_at is not None
        and row.read_at >= since
        for role, group in groups.by_role().items()
    )


def take_over(
    session: Session,
    team_id: str,
    groups: RoleGroups,
    members: Mapping[Role, Collection[str]],
    *,
    asked_at: datetime,
    now: datetime,
) -> int:
    """Gives and takes roles as the groups say; returns how many changed.

    `asked_at` is when Slack was asked: an answer that was overtaken by a later one changes nothing. `members` holds
    every group of `groups`: a role that half the groups speak for would be taken from the others.
    """
    session.get(Team, team_id, with_for_update={"key_share": True})
    if not _first_to_tell(session, team_id, groups, asked_at):
        return 0
    given = {slack_id: role for role in (Role.AGENT, Role.ADMIN) for slack_id in members.get(role, ())}
    people = [meet(session, team_id, slack_id, now=now) for slack_id in sorted(given)]
    known_ids = {person.id for person in people}
    from_groups = session.scalars(
        select(Person)
        .where(Person.team_id == team_id, Person.role_from == RoleFrom.GROUP)
        .order_by(Person.slack_id)
    )
    people += [person for person in from_groups if person.id not in known_ids]
    outcome = {
        person.id: decide(person.role, person.role_from, given.get(person.slack_id)) for person in people
    }
    # Who gains goes first, so that there is an admin at every moment.
    people.sort(key=lambda person: -RANK[outcome[person.id][0]])
    keep_admins = _would_leave_no_admin(session, team_id, outcome)
    _set_fault(session, team_id, groups, NO_ADMIN_LEFT if keep_admins else None, now=now)
    changed = 0
    for person in people:
        role, source = outcome[person.id]
        if (role, source) == (person.role, person.role_from):
            continue
        if keep_admins and person.role is Role.ADMIN:
            continue
        changed += change_role(session, person, role, because=source or RoleFrom.GROUP, by=None, now=now)
    return changed


def _would_leave_no_admin(
    session: Session, team_id: str, outcome: Mapping[int, tuple[Role, RoleFrom | None]]
) -> bool:
    admins = session.scalars(select(Person.id).where(Person.team_id == team_id, Person.role == Role.ADMIN))
    before = set(admins)
    after = {who for who in before if outcome.get(who, (Role.ADMIN, None))[0] is Role.ADMIN}
    gained = {who for who, (role, _) in outcome.items() if role is Role.ADMIN}
    return bool(before) and not (after | gained)


def note_fault(session: Session, team_id: str, groups: RoleGroups, fault: str, *, now: datetime) -> None:
    """The groups could not be read, and why, in Slack's word. Nobody's role changes."""
    for role, group_id in groups.by_role().items():
        _row(session, team_id, role, group_id)
    _set_fault(session, team_id, groups, fault, now=now)


def faults(session: Session, team_id: str, groups: RoleGroups) -> list[RoleGroup]:
    """The groups that could not be read when they were asked for last."""
    wanted = groups.by_role()
    return [row for row in _rows(session, team_id) if row.fault and wanted.get(row.role) == row.group_id]


def _rows(session: Session, team_id: str) -> list[RoleGroup]:
    found = session.scalars(select(RoleGroup).where(RoleGroup.team_id == team_id).order_by(RoleGroup.role))
    return list(found)


def _row(session: Session, team_id: str, role: Role, group_id: str) -> RoleGroup:
    row = session.get(RoleGroup, (team_id, role))
    if row is None:
        insert_once(session, RoleGroup, team_id=team_id, role=role, group_id=group_id)
        row = session.get_one(RoleGroup, (team_id, role))
    return row


def _first_to_tell(session: Session, team_id: str, groups: RoleGroups, asked_at: datetime) -> bool:
    """Notes the reading, unless a later one was taken over already."""
    for role, group_id in groups.by_role().items():
        row = _row(session, team_id, role, group_id)
        session.refresh(row)
        if row.group_id == group_id and row.read_at is not None and row.read_at > asked_at:
            return False
        row.group_id, row.read_at = group_id, asked_at
    session.flush()
    return True


def _set_fault(
    session: Session, team_id: str, groups: RoleGroups, fault: str | None, *, now: datetime
) -> None:
    for role, group_id in groups.by_role().items():
        row = _row(session, team_id, role, group_id)
        row.group_id = group_id
        if row.fault != fault:
            row.fault, row.fault_at = fault, now if fault else None
    session.flush()

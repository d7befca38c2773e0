"""Roles from Slack user groups: given, taken, and left alone where the group cannot be read."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database import Database
from triage.audit import AuditEntry
from triage.people import visits
from triage.people.models import Person, Team
from triage.people.role_groups import (
    NO_ADMIN_LEFT,
    RoleGroups,
    decide,
    faults,
    is_due,
    note_fault,
    read_since,
    take_over,
)
from triage.people.roster import LastAdmin, change_role, follow_settings, known, meet
from triage.people.visits import SignedInBy, VisitLimits
from triage.vocabulary import Role, RoleFrom

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
TEAM = "T1"
GROUPS = RoleGroups(admins="SADMINS", agents="SAGENTS")
ADMIN, AGENT, REQUESTER = Role.ADMIN, Role.AGENT, Role.REQUESTER


@pytest.fixture
def team(database: Database) -> Database:
    with database.transaction() as session:
        session.add(Team(id=TEAM, created_at=NOW))
    return database


def read(
    session: Session, *, admins: tuple[str, ...] = (), agents: tuple[str, ...] = (), minutes: int = 0
) -> int:
    at = NOW + timedelta(minutes=minutes)
    return take_over(session, TEAM, GROUPS, {ADMIN: admins, AGENT: agents}, asked_at=at, now=at)


def role(session: Session, slack_id: str) -> Role:
    person = known(session, TEAM, slack_id)
    assert person is not None
    return person.role


@pytest.mark.parametrize(
    ("before", "came_from", "given", "after"),
    [
        (REQUESTER, None, AGENT, (AGENT, RoleFrom.GROUP)),
        (REQUESTER, None, None, (REQUESTER, None)),
        (AGENT, RoleFrom.GROUP, ADMIN, (ADMIN, RoleFrom.GROUP)),
        (ADMIN, RoleFrom.GROUP, AGENT, (AGENT, RoleFrom.GROUP)),
        (ADMIN, RoleFrom.GROUP, None, (REQUESTER, None)),
        (AGENT, RoleFrom.HAND, None, (AGENT, RoleFrom.HAND)),
        (AGENT, None, None, (AGENT, None)),
        (ADMIN, RoleFrom.SETTINGS, AGENT, (ADMIN, RoleFrom.SETTINGS)),
        (AGENT, RoleFrom.SETTINGS, ADMIN, (ADMIN, RoleFrom.GROUP)),
    ],
)
def test_a_group_takes_only_what_a_group_gave(
    before: Role, came_from: RoleFrom | None, given: Role | None, after: tuple[Role, RoleFrom | None]
) -> None:
    assert decide(before, came_from, given) == after


def test_who_leaves_the_group_loses_the_role_and_their_visits(team: Database) -> None:
    with team.transaction() as session:
        read(session, admins=("UDEE",), agents=("UBEN", "UDEE"))
        ben = known(session, TEAM, "UBEN")
        assert ben is not None
        secret = visits.begin(session, ben, way=SignedInBy.SLACK, now=NOW)
        assert role(session, "UDEE") is ADMIN
    with team.transaction() as session:
        assert read(session, admins=("UDEE",), minutes=5) == 1
        assert role(session, "UBEN") is REQUESTER
        assert visits.present(session, secret, limits=VisitLimits(), now=NOW) is None

    with team.reading() as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.what == "person.role")).all()
    assert [
        (entry.details["person"], entry.details["before"], entry.details["after"], entry.details["because"])
        for entry in noted
    ] == [
        ("UDEE", "requester", "admin", "group"),
        ("UBEN", "requester", "agent", "group"),
        ("UBEN", "agent", "requester", "group"),
    ]


def test_an_emptied_group_leaves_the_desk_its_admins_and_says_so(team: Database) -> None:
    with team.transaction() as session:
        read(session, admins=("UDEE", "UFAY"))
    with team.transaction() as session:
        assert read(session, minutes=5) == 0
        assert role(session, "UDEE") is role(session, "UFAY") is ADMIN
        assert {row.fault for row in faults(session, TEAM, GROUPS)} == {NO_ADMIN_LEFT}
    with team.transaction() as session:
        read(session, admins=("UGUS",), minutes=10)
        assert [role(session, who) for who in ("UDEE", "UFAY", "UGUS")] == [REQUESTER, REQUESTER, ADMIN]
        assert faults(session, TEAM, GROUPS) == []


def test_admins_of_the_settings_stay_whatever_the_group_says(team: Database) -> None:
    with team.transaction() as session:
        follow_settings(session, TEAM, admins=("UDEE",), agents=(), now=NOW)
        read(session, admins=("UFAY",))
        read(session, minutes=5)
        assert (role(session, "UDEE"), role(session, "UFAY")) == (ADMIN, REQUESTER)
        # A restart changes nothing, and writes nothing down.
        before = len(session.scalars(select(AuditEntry)).all())
        follow_settings(session, TEAM, admins=("UDEE",), agents=(), now=NOW)
        assert len(session.scalars(select(AuditEntry)).all()) == before


def test_a_restart_takes_nothing_that_the_group_gave(team: Database) -> None:
    with team.transaction() as session:
        read(session, admins=("UBEN",))
        follow_settings(session, TEAM, admins=(), agents=("UBEN",), now=NOW)
        assert role(session, "UBEN") is ADMIN


def test_what_the_settings_gave_they_take_back_but_for_the_last_admin(team: Database) -> None:
    with team.transaction() as session:
        follow_settings(session, TEAM, admins=("UDEE", "UFAY"), agents=("UBEN",), now=NOW)
        assert follow_settings(session, TEAM, admins=("UDEE",), agents=("UFAY",), now=NOW) == []
        assert [role(session, who) for who in ("UDEE", "UFAY", "UBEN")] == [ADMIN, AGENT, REQUESTER]
        kept = follow_settings(session, TEAM, admins=(), agents=(), now=NOW)
        assert [person.slack_id for person in kept] == ["UDEE"]
        assert [role(session, who) for who in ("UDEE", "UFAY")] == [ADMIN, REQUESTER]


def test_a_group_that_cannot_be_read_changes_nobody(team: Database) -> None:
    with team.transaction() as session:
        read(session, admins=("UDEE",), agents=("UBEN",))
        note_fault(session, TEAM, GROUPS, "missing_scope", now=NOW + timedelta(minutes=5))
        note_fault(session, TEAM, GROUPS, "missing_scope", now=NOW + timedelta(minutes=10))
        assert (role(session, "UDEE"), role(session, "UBEN")) == (ADMIN, AGENT)
        assert [(row.fault, row.fault_at) for row in faults(session, TEAM, GROUPS)] == [
            ("missing_scope", NOW + timedelta(minutes=5))
        ] * 2


def test_an_answer_that_was_overtaken_changes_nothing(team: Database) -> None:
    with team.transaction() as session:
        read(session, admins=("UDEE",), agents=("UBEN",), minutes=5)
        assert read(session, admins=("UDEE",), minutes=4) == 0
        assert role(session, "UBEN") is AGENT


def test_slack_is_asked_every_few_minutes_and_at_once_about_another_group(team: Database) -> None:
    with team.transaction() as session:
        at = [NOW + timedelta(minutes=m) for m in (0, 1, 5)]
        assert [is_due(session, TEAM, GROUPS, now=moment) for moment in at] == [True, False, True]
        other = RoleGroups(admins="SOTHER", agents="SAGENTS")
        assert is_due(session, TEAM, other, now=at[2])
        assert not is_due(session, TEAM, RoleGroups(), now=at[2])
        assert not read_since(session, TEAM, other, since=NOW)


def test_the_last_admin_cannot_be_made_anything_else(team: Database) -> None:
    with team.transaction() as session:
        dee, ben = (meet(session, TEAM, who, now=NOW) for who in ("UDEE", "UBEN"))
        change_role(session, dee, ADMIN, because=RoleFrom.HAND, by=None, now=NOW)
        with pytest.raises(LastAdmin):
            change_role(session, dee, AGENT, because=RoleFrom.HAND, by=None, now=NOW)
        change_role(session, ben, ADMIN, because=RoleFrom.HAND, by=dee, now=NOW)
        assert change_role(session, dee, AGENT, because=RoleFrom.HAND, by=ben, now=NOW)
        assert isinstance(dee, Person)

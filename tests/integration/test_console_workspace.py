"""What a workspace's admins set in the console counts in that workspace, and stands in the audit."""

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM, ConsoleDesk
from sqlalchemy.orm import Session

from bot.doctor_workspaces import unread_groups
from bot.settings import Settings
from triage.audit import AuditEntry
from triage.people.group_table import RoleGroup
from triage.people.models import Team
from triage.people.role_groups import RoleGroups, note_fault
from triage.policy import Policy
from triage.role_upkeep import ask_who_has_a_role
from triage.vocabulary import Role
from triage.workspace_rules import set_rules

HOURS = {"opening_hours": "Mon-Fri 09:00-17:00", "time_zone": "Europe/Berlin", "holidays": "DE-BE"}


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def policy(desk: ConsoleDesk, team: str = TEAM) -> Policy:
    with desk.database.reading() as session:
        return desk.desk.policy_for(session, team)


def test_an_admin_says_where_cards_go_and_when_the_desk_is_open(desk: ConsoleDesk) -> None:
    dee = desk.browser("dee")
    assert "CDESK" in dee.get("/workspace").text
    said = dee.post("/workspace", follow=True, desk_channel="C123", help_channels="C7, C8", **HOURS)
    assert "Saved" in said.text
    now = policy(desk)
    assert (now.desk_channel, now.help_channels) == ("C123", {"C7", "C8"})
    assert now.opening.zone.key == "Europe/Berlin"
    assert not now.opening.always
    with desk.database.reading() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.what == "workspace.rules")).one()
        assert entry.details["after"]["desk_channel"] == "C123"
        assert entry.details["before"]["desk_channel"] is None


def test_what_cannot_be_used_is_told_and_nothing_typed_is_lost(desk: ConsoleDesk) -> None:
    dee = desk.browser("dee")
    dee.get("/workspace")
    page = dee.post("/workspace", desk_channel="#desk", opening_hours="Mon-Fri 09:00-17:00")
    assert page.status == 409
    assert "Channel of the agents" in page.text
    assert 'value="#desk"' in page.html
    assert 'value="Mon-Fri 09:00-17:00"' in page.html
    assert policy(desk).desk_channel == "CDESK"


def test_an_empty_line_follows_the_settings_again(desk: ConsoleDesk) -> None:
    dee = desk.browser("dee")
    dee.get("/workspace")
    dee.post("/workspace", desk_channel="C123", opening_hours="always")
    assert policy(desk).opening.always
    dee.post("/workspace")
    assert policy(desk) == desk.desk.rules


def test_groups_that_give_roles_are_the_workspace_s_own(desk: ConsoleDesk) -> None:
    desk.desk.rules = Policy(desk_channel="CDESK", role_groups=RoleGroups(admins="SSET"))
    dee = desk.browser("dee")
    assert "SSET" in dee.get("/workspace").text
    dee.post("/workspace", agent_group="<!subteam^S0HERE|@agents>")
    with desk.database.transaction() as session:
        _another(session, desk)
        set_rules(session, "T2", {"admin_group": "S0THERE"}, by=None, now=NOW)
    assert policy(desk).role_groups == RoleGroups(admins="SSET", agents="S0HERE")
    assert policy(desk, "T2").role_groups == RoleGroups(admins="S0THERE")
    refused = dee.post("/workspace", admin_group="agents")
    assert refused.status == 409
    assert "is no user group id" in refused.text
    # Slack is asked about the groups that hold now, and the doctor tells of those that it does not show.
    with desk.database.transaction() as session:
        ask_who_has_a_role(session, TEAM, desk.desk.policy_for(session, TEAM), NOW)
        asked = session.scalars(sa.select(RoleGroup.group_id).where(RoleGroup.team_id == TEAM))
        assert set(asked) == {"SSET", "S0HERE"}
        there = desk.desk.policy_for(session, "T2").role_groups
        note_fault(session, "T2", there, "no_such_subteam", now=NOW)
        (told,) = unread_groups(session, Settings())
    assert told.what == "T2 admins' user group"
    assert "no such group" in told.says


def test_agents_set_nothing(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    assert ben.get("/workspace").status == 403
    assert ben.post("/workspace", desk_channel="C123").status == 403
    assert policy(desk).desk_channel == "CDESK"


def test_each_workspace_has_rules_of_its_own_and_without_a_channel_cards_go_to_its_admin(
    desk: ConsoleDesk,
) -> None:
    desk.browser("dee").post("/workspace")
    desk.desk.rules = Policy(desk_channel="")
    with desk.database.transaction() as session:
        _another(session, desk)
    assert policy(desk, "T2").desk_channel == "UDEE"
    dee = desk.browser("dee")
    dee.get("/workspace")
    dee.post("/workspace", desk_channel="C123")
    assert policy(desk).desk_channel == "C123"
    assert policy(desk, "T2").desk_channel == "UDEE"


def _another(session: Session, desk: ConsoleDesk) -> None:
    session.add(Team(id="T2", created_at=NOW))
    session.flush()
    desk.person(session, "dee", Role.ADMIN, team="T2")

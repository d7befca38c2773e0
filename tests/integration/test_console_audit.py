"""The Audit screen: who changed what, for admins; and the rows stay as they were written."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM, ConsoleDesk
from sqlalchemy.orm import Session

from triage.audit import AuditEntry, AuditStands, record
from triage.people.models import Team
from triage.people.role_groups import RoleGroups, note_fault
from triage.policy import Policy


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    desk = ConsoleDesk(bare_engine)
    with desk.database.transaction() as session:
        dee = desk.someone(session, "dee")
        record(session, "article.published", by=dee, team_id=TEAM, now=NOW, article_id=7)
        session.info["account"] = "root@example"
        record(
            session,
            "person.role",
            by=None,
            team_id=TEAM,
            now=NOW + timedelta(days=1),
            person="UBEN",
            before="agent",
            after="admin",
        )
        session.info["account"] = None
        session.add(Team(id="T2", created_at=NOW))
        session.flush()
        record(session, "article.archived", by=None, team_id="T2", now=NOW, article_id=9)
    return desk


def test_admins_see_who_changed_what(desk: ConsoleDesk) -> None:
    page = desk.browser("dee").get("/audit")

    assert "Article published" in page.text
    assert "agent → admin · person Ben" in page.text
    assert "root@example" in page.text
    assert "archived" not in page.text  # another workspace's


@pytest.mark.parametrize(
    ("query", "published", "role"),
    [
        ("kind=article", True, False),
        ("kind=art%25", False, False),
        ("person=UDEE", True, False),
        ("person=UBEN", False, True),
        ("until=2027-03-02", True, False),
        ("since=2027-03-03", False, True),
        ("since=yesterday&until=9999-12-31", True, True),
        ("page=2", False, False),
    ],
)
def test_filters_narrow_it(desk: ConsoleDesk, query: str, published: bool, role: bool) -> None:
    page = desk.browser("dee").get(f"/audit?{query}")
    assert page.status == 200
    assert ("Article published" in page.text, "agent → admin" in page.text) == (published, role)


def test_it_can_be_taken_along_and_no_spreadsheet_runs_it(desk: ConsoleDesk) -> None:
    with desk.database.transaction() as session:
        dee = desk.someone(session, "dee")
        dee.name = "=HYPERLINK(1)"
        record(session, "model.promoted", by=dee, team_id=TEAM, now=NOW, model="m1")
    page = desk.browser("dee").get("/audit.csv?kind=model")

    assert page.headers["Content-Type"].startswith("text/csv")
    header, line = page.html.splitlines()
    assert header == "at,who,member_id,what,details,request_id"
    assert line.split(",")[1:4] == ["'=HYPERLINK(1)", "UDEE", "model.promoted"]


def test_agents_do_not_see_it(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    for path in ("/audit", "/audit.csv"):
        page = ben.get(path)
        assert (page.status, "Only admins" in page.text) == (403, True)
    assert "Audit" not in ben.get("/").text


def _changed(session: Session) -> None:
    session.query(AuditEntry).first().what = "nothing.happened"  # type: ignore[union-attr]
    session.flush()


def _deleted(session: Session) -> None:
    session.delete(session.query(AuditEntry).first())
    session.flush()


@pytest.mark.parametrize("tamper", [_changed, _deleted])
def test_what_was_written_down_stands(desk: ConsoleDesk, tamper: object) -> None:
    with pytest.raises(AuditStands), desk.database.transaction() as session:
        tamper(session)  # type: ignore[operator]


def test_admins_are_told_on_every_page_that_a_group_cannot_be_read(desk: ConsoleDesk) -> None:
    groups = RoleGroups(admins="SADMINS")
    desk.desk.rules = Policy(desk_channel="CDESK", role_groups=groups)
    with desk.database.transaction() as session:
        note_fault(session, TEAM, groups, "missing_scope", now=NOW)

    for path in ("/", "/audit", "/models"):
        assert "usergroups:read" in desk.browser("dee").get(path).text
    assert "usergroups:read" not in desk.browser("ben").get("/").text


def test_one_signs_out_everywhere_at_once(desk: ConsoleDesk) -> None:
    here, there, other = desk.browser("ben"), desk.browser("ben"), desk.browser("cleo")
    page = here.get("/visits")
    assert page.text.count("by choice, on this machine") == 2

    here.post("/visits/end")
    assert "signed out in all 2 places" in here.get("/").text
    assert [browser.get("/").status for browser in (here, there, other)] == [401, 401, 200]

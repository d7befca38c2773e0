"""The console about promises: the screen and its form, the queue by what is due, and a ticket's own story."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM, ConsoleDesk

from triage.sla.timers import timers_of
from triage.sla.versions import promises, save_promises
from triage.tickets import claims, closing
from triage.tickets.closing import Resolution
from triage.vocabulary import TicketStatus, Urgency

FORM = {
    "seen": "0",
    "critical.first_response": "15 min",
    "critical.resolution": "4 h",
    "critical.around_the_clock": "on",
    "high.first_response": "45 min",
    "high.resolution": "8 h",
    "medium.first_response": "4 h",
    "medium.resolution": "24 h",
    "low.first_response": "8 h",
    "low.resolution": "40 h",
    "warn_share": "80",
    "grace": "20 min",
}


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def post(desk: ConsoleDesk, name: str = "dee", **changes: str) -> Any:
    browser = desk.browser(name)
    browser.get("/promises")
    form = {key: value for key, value in (FORM | changes).items() if value != "-"}
    return browser.client.post(
        "/console/promises", data={"csrf": browser.token, **form}, follow_redirects=True
    )


def test_agents_read_the_promises_and_admins_get_a_form(desk: ConsoleDesk) -> None:
    read, form = desk.browser("ben").get("/promises"), desk.browser("dee").get("/promises")
    assert "Around the clock" in read.text
    assert "Admins change this" in read.text
    assert 'name="high.first_response"' not in read.html
    assert 'name="high.first_response" value="1 h"' in form.html
    assert "Nobody changed what Evenhand came with" in form.text


def test_an_admin_changes_them_and_the_version_is_listed(desk: ConsoleDesk) -> None:
    answered = post(desk)
    assert answered.status_code == 200
    assert "Tickets that begin from now on get these" in answered.text
    assert "Version 1" in answered.text
    with desk.database.reading() as session:
        now = promises(session, TEAM)
    assert (now.version, now.warn_share, now.grace) == (1, 0.8, timedelta(minutes=20))
    assert now.targets[Urgency.HIGH].first_response == timedelta(minutes=45)
    assert now.around_the_clock == {Urgency.CRITICAL}


def test_an_agent_who_posts_is_refused(desk: ConsoleDesk) -> None:
    assert post(desk, "ben").status_code in (403, 409)
    with desk.database.reading() as session:
        assert promises(session, TEAM).version == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"high.first_response": "soon"}, "High, first answer: “soon” is no time. Write it like 45 min"),
        ({"high.resolution": "30 min"}, "High, solution: It may be solved in 30 min, before"),
        ({"critical.resolution": "9 h"}, "Critical, solution: It takes longer than where it is only high."),
        ({"low.resolution": "9999 h"}, "is too long"),
        ({"medium.first_response": "0 min"}, "is too short"),
        ({"warn_share": "all"}, "no share to be warned at"),
        ({"warn_share": "100"}, "no share to be warned at"),
        ({"grace": "-"}, "After a reopening: “” is no time"),
        ({"grace": "<b>"}, "&lt;b&gt;"),
    ],
)
def test_nonsense_is_said_beside_what_was_typed_and_nothing_is_kept(
    desk: ConsoleDesk, changes: dict[str, str], says: str
) -> None:
    answered = post(desk, **changes)
    assert answered.status_code == 409
    assert says in answered.text
    assert 'name="low.first_response" value="8 h"' in answered.text
    with desk.database.reading() as session:
        assert promises(session, TEAM).version == 0


def test_who_was_slower_is_told_to_look_first(desk: ConsoleDesk) -> None:
    assert post(desk).status_code == 200
    answered = post(desk, **{"high.first_response": "50 min"})
    assert answered.status_code == 409
    assert "Somebody else changed the promises meanwhile" in answered.text


def asked(desk: ConsoleDesk, question: str, *, hours_ago: float, **more: Any) -> int:
    return desk.ticket(question, minutes_ago=int(hours_ago * 60), **more)


def test_the_queue_shows_filters_and_orders_by_what_is_due(desk: ConsoleDesk) -> None:
    asked(desk, "Paper jam", hours_ago=1, urgency=Urgency.LOW)
    asked(desk, "VPN drops", hours_ago=3.5, urgency=Urgency.MEDIUM)
    asked(desk, "No sound", hours_ago=5, urgency=Urgency.MEDIUM)
    ben = desk.browser("ben")
    everything = ben.get("/?show=open&order=due")
    assert "Late" in everything.text
    assert "First answer due Tuesday 2 March 2027" in everything.html
    order = [everything.html.index(f">{question}") for question in ("No sound", "VPN drops", "Paper jam")]
    assert order == sorted(order)
    for state, question in (("late", "No sound"), ("soon", "VPN drops"), ("fine", "Paper jam")):
        narrowed = ben.get(f"/?show=open&promise={state}")
        shown = [one for one in ("No sound", "VPN drops", "Paper jam") if f">{one}" in narrowed.html]
        assert shown == [question]


def test_the_ticket_s_page_tells_when_its_clock_ran(desk: ConsoleDesk) -> None:
    ticket_id = asked(desk, "VPN drops", hours_ago=5, status=TicketStatus.CLAIMED)
    with desk.database.transaction() as session:
        ben = desk.someone(session, "ben")
        at = NOW - timedelta(hours=2)
        claims.hold(session, ticket_id, agent=ben, policy=desk.desk.rules, now=at)
    page = desk.browser("ben").get(f"/tickets/{ticket_id}")
    assert "First answer" in page.text
    assert "Within 24 h around the clock" not in page.text
    assert "stood still, on hold" in page.text
    assert "ran, 3 h counted" in page.text
    assert "on hold, the time stands still" in page.text


def test_who_asked_reads_nothing_of_it(desk: ConsoleDesk) -> None:
    ticket_id = asked(desk, "VPN drops", hours_ago=5)
    with desk.database.transaction() as session:
        session.execute(
            sa.text("UPDATE ticket SET requester_id = :ben"), {"ben": desk.someone(session, "ben").id}
        )
    page = desk.browser("ben").get(f"/tickets/{ticket_id}")
    assert "Promises</h2>" not in page.html
    assert "Promises</h2>" in desk.browser("cleo").get(f"/tickets/{ticket_id}").html


def test_the_chart_is_of_the_desk_and_has_its_table(desk: ConsoleDesk) -> None:
    kept, late = (asked(desk, "VPN", hours_ago=h, status=TicketStatus.CLAIMED) for h in (3, 60))
    with desk.database.transaction() as session:
        ben = desk.someone(session, "ben")
        said = Resolution("Restarted it.", "vpn", Urgency.MEDIUM)
        for ticket_id in (kept, late):
            closing.resolve(session, ticket_id, said, by=ben, policy=desk.desk.rules, now=NOW)
        assert [row.kept for row in timers_of(session, late)] == [False, False]
    page = desk.browser("ben").get("/promises")
    assert "First answer: 50% in time in Mar 2027" in page.text
    assert "<svg" in page.html
    assert re.search(r"Mar 2027 .*Medium .*50% .*2", page.text)
    assert "Ben" not in page.text.replace("Ben agent", "")


def test_versions_by_the_command_line_are_said_so(desk: ConsoleDesk) -> None:
    with desk.database.transaction() as session:
        definition = promises(session, TEAM).as_json() | {"grace": "1 h"}
        save_promises(session, TEAM, definition, seen=0, by=None, now=NOW)
    assert "by the command line" in desk.browser("dee").get("/promises").text

"""Two workspaces with the same Slack ids on one desk: nobody in one sees, changes or counts anything of the other."""

import difflib
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM, Browser
from databases import prepared_engine
from sqlalchemy.orm import Session
from twin import CANARY, THEIRS, crossing, rows_of
from two_desks import OTHER, TwoDesks

from bot.explain import explain
from bot.slack.speaking import NotYet, Overtaken, compose
from triage.outbox import Say
from triage.upkeep import look_after

# What stands for what in an address.
_ROW = {
    "ticket_id": "ticket",
    "article_id": "article",
    "schedule_id": "schedule",
    "override_id": "oncall_override",
    "swap_id": "swap",
    "absence_id": "absence",
    "feed_id": "calendar_subscription",
    "remembered_id": "remembered_question",
    "flag_id": "article_flag",
    "review_id": "label_review",
}
_ONLY_HERE = {"enter", "enter_now", "static", "nowhere", "choose_who", "leave", "leave_everywhere"}
# A new token for each visit, and how long a search took.
_CHANGES = re.compile(r'name="csrf" value="[^"]*"|\d[\d.,]* ms')


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """On one kind of database: what a query asks for is the same on both."""
    with prepared_engine(f"sqlite:///{tmp_path_factory.mktemp('two') / 'two.sqlite'}") as engine:
        yield engine


@pytest.fixture
def desks(engine: sa.Engine) -> TwoDesks:
    return TwoDesks(engine)


def addresses(desks: TwoDesks, method: str, *, twin: bool) -> Iterator[str]:
    """Every address of the console, with rows of one workspace in it; of the twin's only those that name a row."""
    for rule in desks.app.url_map.iter_rules():
        name = rule.endpoint.removeprefix("console.")
        if method not in (rule.methods or ()) or name in _ONLY_HERE:
            continue
        names = [part for part in rule.arguments if part in _ROW]
        if twin and not names and "name" not in rule.arguments:
            continue
        parts: dict[str, Any] = {part: row(desks, _ROW[part], twin=twin) for part in names}
        parts |= {"number": 1, "_action": "claim", "_rest": "x"}
        if "name" in rule.arguments:
            parts["name"] = f"one{THEIRS}" if twin else "one"
            if name == "work_item":
                parts["name"] = f"say:{row(desks, 'say', twin=twin)}"
        with desks.app.test_request_context():
            yield str(desks.app.url_for(rule.endpoint, **parts)).removeprefix("/console").partition("?")[0]


def row(desks: TwoDesks, table: str, *, twin: bool) -> int:
    """Where the desk has no such row, the other has none either: any number will do."""
    return desks.id_of(table, twin=twin) or 4711


def seen(browser: Browser, addresses: list[str]) -> dict[str, tuple[int, str]]:
    pages = {address: browser.get(address) for address in addresses}
    return {address: (page.status, _CHANGES.sub("", page.html)) for address, page in pages.items()}


QUERIES = (
    *(
        "/?all=1",
        "/?q=train",
        "/?category=vpn",
        "/articles?q=vpn",
        "/articles?all=1",
        "/articles/try?q=vpn+drops",
    ),
    *(
        "/models/compare?a=one&b=two",
        "/models/review",
        "/gaps?days=90",
        "/rota?weeks=4",
        "/look-ahead?days=90",
    ),
    *("/escalation?at=now&urgency=high", "/escalation/policy?name=", "/work"),
)


def test_every_screen_is_the_same_whether_or_not_there_is_another_workspace(desks: TwoDesks) -> None:
    """Not a word, not a name and not a count of the other's: the pages are equal, letter by letter."""
    screens = [*addresses(desks, "GET", twin=False), *QUERIES]
    people = {name: desks.browser(name) for name in ("ben", "dee")}
    for browser in people.values():
        browser.get("/")
    before = {name: seen(browser, screens) for name, browser in people.items()}
    assert {status for pages in before.values() for status, _ in pages.values()} <= {200, 303, 302, 403, 404}
    assert sum(status == 200 for status, _ in before["dee"].values()) > len(screens) * 0.7
    desks.plant_the_twin()
    after = {name: seen(browser, screens) for name, browser in people.items()}
    assert [
        (name, address, *difference(before[name][address][1], after[name][address][1]))
        for name in people
        for address in screens
        if before[name][address] != after[name][address]
    ] == []


def difference(before: str, after: str) -> list[str]:
    return [line for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")][
        :6
    ]


def test_whoever_names_a_row_of_the_other_workspace_finds_nothing(desks: TwoDesks) -> None:
    desks.plant_the_twin()
    for name in ("ben", "dee"):
        browser = desks.browser(name)
        for address in addresses(desks, "GET", twin=True):
            page = browser.get(address)
            assert CANARY not in page.html, f"{name} reads the other workspace at {address}"
            assert page.status in (302, 303, 403, 404), f"{name} at {address}: {page.status}"


def forms(desks: TwoDesks) -> dict[str, Any]:
    """Every field of every form at once, filled with rows of the other workspace."""
    ids = {
        table: row(desks, table, twin=True) for table in ("person", "article", "ticket", "schedule", "say")
    }
    return {
        **dict.fromkeys(("person", "to", "agent", "instead_of", "taker"), str(ids["person"])),
        **dict.fromkeys(("article", "article_id", "fitting"), str(ids["article"])),
        **dict.fromkeys(("tickets", "ticket"), str(ids["ticket"])),
        "schedule": str(ids["schedule"]),
        "shift": f"{ids['schedule']}:primary:{NOW.isoformat()}",
        "work": f"say:{ids['say']}",
        **{"reason": "x", "text": "x", "how": "x", "category": "vpn", "urgency": "high", "kind": "vacation"},
        **{
            "mode": "off",
            "field": "category",
            "answer": "fits",
            "helpful": "yes",
            "name": "one",
            "title": "x",
        },
        **{"body": "x", "seen": "1", "based_on": "1", "start": "2027-03-05T10:00", "end": "2027-03-05T12:00"},
        **{"why": "x", "minutes": "30", "despite": "x", "role": "primary", "from": "2027-03-05"},
    }


def test_nothing_of_the_other_workspace_can_be_pressed_or_named_in_a_form(desks: TwoDesks) -> None:
    """Whatever is pressed: the other's rows stay as they are, and no row of ours refers to one of theirs."""
    desks.plant_the_twin()
    with desks.database.reading() as session:
        before = rows_of(session, OTHER)
    fields = forms(desks)
    for name in ("ben", "dee"):
        browser = desks.browser(name)
        browser.get("/")
        both = [(twin, address) for twin in (True, False) for address in addresses(desks, "POST", twin=twin)]
        for twin, address in both:
            page = browser.post(address, **fields)
            assert CANARY not in page.html, f"{name} reads the other workspace at {address}"
            assert page.status < 500, f"{name} at {address}: {page.text}"
            assert not twin or page.status in (302, 303, 400, 403, 404, 409), (
                f"{name} at {address}: {page.status}"
            )
    with desks.database.reading() as session:
        after = rows_of(session, OTHER)
        for table in before.keys() | after.keys():
            assert after.get(table) == before.get(table), f"{table} of the other workspace was changed"
        assert crossing(session) == []


def test_what_is_said_in_slack_is_the_same_whether_or_not_there_is_another_workspace(desks: TwoDesks) -> None:
    """Homes, answers, cards and pages are made from rows: the other workspace's are no part of them."""
    with desks.database.transaction() as session:
        desks.say_everything(session)
    before = said(desks)
    assert sum("Outgoing" in words for words in before.values()) > 5
    desks.plant_the_twin()
    assert said(desks) == before


def said(desks: TwoDesks) -> dict[int, str]:
    with desks.database.reading() as session:
        rows = session.scalars(sa.select(Say).where(Say.team_id == TEAM).order_by(Say.id)).all()
        return {row.id: _words(session, row, desks) for row in rows}


def _words(session: Session, row: Say, desks: TwoDesks) -> str:
    try:
        return repr(compose(session, row, desks.desk, NOW))
    except (Overtaken, NotYet) as nothing:
        return repr(nothing)


def test_why_an_answer_was_given_is_told_of_the_own_ticket(desks: TwoDesks) -> None:
    """Both workspaces have a question at the same moment in a channel of the same id."""
    desks.plant_the_twin()
    with desks.database.reading() as session:
        ticket = session.execute(
            sa.text("SELECT id, channel_id, thread_ts FROM ticket WHERE team_id = 'T1' ORDER BY id LIMIT 1")
        ).one()
    told = explain(desks.desk, TEAM, ticket.channel_id, ticket.thread_ts)
    assert told is not None
    assert told["ticket"]["id"] == ticket.id
    assert CANARY not in repr(told)


def test_a_calendar_shows_its_own_rota_only(desks: TwoDesks) -> None:
    calendars = desks.calendars()
    before = [desks.feed(address) for address in calendars]
    assert all("BEGIN:VEVENT" in feed for feed in before)
    desks.plant_the_twin()
    after = [desks.feed(address) for address in calendars]
    assert [_dateless(feed) for feed in after] == [_dateless(feed) for feed in before]


def _dateless(feed: str) -> str:
    return re.sub(r"(DTSTAMP|LAST-MODIFIED|CREATED):\S+", "", feed)


def test_a_duty_of_one_workspace_leaves_the_other_as_it_is(desks: TwoDesks) -> None:
    desks.plant_the_twin()
    with desks.database.reading() as session:
        before = rows_of(session, OTHER)
        due = [(team_id, duty) for team_id, duty in look_after(session) if team_id == TEAM]
    for team_id, duty in due:
        with desks.database.transaction() as session:
            duty(session, team_id, desks.desk.policy_for(session, team_id), NOW)
    with desks.database.reading() as session:
        after = rows_of(session, OTHER)
        assert {t for t in before.keys() | after.keys() if before.get(t) != after.get(t)} == set()
        assert crossing(session) == []

"""Policies in the console: read by agents, changed by admins in a form without scripts, rehearsed by anybody."""

from typing import Any

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM, Browser, ConsoleDesk

from triage.escalation.policies import policies
from triage.escalation.values import How
from triage.oncall.current import set_on_call
from triage.vocabulary import TargetKind, Urgency


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    desk = ConsoleDesk(bare_engine)
    with desk.database.transaction() as session:
        group = [desk.someone(session, name) for name in ("ben", "cleo")]
        set_on_call(session, TEAM, group, by=None, now=NOW)
    return desk


@pytest.fixture
def dee(desk: ConsoleDesk) -> Browser:
    return desk.browser("dee")


FORM = {
    "name": "Nights",
    "seen": "0",
    "urgency": ["critical", "high"],
    "repeats": "1",
    "again": "20",
    "count": "2",
    "target.0": ["group", ""],
    "how.0": "all",
    "minutes.0": "3",
    "tries.0": "0",
    "target.1": ["group"],
    "how.1": "one",
    "minutes.1": "5",
    "tries.1": "2",
}


def form(desk: ConsoleDesk, **changes: Any) -> dict[str, Any]:
    return {**FORM, **changes}


def saved(desk: ConsoleDesk) -> list[str]:
    with desk.database.reading() as session:
        return [one.name for one in policies(session, TEAM)]


def test_a_desk_without_policies_shows_its_own_and_how_to_make_one(dee: Browser) -> None:
    page = dee.get("/escalation")
    assert "The desk’s own" in page.text
    assert "the on-call list" in page.text
    assert "Write a new policy" in page.text


def test_an_admin_writes_a_policy(desk: ConsoleDesk, dee: Browser) -> None:
    assert "Level 1" in dee.get("/escalation/policy").text
    assert dee.post("/escalation/save", **form(desk)).status == 303
    with desk.database.reading() as session:
        (policy,) = policies(session, TEAM)
    assert policy.urgencies == {Urgency.CRITICAL, Urgency.HIGH}
    assert [level.how for level in policy.levels] == [How.ALL, How.ONE]
    assert {target.kind for target in policy.targets()} == {TargetKind.GROUP}
    page = dee.get("/escalation").text
    assert "“Nights” is saved" in page
    assert "by Dee" in page


@pytest.mark.parametrize(
    ("pressed", "minutes"),
    [("add", ["3", "5", "5"]), ("remove:0", ["5"]), ("up:1", ["5", "3"]), ("down:0", ["5", "3"])],
)
def test_levels_are_added_moved_and_removed_without_scripts(
    desk: ConsoleDesk, dee: Browser, pressed: str, minutes: list[str]
) -> None:
    dee.get("/escalation/policy")
    page = dee.post("/escalation/draft", **form(desk, do=pressed))
    assert page.status == 200
    for n, value in enumerate(minutes):
        assert f'name="minutes.{n}" value="{value}"' in page.html
    assert f'name="minutes.{len(minutes)}"' not in page.html
    assert saved(desk) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"minutes.0": "soon"}, "Level 1: “soon” is no number"),
        ({"target.1": []}, "Level 2: This level asks nobody"),
        ({"target.0": ["person:9999"]}, "This person answers no tickets"),
        ({"target.0": ["nonsense"]}, "Level 1: This level asks nobody"),
        ({"name": ""}, "A policy needs a name"),
        ({"count": "0"}, "A policy needs a level"),
        ({"category": ["parking"]}, "There is no category “parking”"),
        ({"how.0": "loudly"}, "It is not said how they are asked"),
    ],
)
def test_what_can_not_be_followed_comes_back_as_written(
    desk: ConsoleDesk, dee: Browser, change: dict[str, Any], said: str
) -> None:
    dee.get("/escalation/policy")
    page = dee.post("/escalation/save", **form(desk, **change))
    assert page.status == 409
    assert said in page.text
    assert saved(desk) == []


def test_a_stale_form_is_refused_and_nothing_is_lost(desk: ConsoleDesk, dee: Browser) -> None:
    dee.get("/escalation/policy")
    dee.post("/escalation/save", **form(desk))
    page = dee.post("/escalation/save", **form(desk, **{"minutes.0": "44"}))
    assert page.status == 409
    assert "Somebody saved this policy" in page.text
    assert 'value="44"' in page.html


def test_a_policy_is_opened_as_it_was_saved_and_deleted(desk: ConsoleDesk, dee: Browser) -> None:
    dee.get("/escalation/policy")
    dee.post("/escalation/save", **form(desk))
    page = dee.get("/escalation/policy?name=Nights")
    assert 'name="seen" value="1"' in page.html
    assert 'name="minutes.0" value="3"' in page.html
    assert dee.post("/escalation/delete", name="Nights").status == 303
    assert saved(desk) == []
    assert "was deleted" in dee.get("/escalation").text
    assert dee.post("/escalation/delete", name="Nights", follow=True).status == 200


def test_agents_read_and_do_not_change(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    page = ben.get("/escalation")
    assert page.status == 200
    assert "Write a new policy" not in page.text
    assert ben.get("/escalation/policy").status == 403
    assert ben.post("/escalation/save", **form(desk)).status == 403
    assert saved(desk) == []


def test_a_dry_run_shows_what_would_happen_and_asks_nobody(desk: ConsoleDesk, dee: Browser) -> None:
    page = dee.get("/escalation?urgency=critical&at=Sunday+03:10")
    assert "Ben (04:10 there), Cleo (04:10 there)" in page.text
    assert "Last resort" in page.text
    assert "03:10" in page.text
    assert not [name for name in desk.jobs.ids("deliver")]


def test_a_dry_run_names_its_day_and_what_time_it_is_for_each(desk: ConsoleDesk, dee: Browser) -> None:
    with desk.database.transaction() as session:
        desk.someone(session, "ben").time_zone = "UTC"
        desk.someone(session, "cleo").time_zone = "America/New_York"
    page = dee.get("/escalation?urgency=critical&at=2027-03-07+03:10")
    assert "Sun 7 Mar 03:10" in page.text
    assert "Cleo (Sat 22:10 there)" in page.text


@pytest.mark.parametrize(
    "query", ["at=soon", "at=Sunday+03:10&policy=gone", "urgency=huge&at=now&category=none"]
)
def test_an_odd_question_is_no_error(dee: Browser, query: str) -> None:
    assert dee.get(f"/escalation?{query}").status == 200

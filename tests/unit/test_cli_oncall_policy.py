"""`evenhand oncall policy`: shows, saves and rehearses policies; what is wrong is said with its line and a remedy."""

import json
from pathlib import Path
from typing import Any

import pytest
from factories import NOW, TEAM
from typer.testing import CliRunner, Result

from bot.assembly import open_database, prepare_database
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.database import Database
from bot.settings import Settings
from triage.oncall.current import set_on_call
from triage.people.models import Person, Team
from triage.vocabulary import Role

NIGHTS = """\
name: Nights
urgencies: [critical]
repeats: 1
levels:
  - ask:
      - person: UBEN
    minutes: 3
  - ask: [group]
    how: all
    minutes: 10
"""


@pytest.fixture(autouse=True)
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path))
    settings = Settings(data_folder=tmp_path, database_url="")
    prepare_database(settings)
    database = Database(open_database(settings))
    with database.transaction() as session:
        session.add(Team(id=TEAM, created_at=NOW))
        session.flush()
        people = [
            Person(
                team_id=TEAM,
                slack_id=f"U{name.upper()}",
                name=name,
                time_zone="UTC",
                role=Role.AGENT,
                created_at=NOW,
            )
            for name in ("Ben", "Cleo")
        ]
        session.add_all(people)
        session.flush()
        set_on_call(session, TEAM, people, by=None, now=NOW)
    return database


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["oncall", "policy", *words])


def read(*words: str) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def write(folder: Path, text: str) -> str:
    file = folder / "nights.yaml"
    file.write_text(text, "utf-8")
    return str(file)


def names() -> list[str]:
    return [one["name"] for one in read("list")["policies"]]


def test_a_desk_begins_with_its_own() -> None:
    assert names() == ["built in"]
    assert "every ticket that no other fits" in run("list").stdout


def test_what_is_shown_can_be_saved_again(tmp_path: Path) -> None:
    result = run("set", write(tmp_path, NIGHTS))
    assert result.exit_code == 0, result.output
    assert "Saved: “Nights”, version 1." in result.stdout
    assert names() == ["Nights", "built in"]
    shown = run("show", "Nights").stdout
    before = read("show", "Nights")
    assert "Saved: “Nights”, version 2." in run("set", write(tmp_path, shown)).stdout
    assert read("show", "Nights") | {"version": 1} == before | {"version": 1}


def test_it_is_rehearsed_and_nobody_is_asked(tmp_path: Path) -> None:
    run("set", write(tmp_path, NIGHTS))
    told = read("dry-run", "--urgency", "critical", "--at", "2030-03-03 03:10")
    kinds = [step["kind"] for step in told["steps"]]
    assert kinds == ["asks", "asks", "repeats", "asks", "asks", "last_resort", "starts_again"]
    assert told["steps"][0]["who"] == ["Ben"]
    # Whoever was asked already in this round is not asked again by the next level.
    assert told["steps"][1]["who"] == ["Cleo"]
    shown = run("dry-run", "--urgency", "critical", "--at", "2030-03-03 03:10").stdout
    assert "Sun 03 Mar 03:10" in shown
    assert run("dry-run", "2030-03-03 03:10", "--urgency", "critical").stdout == shown
    assert "last resort" in shown


WRONG = {
    NIGHTS.replace("UBEN", "UNOBODY"): ("line 6", "UNOBODY"),
    NIGHTS.replace("minutes: 10", "minuts: 10"): ("line 10", "minuts"),
    NIGHTS.replace("[critical]", "[urgent]"): ("line 2", "urgent"),
    NIGHTS.replace("minutes: 3", "minutes: soon"): ("line 7", "soon"),
    NIGHTS.replace("[group]", "[{pager: beeper}]"): ("line 8", "beeper"),
    NIGHTS.replace("repeats: 1", "repeats: ["): ("YAML", ""),
}


@pytest.mark.parametrize(("text", "says"), WRONG.items())
def test_a_wrong_file_is_refused_whole(tmp_path: Path, text: str, says: tuple[str, str]) -> None:
    run("set", write(tmp_path, NIGHTS))
    before = read("list")
    result = run("set", write(tmp_path, text))
    assert result.exit_code == 2
    assert "nights.yaml was not saved; nothing was changed." in result.stderr
    assert all(one in result.stderr for one in says), result.stderr
    assert read("list") == before


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = NIGHTS.replace("UBEN", "UNOBODY").replace("minutes: 10", "minutes: soon")
    result = run("set", write(tmp_path, text))
    assert "line 6" in result.stderr
    assert "line 10" in result.stderr
    assert names() == ["built in"]


@pytest.mark.parametrize(
    ("words", "says", "remedy"),
    [
        (("set", "/nowhere/nights.yaml"), "cannot be read", "is it there?"),
        (("show", "Days"), "There is no policy “Days”.", "Policies: built in."),
        (("dry-run", "--urgency", "urgent"), "There is no urgency “urgent”.", "low, medium, high, critical"),
        (("dry-run", "--category", "parking"), "There is no category “parking”.", "Categories:"),
        (("dry-run", "--at", "soon"), "soon", "Sunday 03:10"),
        (("dry-run", "--policy", "Days"), "There is no policy “Days”.", "Policies: built in."),
    ],
)
def test_what_is_not_there_is_said_with_what_is(words: tuple[str, ...], says: str, remedy: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert says in result.stderr
    assert remedy in result.stderr

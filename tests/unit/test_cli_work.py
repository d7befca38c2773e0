"""`evenhand work`: what failed is listed without words, shown with its history, retried, put away and dug up."""

import json
from datetime import timedelta
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
from triage.outbox import Occasion, Say
from triage.people.models import Team
from triage.upkeep import DUTIES
from triage.vocabulary import SayState
from triage.work_forgetting import forget_old_notes
from triage.work_notes import Happened, note_work, notes_of

CANARY = "my salary letter"


@pytest.fixture(autouse=True)
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path))
    settings = Settings(data_folder=tmp_path)
    prepare_database(settings)
    database = Database(open_database(settings))
    with database.transaction() as session:
        session.add(Team(id=TEAM, created_at=NOW))
        session.flush()
        session.add(
            Say(
                id=7,
                team_id=TEAM,
                occasion=Occasion.DIRECT,
                address="UADA",
                params={"text": CANARY},
                state=SayState.FAILED,
                attempts=2,
                error="chat.postMessage: is_archived",
                created_at=NOW,
                request_id="Ev7",
            )
        )
        session.info["request_id"] = "Ev7"
        note_work(
            session, "say:7", Happened.REFUSED, now=NOW, error="SlackRefused: is_archived", process="w1"
        )
    return database


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["work", *words])


def listed(*words: str) -> list[dict[str, Any]]:
    result = run("list", "--json", *words)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_failed_work_is_listed_and_shown_with_its_history() -> None:
    (item,) = listed()
    assert (item["name"], item["stands"], item["attempts"]) == ("say:7", "failed", 2)
    shown = json.loads(run("show", "say:7", "--json").stdout)
    assert shown["request_id"] == "Ev7"
    assert [(line["what"], line["process"]) for line in shown["history"]] == [("refused", "w1")]
    for told in (run("list").output, run("show", "say:7").output):
        assert "is_archived" in told
        assert CANARY not in told


def test_filters_leave_out_what_does_not_fit() -> None:
    assert listed("--kind", "timer") == []
    assert "Nothing fits" in run("list", "--kind", "pager").output
    assert run("list", "--kind", "nonsense").exit_code == 2


def test_what_is_retried_is_on_its_way_and_nothing_is_left_to_retry(database: Database) -> None:
    assert run("retry", "say:7").exit_code == 0
    with database.reading() as session:
        assert session.get_one(Say, 7).state is SayState.PENDING
        assert [note.what for note in notes_of(session, "say:7")] == [Happened.REFUSED, Happened.RETRIED]


def test_what_is_buried_is_dug_up_again() -> None:
    assert run("bury", "say:7").exit_code == 0
    assert listed() == []
    assert [item["name"] for item in listed("--show", "buried")] == ["say:7"]
    assert run("retry", "say:7").exit_code == 1
    assert run("dig-up", "say:7").exit_code == 0
    assert [item["name"] for item in listed()] == ["say:7"]


@pytest.mark.parametrize("act", ["show", "retry", "bury", "dig-up"])
@pytest.mark.parametrize("name", ["say:8", "nonsense", "event:", "timer:x", "train:99999999999999999999"])
def test_unknown_work_is_said_to_be_unknown(act: str, name: str) -> None:
    result = run(act, name)
    assert result.exit_code == 1
    assert "evenhand work list" in result.output


def test_old_notes_are_forgotten_but_for_what_is_buried(database: Database) -> None:
    assert forget_old_notes in DUTIES
    run("bury", "say:7")
    policy = Settings().policy()
    later = NOW + timedelta(days=100)
    with database.transaction() as session:
        note_work(session, "say:6", Happened.FAULT, now=NOW, error="LookupError", process="w1")
        assert forget_old_notes(session, TEAM, policy, later) == 1
        assert forget_old_notes(session, TEAM, policy, later) == 0
        assert notes_of(session, "say:7")

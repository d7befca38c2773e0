"""`evenhand model mode`: shows how far the model may speak, and changes it."""

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
from triage.classifier.modes import mode_of
from triage.people.models import Team
from triage.tickets.models import Category
from triage.vocabulary import LabelField, Mode


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
        session.add(Category(team_id=TEAM, key="vpn", name="VPN", description="tunnel"))
        session.add(Category(team_id=TEAM, key="sign_in", name="Signing in", description="password"))
    return database


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["model", "mode", *words])


def shown(*words: str) -> list[dict[str, Any]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    modes: list[dict[str, Any]] = json.loads(result.stdout)["modes"]
    return modes


def test_at_first_the_model_decides() -> None:
    assert [(row["field"], row["mode"]) for row in shown()] == [("category", "decide"), ("urgency", "decide")]


def test_a_category_is_only_recommended_from_now_on(database: Database) -> None:
    rows = shown("category", "recommend", "--category", "vpn", "--why", "We renamed it.")
    assert rows[-1] | {"since": None} == {
        "field": "category",
        "category": "vpn",
        "mode": "recommend",
        "holds": "recommend",
        "held_back": False,
        "since": None,
        "why": "We renamed it.",
    }
    with database.reading() as session:
        assert mode_of(session, TEAM, LabelField.CATEGORY, "vpn") is Mode.RECOMMEND
        assert mode_of(session, TEAM, LabelField.CATEGORY) is Mode.DECIDE


def test_the_whole_field_holds_where_it_is_more_careful() -> None:
    shown("category", "recommend", "--category", "vpn")
    rows = shown("category", "off")
    assert [(row["mode"], row["holds"]) for row in rows if row["category"] == "vpn"] == [("recommend", "off")]
    assert "as the whole field" in run().output


def test_monitor_is_short_for_monitor_only() -> None:
    assert shown("urgency", "monitor")[1]["mode"] == "monitor only"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("colour", "off"), "no field"),
        (("category", "sometimes"), "no mode"),
        (("category",), "Which mode?"),
        (("category", "off", "--category", "parking"), "Categories: sign_in, vpn."),
        (("category", "off", "--category", "signin"), "Did you mean sign_in?"),
        (("category", "off", "--category", "Sign-In"), "Did you mean sign_in?"),
        (("urgency", "off", "--category", "vpn"), "one mode for all"),
    ],
)
def test_what_is_not_understood_is_said(words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.stderr

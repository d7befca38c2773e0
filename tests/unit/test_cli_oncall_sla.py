"""`evenhand oncall sla`: shows what is promised, changes it, and reports how it was kept."""

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
from triage.people.models import Team
from triage.sla.targets import BUILT_IN


@pytest.fixture(autouse=True)
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path))
    settings = Settings(data_folder=tmp_path)
    prepare_database(settings)
    database = Database(open_database(settings))
    with database.transaction() as session:
        session.add(Team(id=TEAM, created_at=NOW))
    return database


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["oncall", "sla", *words])


def read(*words: str) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_at_first_it_shows_what_evenhand_came_with() -> None:
    assert read("show") == {"version": 0} | BUILT_IN.as_json()
    assert "what Evenhand came with" in run("show").stdout


def test_one_urgency_is_changed_and_the_rest_stays() -> None:
    changed = read("set", "high", "--first-response", "45m", "--around-the-clock")
    assert changed["version"] == 1
    assert changed["targets"]["high"] == {
        "first_response": "45 min",
        "resolution": "8 h",
        "around_the_clock": True,
    }
    assert changed["targets"]["medium"] == BUILT_IN.as_json()["targets"]["medium"]
    assert read("show") == changed
    assert read("set", "--grace", "1h", "--warn-share", "0.5")["version"] == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("set",), "Nothing to change."),
        (("set", "--first-response", "1h"), "For which urgency?"),
        (("set", "urgent", "--first-response", "1h"), "There is no urgency “urgent”."),
        (("set", "high", "--first-response", "soon"), "Write it like 45 min"),
        (("set", "high", "--first-response", "9h"), "before the first response is due"),
        (("set", "--warn-share", "2"), "From 0.1 to 0.95"),
    ],
)
def test_nonsense_is_refused_with_the_remedy(words: tuple[str, ...], says: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert says in result.stderr
    assert read("show")["version"] == 0


def test_without_an_ended_promise_the_report_says_so() -> None:
    assert "No promise has ended yet." in run("report").stdout
    assert read("report") == {"kept": []}

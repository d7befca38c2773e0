"""`evenhand people list` and `role`, and `evenhand audit list`: who may do what, and who made it so."""

import json
from pathlib import Path

import pytest
from factories import NOW, TEAM
from typer.testing import CliRunner, Result

from bot.assembly import open_database, prepare_database
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.database import Database
from bot.settings import Settings
from triage.people.models import Person, Team
from triage.vocabulary import Role


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
        for name, role in (("ada", Role.REQUESTER), ("ben", Role.AGENT), ("dee", Role.ADMIN)):
            person = Person(team_id=TEAM, slack_id=f"U{name.upper()}", name=name, role=role, created_at=NOW)
            session.add(person)
    yield database  # type: ignore[misc]
    database.engine.dispose()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_who_answers_and_who_administers() -> None:
    told = run("people", "list")
    assert told.exit_code == 0
    assert [line.split()[0] for line in told.output.splitlines()[1:]] == ["UDEE", "UBEN"]
    assert "UADA" in run("people", "list", "--all").output
    (ada,) = map(json.loads, run("people", "list", "--role", "requester", "--json").output.splitlines())
    assert ada == {"id": "UADA", "name": "ada", "role": "requester", "from": None}


def test_a_role_is_given_and_noted_under_the_account_that_typed_it() -> None:
    assert "ada is agent now, instead of requester." in run("people", "role", "UADA", "agent").output
    assert "already" in run("people", "role", "UADA", "agent").output

    (line,) = run("audit", "list", "--json", "--kind", "person", "--person", "UADA").output.splitlines()
    noted = json.loads(line)
    assert noted["what"] == "person.role"
    assert noted["details"] == {
        "person": "UADA",
        "before": "requester",
        "after": "agent",
        "because": "hand",
    }
    assert (noted["by"], "@" in noted["account"]) == (None, True)
    assert noted["request_id"].startswith("cli-")
    assert "person.role" in run("audit", "list").output
    assert "Nothing was changed" in run("audit", "list", "--until", "2000-01-01").output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("people", "role", "UDEE", "agent"), "the only admin"),
        (("people", "role", "UGUS", "agent"), "Nobody with the id UGUS"),
        (("people", "role", "UADA", "boss"), "Roles: requester, agent, admin"),
        (("people", "list", "--role", "boss"), "There is no role “boss”"),
        (("audit", "list", "--since", "soon"), "is no moment"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_remedy(words: tuple[str, ...], says: str) -> None:
    refused = run(*words)
    assert refused.exit_code != 0
    assert says in refused.output

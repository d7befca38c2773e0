"""`evenhand kb gaps`: read by people, and by scripts."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from databases import Jobs
from typer.testing import CliRunner, Result

from bot.assembly import prepare_database
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.database import Database, make_engine
from bot.settings import Settings
from triage.people.models import Person, Team
from triage.tickets.models import Ticket
from triage.vocabulary import Role, Source, TicketStatus

TEAM = "T1"
QUESTIONS = ("My badge does not open the parking gate", "The parking gate does not open with my badge")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    for name in [name for name in os.environ if name.startswith(("EVENHAND_", "SLACK_"))]:
        monkeypatch.delenv(name)
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    monkeypatch.setenv("DATABASE_URL", url)
    settings = Settings(database_url=url)
    prepare_database(settings, always=True)
    return Database(make_engine(settings.url), Jobs())


def asked(database: Database) -> None:
    now = datetime.now(UTC)
    with database.transaction() as session:
        session.add(Team(id=TEAM, created_at=now))
        session.flush()
        for n, question in enumerate(QUESTIONS):
            person = Person(team_id=TEAM, slack_id=f"U{n}", role=Role.REQUESTER, created_at=now)
            session.add(person)
            session.flush()
            session.add(
                Ticket(
                    team_id=TEAM,
                    requester_id=person.id,
                    source=Source.CHANNEL,
                    channel_id="CHELP",
                    thread_ts=f"180398160{n}.000100",
                    question=question,
                    status=TicketStatus.WAITING,
                    asked_at=now - timedelta(days=3),
                    escalated_at=now - timedelta(days=3),
                )
            )


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["kb", "gaps", *arguments])


def test_scripts_read_one_object(database: Database) -> None:
    asked(database)

    said = json.loads(run("--json").stdout)

    assert list(said) == ["days", "gaps", "written"]
    (gap,) = said["gaps"]
    assert list(gap) == [
        "name",
        "people",
        "questions",
        "minutes",
        "last_at",
        "tickets",
        "examples",
        "article",
    ]
    assert (gap["people"], gap["questions"], gap["minutes"], gap["article"]) == (2, 2, 0, None)
    assert sorted(gap["examples"]) == sorted(QUESTIONS)
    assert said["written"] == []


def test_people_read_a_table(database: Database) -> None:
    asked(database)

    result = run()

    assert result.exit_code == 0, result.output
    assert "badge" in result.stdout


def test_none_is_said_in_words(database: Database) -> None:
    asked(database)

    assert "No gap in the last 2 days" in run("--days", "2").stdout


def test_without_a_workspace_it_says_what_to_do(database: Database) -> None:
    result = run("--json")

    assert result.exit_code == 1
    assert result.stderr.startswith("evenhand: There is no workspace yet.")

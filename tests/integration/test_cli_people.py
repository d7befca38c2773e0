"""`evenhand people` as an admin types it: asked first, tried without harm, refused with what to do."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import Jobs
from factories import NOW, POLICY, TEAM, person, settle, suggested, waiting
from typer.testing import CliRunner, Result

from bot.assembly import prepare_database
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.database import Database, make_engine
from bot.settings import Settings
from triage.oncall.current import set_on_call
from triage.people.models import Team
from triage.people.roster import known, meet
from triage.privacy.hindrances import hindrances
from triage.tickets import claims
from triage.tickets.models import Ticket
from triage.vocabulary import TicketStatus


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path))
    settings = Settings(data_folder=tmp_path)
    prepare_database(settings)
    engine = make_engine(settings.url)
    database = Database(engine, Jobs())
    settle(database)
    yield database
    engine.dispose()


def evenhand(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_a_dry_run_changes_nothing_and_then_they_are_gone(desk: Database) -> None:
    ticket_id = waiting(desk)
    tried = evenhand("people", "erase", "UADA", "--dry-run")
    assert (tried.exit_code, "nothing was changed" in tried.output) == (0, True)
    with desk.reading() as session:
        assert known(session, TEAM, "UADA") is not None
    assert evenhand("people", "erase", "UADA").exit_code == 1, "asked, and nobody said yes"

    erased = evenhand("people", "erase", "UADA", "--yes")
    assert erased.exit_code == 0, erased.output
    assert "1 tickets stay as counts" in erased.output
    with desk.reading() as session:
        ticket = session.get_one(Ticket, ticket_id)
        assert (ticket.status, ticket.question, known(session, TEAM, "UADA")) == (
            TicketStatus.CLOSED,
            "",
            None,
        )

    again = evenhand("people", "erase", "UADA", "--yes")
    assert (again.exit_code, "nothing to erase" in again.output) == (0, True)


def test_whoever_the_desk_still_needs_is_refused_with_what_to_do_first(desk: Database) -> None:
    ticket_id = suggested(desk)
    with desk.transaction() as session:
        ben, cleo, dee, ada = (person(session, name) for name in ("ben", "cleo", "dee", "ada"))
        claims.claim(session, ticket_id, agent=ben, policy=POLICY, now=NOW)
        assert [why.partition(":")[0] for why in hindrances(session, ben, now=NOW)] == [
            "They are on the on-call list",
            f"They work on ticket {ticket_id}",
        ]
        assert "last admin" in hindrances(session, dee, now=NOW)[0]
        assert "resolve them first" in hindrances(session, ada, now=NOW)[0]
        assert hindrances(session, person(session, "eli"), now=NOW) == []
        set_on_call(session, TEAM, [ben], by=None, now=NOW)
        assert hindrances(session, cleo, now=NOW) == []
    refused = evenhand("people", "erase", "UBEN", "--yes")
    assert refused.exit_code == 1
    assert "cannot be erased yet" in refused.output
    assert "take them off first" in refused.output


def test_somebody_in_the_settings_would_come_back(desk: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_AGENTS", "UCLEO,UBEN")
    refused = evenhand("people", "erase", "UCLEO", "--yes")
    assert refused.exit_code == 1
    assert "EVENHAND_AGENTS" in refused.output


def test_of_two_workspaces_that_know_the_id_one_is_named(desk: Database) -> None:
    with desk.transaction() as session:
        session.add(Team(id="T2", created_at=NOW))
        session.flush()
        meet(session, "T2", "UELI", now=NOW).name = "Another Eli"
    asked = evenhand("people", "erase", "UELI", "--yes")
    assert (asked.exit_code, "--team" in asked.output) == (2, True)
    assert evenhand("people", "erase", "UELI", "--team", "T2", "--yes").exit_code == 0
    with desk.reading() as session:
        assert known(session, "T2", "UELI") is None
        assert known(session, TEAM, "UELI") is not None


def test_what_is_stored_is_written_for_them_and_not_over_another_file(desk: Database, tmp_path: Path) -> None:
    waiting(desk)
    target = tmp_path / "ada.zip"
    told = evenhand("people", "export", "UADA", "--out", str(target))
    assert told.exit_code == 0, told.output
    with zipfile.ZipFile(target) as package:
        assert "Printer prints blanks" in package.read("data.json").decode()
    assert target.stat().st_mode & 0o077 == 0
    assert evenhand("people", "export", "UADA", "--out", str(target)).exit_code == 2
    assert evenhand("people", "export", "UNOBODY", "--out", str(tmp_path / "no.zip")).exit_code == 1
    with desk.reading() as session:
        kept = session.execute(
            sa.text("SELECT what, details FROM audit WHERE what = 'person.exported'")
        ).all()
    assert len(kept) == 1

"""`evenhand kb show`, `publish` and `archive`: thin over the domain, and clear about what is not there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factories import NOW
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.assembly import open_database, prepare_database
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.database import Database
from bot.settings import Settings
from kb.articles import Content, Placement, draft, edit
from kb.models import ArticleStatus
from kb.queries import get_article
from kb.review import FlagReason, raise_flag
from kb.votes import vote
from triage.audit import AuditEntry
from triage.people.models import Team

SLUG = "vpn-drops"


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path))
    return tmp_path


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    settings = Settings(data_folder=folder)
    prepare_database(settings)
    engine = open_database(settings)
    database = Database(engine)
    with database.transaction() as session:
        session.add(Team(id="T1", created_at=NOW))
        session.flush()
        first = Content("VPN drops", "Stay on.", "1. Reconnect.\n2. Wait a minute.", ("vpn [b]dies[/b]",))
        made = draft(session, "T1", first, placement=Placement("vpn"), author="dee", now=NOW)
        second = Content("VPN drops", "Stay on.", "1. Reconnect.\n2. Wait ten minutes.", first.aliases)
        edit(session, "T1", made.id, second, based_on=1, author="ben", now=NOW)
        vote(session, "T1", made.id, voter="UADA", helpful=True, now=NOW)
        raise_flag(session, "T1", made.id, reason=FlagReason.FROM_TICKET, detail="", now=NOW)
    yield database
    engine.dispose()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["kb", *arguments])


def told(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def status(database: Database) -> ArticleStatus:
    with database.reading() as session:
        return get_article(session, "T1", SLUG).status


def test_an_article_is_shown_with_what_is_known_of_it(database: Database) -> None:
    result = run("show", SLUG)

    assert result.exit_code == 0, result.output
    for words in (
        "VPN drops",
        "draft",
        "2 of 2",
        "by ben",
        "1 helpful, 0 not",
        "from ticket",
        "vpn [b]dies[/b]",
    ):
        assert words in result.stdout
    assert result.stdout.endswith("1. Reconnect.\n2. Wait ten minutes.\n")


def test_scripts_read_one_object(database: Database) -> None:
    said = told("show", SLUG)

    assert (said["revision"], said["newest_revision"], said["status"]) == (2, 2, "draft")
    assert said["votes"] == {"helpful": 1, "not_helpful": 0}
    assert said["flags"] == ["from_ticket"]
    assert told("show", SLUG, "--revision", "1")["body"] == "1. Reconnect.\n2. Wait a minute."


def test_what_changed_between_two_revisions(database: Database) -> None:
    plain = run("show", SLUG, "--diff", "1..2").stdout

    assert plain == (
        "body: 1 added, 1 removed\n  1. Reconnect.\n- 2. Wait a minute.\n+ 2. Wait ten minutes.\n"
    )
    lines = told("show", SLUG, "--diff", "1..")["fields"]["body"]
    assert [line["change"] for line in lines] == ["same", "removed", "added"]
    assert "say the same" in run("show", SLUG, "--diff", "2..2").stdout


def test_publishing_and_archiving_are_written_down_once(database: Database) -> None:
    assert told("publish", SLUG) == {"article": SLUG, "status": "published", "changed": True}
    assert "published, as before" in run("publish", SLUG).stdout
    assert told("show", SLUG)["flags"] == []
    assert status(database) is ArticleStatus.PUBLISHED
    assert "archived" in run("archive", SLUG).stdout
    assert status(database) is ArticleStatus.ARCHIVED
    with database.reading() as session:
        audited = [(entry.what, entry.by_id) for entry in session.scalars(select(AuditEntry))]
    assert audited == [("article.published", None), ("article.archived", None)]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "nothing-like-it"), 1, "There is no article “nothing-like-it”."),
        (("publish", "nothing-like-it"), 1, "There is no article “nothing-like-it”."),
        (("show", SLUG, "--revision", "7"), 1, "has no revision 7"),
        (("show", SLUG, "--diff", "1..7"), 1, "has no revision 7"),
        (("show", SLUG, "--diff", "now"), 2, "names no two revisions"),
    ],
)
def test_what_is_not_there_is_said_in_words(
    database: Database, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = run(*arguments)

    assert result.exit_code == code
    assert said in result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 2


def test_without_a_workspace_it_says_how_to_begin() -> None:
    result = run("show", SLUG)
    assert result.exit_code == 1
    assert "There is no workspace yet." in result.stderr

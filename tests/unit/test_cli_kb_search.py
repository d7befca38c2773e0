"""`evenhand kb search` and `reindex`: what scripts read stays in shape, and nothing is found that may not be read."""

import json
from pathlib import Path
from typing import Any

import pytest
from factories import NOW
from meaning_model import needs_the_model
from typer.testing import CliRunner, Result

from bot.assembly import open_database, prepare_database
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.database import Database
from bot.settings import Settings
from kb.articles import Content, Placement, draft, publish
from kb.models import Audience
from triage.people.models import Team

ARTICLES = (
    ("VPN drops on the train", "Turn off power saving of the network card.", Audience.PUBLIC),
    ("The printer is out of paper", "Open tray two and fill it.", Audience.EVERYONE),
    ("Reset somebody's second factor", "Check who they are, then press reset.", Audience.AGENTS),
)


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("DATABASE_URL", "EVENHAND_EMBEDDING_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path))
    return tmp_path


@pytest.fixture
def workspace(folder: Path) -> None:
    settings = Settings(data_folder=folder)
    prepare_database(settings)
    engine = open_database(settings)
    with Database(engine).transaction() as session:
        session.add(Team(id="T1", created_at=NOW))
        session.flush()
        for title, body, audience in ARTICLES:
            placement = Placement(audience=audience)
            article = draft(
                session, "T1", Content(title, "", body), placement=placement, author="dee", now=NOW
            )
            publish(session, "T1", article.id, now=NOW)
    engine.dispose()


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, ["kb", *arguments])
    assert result.exit_code == 0, result.output
    return result


def found(*arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run("search", *arguments, "--json").stdout)
    return told


def titles(told: dict[str, Any]) -> list[str]:
    return [match["title"] for match in told["shown"] + told["kept_back"]]


@pytest.mark.usefixtures("workspace")
def test_a_search_says_what_it_would_show_and_why() -> None:
    told = found("vpn drosp on the train", "--lexical")
    best = told["shown"][0]
    assert best["title"] == "VPN drops on the train"
    assert 0 < told["cutoff"] <= best["chance"] <= 1
    assert best["reasons"]
    assert "power saving" in best["passage"]
    assert told["repairs"] == [{"written": "drosp", "read": "drops"}]
    assert (told["articles"], told["languages"]) == (3, ["en"])


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("audience", "sees"), [("guests", []), ("everybody", []), ("desk", ["Reset somebody's second factor"])]
)
def test_nobody_finds_what_is_not_theirs_to_read(audience: str, sees: list[str]) -> None:
    told = found("reset the second factor", "--audience", audience, "--lexical")
    assert [title for title in titles(told) if title.startswith("Reset")] == sees


@pytest.mark.usefixtures("workspace")
def test_a_person_reads_the_same_in_words() -> None:
    said = run("search", "VPN drops on the train", "--lexical").stdout
    assert "VPN drops on the train" in said
    assert "because" in said
    assert "Nothing would be shown" not in said
    assert "Nothing would be shown" in run("search", "zebra crossing", "--lexical").stdout


def test_without_a_workspace_the_starter_articles_are_searched() -> None:
    result = run("search", "vpn drops", "--lexical", "--json")
    assert "starter articles" in result.stderr
    assert json.loads(result.stdout)["articles"] > 50


def test_no_question_is_refused() -> None:
    result = CliRunner().invoke(app, ["kb", "search", "  "])
    assert result.exit_code == 2
    assert "There is no question." in result.stderr


@needs_the_model
@pytest.mark.usefixtures("workspace")
def test_reindex_reads_what_has_no_meaning_yet_once() -> None:
    before = json.loads(run("reindex", "--json").stdout)
    assert (before["articles"], before["with_meaning"]) == (3, 0)
    read = json.loads(run("reindex", "--meaning", "--json").stdout)
    assert (read["read_articles"], read["with_meaning"]) == (3, 3)
    again = json.loads(run("reindex", "--meaning", "--json").stdout)
    assert (again["read_articles"], again["with_meaning"]) == (0, 3)
    assert "3 articles in" in run("reindex").stdout


@needs_the_model
@pytest.mark.usefixtures("workspace")
def test_meaning_finds_what_shares_no_word() -> None:
    run("reindex", "--meaning")
    assert titles(found("my connection to the office breaks while commuting by rail"))[0] == ARTICLES[0][0]


def test_reindex_needs_a_workspace() -> None:
    result = CliRunner().invoke(app, ["kb", "reindex"])
    assert result.exit_code == 1
    assert "There is no workspace yet." in result.stderr


def test_meaning_without_a_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.kb_search.open_encoder", lambda _settings: None)
    result = CliRunner().invoke(app, ["kb", "reindex", "--meaning"])
    assert result.exit_code == 1
    assert "There is no embedding model." in result.stderr


def test_a_model_folder_that_is_not_there_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_EMBEDDING_MODEL", "/nowhere")
    result = CliRunner().invoke(app, ["kb", "search", "vpn"])
    assert result.exit_code == 2
    assert "no such folder" in result.stderr
    assert "Traceback" not in result.stderr

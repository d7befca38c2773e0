"""`evenhand kb refit`: says what it measured and why it did what it did; a dry run changes nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from factories import NOW
from typer.testing import CliRunner, Result

from bot.assembly import open_database, prepare_database
from bot.cli import (
    kb_refit,
    main,  # noqa: F401  (importing it registers every command)
)
from bot.cli.program import app
from bot.database import Database
from bot.settings import Settings
from kb.articles import Content, Placement, draft, publish
from kb.memory import SaidBy, remember
from kb.own_weights import Fitting, Judgement, adopt, fittings
from kb.ranker import shipped_rankers
from triage.people.models import Team

THINGS = {
    "printer": "the paper thing",
    "laptop": "my notebook",
    "badge": "the door card",
    "screen": "the display",
}
CARELESS = replace(shipped_rankers().lexical, weights=shipped_rankers().lexical.weights * 0.2)
SAME = Judgement(mrr=0.6, log_loss=0.4, false_show=0.1)


@pytest.fixture(autouse=True)
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    for name in ("DATABASE_URL", "EVENHAND_EMBEDDING_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr(kb_refit, "open_encoder", lambda _settings: None)
    settings = Settings(data_folder=tmp_path)
    prepare_database(settings)
    database = Database(open_database(settings))
    with database.transaction() as session:
        session.add(Team(id="T1", created_at=NOW))
    return database


def learned(database: Database, ways: int) -> None:
    with database.transaction() as session:
        for thing, said in THINGS.items():
            content = Content(f"The {thing} is broken", "", f"Mend the {thing}.")
            article = draft(session, "T1", content, placement=Placement(), author="dee", now=NOW)
            publish(session, "T1", article.id, now=NOW)
            for way in range(ways):
                remember(
                    session,
                    "T1",
                    text=f"{said} is broken again, case{way}",
                    article_id=article.id,
                    helped=True,
                    said_by=SaidBy.AGENT,
                    now=NOW,
                )
        adopt(session, "T1", CARELESS, by_meaning=False, outcomes=10, before=SAME, after=SAME, now=NOW)


def kept(database: Database) -> list[Fitting]:
    with database.reading() as session:
        return fittings(session, "T1", by_meaning=False)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["kb", "refit", *arguments])


def test_too_few_outcomes_are_told_in_words(database: Database) -> None:
    learned(database, 2)
    result = run()
    assert result.exit_code == 1
    assert "8 confirmed outcomes; at least 50 are needed" in result.stderr
    assert "That solved it" in result.stderr


def test_a_dry_run_measures_and_changes_nothing(database: Database) -> None:
    learned(database, 16)
    result = run("--dry-run")
    assert result.exit_code == 0, result.output
    assert "Fitted to 64 questions that an article solved and 0 that none did" in result.stdout
    assert "They would be adopted" in result.stdout
    assert len(kept(database)) == 1


def test_scripts_read_what_was_measured_and_adopted_and_roll_it_back(database: Database) -> None:
    learned(database, 16)
    told = json.loads(run("--json").stdout)
    assert (told["solved"], told["unsolved"], told["adopted"], told["dry_run"]) == (64, 0, True, False)
    assert told["after"]["log_loss"] < told["before"]["log_loss"]
    assert set(told["before"]) == {"mrr", "log_loss", "false_show"}
    assert told["why"] == "not worse on the latest outcomes"
    assert [one.outcomes for one in kept(database)] == [64, 10]

    assert json.loads(run("--roll-back", "--json").stdout) == {"rolled_back": True}
    assert run("--roll-back").stdout == "The weights before serve again.\n"
    assert run("--roll-back").stdout == "Nothing to roll back: the shipped weights serve.\n"


def test_what_is_adopted_is_said_and_what_is_not_is_said_with_its_reason(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned(database, 16)
    assert "Adopted: not worse" in run().stdout
    monkeypatch.setattr("kb.refit._worse", lambda _was, _now: "the right article would stand lower")
    assert "Not adopted: the right article would stand lower." in run().stdout
    assert [one.adopted for one in kept(database)] == [False, True, True]


def test_a_roll_back_is_not_tried_out() -> None:
    result = run("--roll-back", "--dry-run")
    assert result.exit_code == 2

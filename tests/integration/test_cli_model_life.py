"""`evenhand model` from training to roll-back: what it says, what it changes, and what it refuses."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import skops.io
from factories import TEAM
from labelled_desk import add_model, settle_with_vpn, teach
from sqlalchemy import select, update
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from bot.assembly import open_database, prepare_database
from bot.cli import (
    main,  # noqa: F401  (importing it registers every command)
    model_train,
)
from bot.cli.program import app
from bot.clock import system_clock
from bot.database import Database
from bot.settings import Settings
from triage.classifier import registry
from triage.learning import runs
from triage.learning.runs import request_training
from triage.tickets.models import Label
from triage.vocabulary import RunState

FAILED = {
    "gate": {
        "passed": False,
        "checks": [
            {
                "name": "overall",
                "passed": False,
                "hard": True,
                "measured": -0.1,
                "limit": -0.02,
                "sentence": "It is worse.",
            }
        ],
    }
}


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    for name in ("DATABASE_URL", "EVENHAND_EMBEDDING_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setattr(model_train, "open_encoder", lambda _settings: None)
    # It would log to the runner's error stream, which is closed when the command is over.
    monkeypatch.setattr(model_train, "configure", lambda *_given: None)
    settings = Settings(data_folder=tmp_path / "data")
    prepare_database(settings)
    return settle_with_vpn(Database(open_database(settings)))


def run(*arguments: str) -> Result:
    with capture_logs():
        return CliRunner().invoke(app, ["model", *arguments])


def said(*arguments: str) -> dict[str, object]:
    told: dict[str, object] = json.loads(run(*arguments, "--json").stdout)
    return told


def serving(database: Database) -> str:
    with database.reading() as session:
        version = registry.champion(session, TEAM)
        return version.name if version else registry.STARTER


def test_train_compare_promote_export_and_roll_back(database: Database, tmp_path: Path) -> None:
    teach(database, 80, until=system_clock(), by=("ben", "cleo"))

    trained = run("train")
    assert trained.exit_code == 0, trained.output
    name = trained.stdout.split()[0]
    assert f"{name} learned from 80 labelled messages and waits." in trained.stdout
    assert serving(database) == "starter"

    compared = run("compare")
    assert "Best guess right, of messages that have a category" in compared.stdout
    assert "what served" in compared.stdout
    beside = said("compare", name)
    assert beside["models"] == [name, "what served"]

    assert run("promote", name, "--despite", "shown in a test").exit_code == 0
    assert serving(database) == name
    assert f"{name} serves." in run("list").stdout
    assert "category, the weakest first" in run("show").stdout

    exported = run("export", name, str(tmp_path / "out"))
    assert exported.exit_code == 0, exported.output
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert page.count("<svg") == 4
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert json.loads((tmp_path / "out" / "metrics.json").read_text("utf-8"))["seed"] == 7

    assert said("rollback") == {"serves": "starter", "instead_of": name}
    assert serving(database) == "starter"

    assert run("import", str(tmp_path / "out"), "--name", "brought").exit_code == 0
    refused = run("promote", "brought")
    assert refused.exit_code == 1
    assert "never compared" in refused.stderr


def test_with_too_little_to_learn_from_it_says_where_labels_come_from(database: Database) -> None:
    teach(database, 4, until=system_clock())
    refused = run("train")
    assert refused.exit_code == 1
    assert "There is nothing to learn yet" in refused.stderr
    assert "resolving tickets" in refused.stderr


def test_labels_of_one_category_only_are_told_apart_from_nothing(database: Database) -> None:
    teach(database, 80, until=system_clock(), by=("ben", "cleo"))
    with database.transaction() as session:
        session.execute(update(Label).values(value="vpn"))
    refused = run("train")
    assert refused.exit_code == 1
    assert "at least two categories" in refused.stderr
    with database.reading() as session:
        assert registry.versions(session, TEAM) == []


def test_labels_of_a_category_that_was_deleted_are_left_out(database: Database) -> None:
    teach(database, 80, until=system_clock(), by=("ben", "cleo"))
    with database.transaction() as session:
        some = select(Label.ticket_id).distinct().order_by(Label.ticket_id).limit(5)
        session.execute(update(Label).where(Label.ticket_id.in_(some)).values(value="fax"))
    trained = said("train")
    assert trained["labels"] == 75


def test_two_trainings_do_not_run_at_once(database: Database) -> None:
    with database.transaction() as session:
        request_training(session, TEAM, by=None, why="month", now=system_clock(), as_work=False)
    assert "A training goes on already." in run("train").stderr


@pytest.mark.parametrize("begun", [True, False])
def test_a_training_that_was_killed_does_not_go_on_for_ever(database: Database, begun: bool) -> None:
    teach(database, 80, until=system_clock(), by=("ben", "cleo"))
    long_ago = system_clock() - runs.SILENT_AFTER - timedelta(seconds=1)
    with database.transaction() as session:
        killed = request_training(session, TEAM, by=None, why="command line", now=long_ago, as_work=False)
        if begun:
            runs.begin(session, killed.id, now=long_ago)
    assert run("train").exit_code == 0
    with database.reading() as session:
        assert [one.state for one in runs.runs(session, TEAM)] == (
            [RunState.DONE, RunState.FAILED] if begun else [RunState.DONE]
        )


def test_one_that_was_killed_just_now_is_told_when_another_can_begin(database: Database) -> None:
    with database.transaction() as session:
        killed = request_training(session, TEAM, by=None, why="x", now=system_clock(), as_work=False)
        runs.begin(session, killed.id, now=system_clock())
    assert "another can begin 30 minutes after" in " ".join(run("train").stderr.split())


def test_a_model_whose_gate_failed_needs_a_reason(database: Database) -> None:
    add_model(database, "worse", metrics=FAILED)
    refused = run("promote", "worse")
    assert refused.exit_code == 1
    assert "It is worse." in refused.stderr
    assert '--despite "why"' in refused.stderr
    assert run("promote", "worse", "--despite", "we know").exit_code == 0
    assert serving(database) == "worse"


def test_who_looked_at_another_champion_changes_nothing(database: Database) -> None:
    add_model(database, "one", "two")
    assert run("promote", "one").exit_code == 0
    late = run("promote", "two", "--instead-of", "starter")
    assert late.exit_code == 1
    assert "Another model serves by now, so nothing was changed." in late.stderr
    assert serving(database) == "one"


def test_the_starter_is_not_promoted_but_returned_to(database: Database) -> None:
    refused = run("promote", "starter")
    assert refused.exit_code == 2
    assert "evenhand model rollback --starter" in " ".join(refused.stderr.split())


def test_names_that_do_not_exist_and_nothing_to_roll_back(database: Database) -> None:
    for command in ("show", "promote", "compare"):
        assert "There is no model “gone”." in run(command, "gone").stderr
    assert "nothing before it" in run("rollback").stderr
    assert "No model has been trained yet" in run("list").stdout
    assert said("list") == {"serves": "starter", "models": []}


def test_an_export_never_writes_over_something(database: Database, tmp_path: Path) -> None:
    add_model(database, "one")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    assert run("export", "one", str(tmp_path / "mine")).exit_code == 2
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("cut", "SHA-256 differs"),
        ("changed", "SHA-256 differs"),
        ("missing", "model.skops is missing"),
        ("not json", "is not JSON"),
        ("other version", "train it again"),
        ("strange", "unexpected types"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_nothing_is_lost(
    database: Database, tmp_path: Path, trouble: str, words: str
) -> None:
    add_model(database, "one")
    folder = tmp_path / "out"
    assert run("export", "one", str(folder)).exit_code == 0
    weights, description = folder / "model.skops", folder / "model.json"
    told = json.loads(description.read_text("utf-8"))
    if trouble == "cut":
        weights.write_bytes(weights.read_bytes()[:-100])
    elif trouble == "changed":
        weights.write_bytes(weights.read_bytes().replace(b"P", b"Q", 1))
    elif trouble == "missing":
        weights.unlink()
    elif trouble == "not json":
        description.write_text("{", encoding="utf-8")
    elif trouble == "other version":
        told["versions"]["scikit-learn"] = "0.1"
        description.write_text(json.dumps(told), encoding="utf-8")
    else:
        import hashlib
        import subprocess

        weights.write_bytes(skops.io.dumps({"run": subprocess.Popen}))
        told["sha256"] = hashlib.sha256(weights.read_bytes()).hexdigest()
        description.write_text(json.dumps(told), encoding="utf-8")

    refused = run("import", str(folder), "--name", "strange")

    assert refused.exit_code == 1
    assert "The model file cannot be used" in refused.stderr
    assert words in refused.stderr
    with database.reading() as session:
        assert [version.name for version in registry.versions(session, TEAM)] == ["one"]

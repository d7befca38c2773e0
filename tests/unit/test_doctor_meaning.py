"""The doctor says whether search goes by meaning too, and why if it does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import NOW
from meaning_model import needs_the_model

from bot import doctor
from bot.assembly import assemble, open_database, open_encoder, prepare_database
from bot.database import Database
from bot.doctor import Finding, Result, examine
from bot.settings import Settings, load
from kb.meaning.model_files import EmbeddingModelRefused
from triage.desk import ensure_desk


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    for name in ("DATABASE_URL", "SLACK_BOT_TOKEN", "EVENHAND_EMBEDDING_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path))
    return load()


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    prepare_database(settings, always=True)
    engine = open_database(settings)
    database = Database(engine)
    with database.transaction() as session:
        ensure_desk(session, "T1", now=NOW)
    yield database
    engine.dispose()


def found() -> dict[str, Finding]:
    return {finding.what: finding for finding in examine()}


@needs_the_model
def test_with_a_model_search_goes_by_words_and_meaning() -> None:
    assert found()["search"].result is Result.GOOD
    assert "words and meaning (model 8199be6f699a395f, the packaged one)" in found()["search"].says


def test_without_the_extra_it_goes_by_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "load_encoder", lambda _folder: None)
    monkeypatch.setattr(doctor, "missing_runtime", lambda: ("onnxruntime",))
    finding = found()["search"]
    assert finding.result is Result.WARNING
    assert "by words alone: not installed: onnxruntime" in finding.says
    assert "[semantic]" in finding.remedy


def test_a_folder_that_cannot_be_used_stops_the_desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EVENHAND_EMBEDDING_MODEL", str(tmp_path / "nowhere"))
    finding = found()["search"]
    assert finding.result is Result.BAD
    assert "no such folder" in finding.says
    assert "EVENHAND_EMBEDDING_MODEL" in finding.remedy
    with pytest.raises(EmbeddingModelRefused):
        assemble(load())


def test_a_package_that_was_changed_costs_the_meaning_and_not_the_desk(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_folder: Path | None) -> None:
        raise EmbeddingModelRefused(
            "model.onnx", "is not the file this version was made for", "Install it again."
        )

    monkeypatch.setattr(doctor, "load_encoder", refuse)
    monkeypatch.setattr("bot.assembly._loaded", refuse)
    assert found()["search"].result is Result.WARNING
    assert open_encoder(settings) is None


@needs_the_model
@pytest.mark.usefixtures("database")
def test_a_new_desk_has_read_all_its_articles() -> None:
    assert found()["knowledge base"].says.endswith("published articles")


@needs_the_model
def test_articles_that_still_have_to_be_read_are_counted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM article_meaning")
    assert "0 of them read for their meaning so far" in found()["knowledge base"].says

"""`evenhand kb import` and `export` as people type them: what they print, what they return, what they refuse."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import NOW, TEAM
from typer.testing import CliRunner, Result

from bot.assembly import open_database, prepare_database
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.importing import Kind, guess
from bot.cli.program import Stop, app
from bot.database import Database
from bot.settings import Settings
from kb.queries import count_articles
from triage.people.models import Team


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Database]:
    """A workspace without articles, in the folder's own SQLite file."""
    for name in [name for name in os.environ if name.startswith(("EVENHAND_", "SLACK_", "DATABASE_URL"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path / "data"))
    settings = Settings()
    prepare_database(settings, always=True)
    engine = open_database(settings)
    database = Database(engine)
    with database.transaction() as session:
        session.add(Team(id=TEAM, created_at=NOW))
    yield database
    engine.dispose()


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "articles.csv"
    file.write_text("title,body\nVPN drops,Turn off power saving.\nNo text,\nPrinter jams,Open tray two.\n")
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["kb", *map(str, arguments)])


def in_use(database: Database) -> int:
    with database.reading() as session:
        return count_articles(session, TEAM)


def test_a_file_is_imported_with_a_line_of_progress_and_a_report(desk: Database, rows: Path) -> None:
    result = run("import", rows)
    assert result.exit_code == 0, result.stderr
    assert (
        result.stdout
        == "2 created, 0 updated, 0 unchanged, 1 skipped.\nSkipped:\n  No text: line 3: it has no text\n"
    )
    assert result.stderr == "3 of 3 read: 2 created, 0 updated, 0 unchanged, 1 skipped\n"
    assert in_use(desk) == 2


def test_a_dry_run_says_so_and_writes_nothing(desk: Database, rows: Path) -> None:
    assert run("import", rows, "--dry-run").stdout.startswith("Would be: 2 created")
    assert in_use(desk) == 0


def test_the_report_for_scripts_is_one_object(desk: Database, rows: Path) -> None:
    result = run("import", rows, "--json")
    said = json.loads(result.stdout)
    assert (said["source"], said["created"], said["skipped"]["count"]) == ("csv:articles.csv", 2, 1)
    assert result.stderr == ""


def test_drafts_and_languages_can_be_wished_for(desk: Database, rows: Path) -> None:
    run("import", rows, "--draft", "--language", "de")
    out = run("export", "-", "--jsonl").stdout.splitlines()
    assert [(json.loads(line)["status"], json.loads(line)["language"]) for line in out] == [
        ("draft", "de")
    ] * 2


def test_what_has_to_be_mended_is_named_and_nothing_is_imported(desk: Database, rows: Path) -> None:
    rows.write_text("title,body,audience\nA,x,all\nB,x,some\n")
    result = run("import", rows)
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[0] == "evenhand: Nothing was imported. First mend:"
    assert [line.split(":")[1] for line in lines[1:]] == ["2", "3"]
    assert in_use(desk) == 0


def test_a_folder_with_broken_front_matter_imports_nothing(desk: Database, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "good.md").write_text("---\ntitle: Good\n---\nText\n")
    (folder / "broken.md").write_text("---\ntitle: [x\n---\nText\n")
    assert run("import", folder).exit_code == 2
    assert in_use(desk) == 0


def test_losing_most_articles_needs_a_second_word(desk: Database, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for n in range(4):
        (folder / f"a{n}.md").write_text(f"---\ntitle: Title {n}\n---\nText {n}\n")
    run("import", folder)
    for n in range(3):
        (folder / f"a{n}.md").unlink()
    result = run("import", folder)
    assert result.exit_code == 1
    assert "3 articles are no longer there" in result.stderr
    assert "--allow-deletions" in result.stderr
    assert run("import", folder, "--allow-deletions").exit_code == 0
    assert len(run("export", "-", "--jsonl").stdout.splitlines()) == 1


def test_without_a_workspace_the_way_to_one_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rows: Path
) -> None:
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path / "none"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for command in (["import", rows], ["export", tmp_path / "x"]):
        result = run(*command)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "There is no workspace yet." in result.stderr
        assert "evenhand up" in result.stderr
    assert not (tmp_path / "none").exists()


def test_an_export_comes_back_unchanged_and_does_not_write_over_files(
    desk: Database, rows: Path, tmp_path: Path
) -> None:
    run("import", rows)
    target = tmp_path / "out"
    assert "2 articles in" in run("export", target).stdout
    assert {file.name for file in target.iterdir()} == {"vpn-drops.md", "printer-jams.md"}
    again = run("import", target)
    assert again.stdout == "0 created, 0 updated, 2 unchanged.\n"
    refused = run("export", target)
    assert (refused.exit_code, "--replace" in refused.stderr) == (2, True)
    assert run("export", target, "--replace").exit_code == 0
    lines = tmp_path / "all.jsonl"
    assert run("export", lines, "--jsonl").exit_code == 0
    assert run("export", lines, "--jsonl").exit_code == 2


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("https://acme.zendesk.com/hc/en-us", Kind.ZENDESK),
        ("https://help.acme.com/hc/de", Kind.ZENDESK),
        ("acme.zendesk.com", Kind.ZENDESK),
        ("https://acme.atlassian.net/wiki/spaces/IT/overview", Kind.CONFLUENCE),
        ("https://docs.acme.com/display/IT/Home", Kind.CONFLUENCE),
        ("https://docs.acme.com/confluence/spaces/IT", Kind.CONFLUENCE),
        ("https://github.com/acme/docs", Kind.GITHUB),
        ("https://github.com/acme/docs/tree/main/help", Kind.GITHUB),
        ("https://github.com/acme/docs/wiki", Kind.WIKI),
        ("https://github.com/acme/docs.wiki.git", Kind.WIKI),
        ("articles.csv.gz", Kind.CSV),
        ("articles.jsonl", Kind.JSONL),
    ],
)
def test_the_kind_is_told_by_the_looks(what: str, kind: Kind) -> None:
    assert guess(what) is kind


@pytest.mark.parametrize("what", ["https://example.com/help", "nowhere"])
def test_what_cannot_be_told_is_asked_for(what: str) -> None:
    with pytest.raises(Stop) as stop:
        guess(what)
    assert stop.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["acme", "--source", "github"], "no repository"),
        (["https://acme.atlassian.net/wiki", "--source", "confluence"], "which space"),
        (["acme", "--source", "wiki"], "no wiki"),
        (["x.csv", "--language", "Klingon!"], "no language"),
    ],
)
def test_a_wrong_argument_gets_one_line_and_a_remedy(desk: Database, arguments: list[str], said: str) -> None:
    result = run("import", *arguments)
    assert result.exit_code in (1, 2)
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_password_in_the_address_is_refused_and_not_repeated(desk: Database) -> None:
    for address in (
        "https://ada:hunter2@acme.zendesk.com/hc",
        "https://ada:hunter2@github.com/acme/docs/wiki",
    ):
        result = run("import", address)
        assert result.exit_code == 2
        assert "hunter2" not in result.stderr + result.stdout


def test_one_markdown_file_is_an_import_too(desk: Database, tmp_path: Path) -> None:
    file = tmp_path / "vpn.md"
    file.write_text("---\ntitle: VPN drops\n---\nTurn off power saving.\n")
    assert run("import", file).stdout == "1 created, 0 updated, 0 unchanged.\n"

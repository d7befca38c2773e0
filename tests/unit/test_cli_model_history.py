"""`evenhand model history import` and `evenhand model fit-check`: clear words for every file, and nothing lost."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from factories import NOW
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.assembly import open_database, prepare_database
from bot.cli import (
    main,  # noqa: F401  (importing it registers every command)
    model_fit_check,
)
from bot.cli.program import app
from bot.database import Database
from bot.settings import Settings
from triage.people.models import Team
from triage.tickets.models import Category, Label, PastTicket

# Each in words of its own, so that none is another's near-twin.
FILE = "text,category,priority,created\n" + "".join(
    f"the {thing} is broken {chr(97 + number) * 4},{name},P3,2026-05-{number + 1:02d}\n"
    for number in range(25)
    for thing, name in (("printer", "Printing"), ("tunnel", "Network & VPN"), ("door", "Facilities"))
)


@pytest.fixture(autouse=True)
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    for name in ("DATABASE_URL", "EVENHAND_EMBEDDING_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr(model_fit_check, "open_encoder", lambda _settings: None)
    settings = Settings(data_folder=tmp_path)
    prepare_database(settings)
    database = Database(open_database(settings))
    with database.transaction() as session:
        session.add(Team(id="T1", created_at=NOW))
        session.flush()
        for key, name in (("printing", "Printing"), ("network", "Network and VPN")):
            session.add(Category(team_id="T1", key=key, name=name, description=name))
    return database


def old(folder: Path, content: str | bytes = FILE, name: str = "old.csv") -> str:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["model", *arguments])


def bring(*arguments: str) -> Result:
    return run("history", "import", *arguments)


def labels(database: Database) -> dict[str, int]:
    with database.reading() as session:
        rows = session.execute(
            select(Label.value, sa.func.count()).where(Label.field == "category").group_by(Label.value)
        )
        return {value: count for value, count in rows}


def tickets(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(sa.func.count()).select_from(PastTicket)) or 0


def test_known_names_are_labelled_and_unknown_ones_listed_with_what_they_may_be(
    database: Database, tmp_path: Path
) -> None:
    result = bring(old(tmp_path))
    assert result.exit_code == 0, result.output
    assert "75 are new, 0 were there already; 25 labels of a category and 75 of an urgency" in result.stdout
    assert [line.split()[-1] for line in result.stdout.splitlines() if "25  " in line] == ["–", "network"]
    assert '--map "Network & VPN=network"' in result.stdout
    assert "Keys here: network, printing." in result.stdout
    assert (tickets(database), labels(database)) == (75, {"printing": 25})


def test_where_nothing_is_near_no_example_is_made_up(tmp_path: Path) -> None:
    told = bring(old(tmp_path, "text,category\nno paper,Printing\nlost my badge,Points\n")).stdout
    assert "None of them is near a category here. Keys here: network, printing." in told
    assert '--map "Old name=key"' in told


def test_a_repeated_import_with_a_mapping_labels_the_rest(database: Database, tmp_path: Path) -> None:
    file = old(tmp_path)
    bring(file)
    told = json.loads(bring(file, "--map", "Network & VPN=network", "--map", "Facilities=", "--json").stdout)
    assert told["imported"] == {
        "new": 0, "already": 75, "without_text": 0, "for_a_person": 0, "categories": 50, "urgencies": 0,
    }  # fmt: skip
    assert told["unknown_categories"] == []
    assert labels(database) == {"printing": 25, "network": 25, "": 25}


def test_a_mapping_file_says_columns_categories_and_urgencies(database: Database, tmp_path: Path) -> None:
    content = FILE.replace("text,category,priority", "words,kind,level")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        '[columns]\ntext = "words"\ncategory = "kind"\nurgency = "level"\n'
        '[categories]\n"Network & VPN" = "network"\n[urgencies]\nP3 = "high"\n',
        "utf-8",
    )
    result = bring(old(tmp_path, content), "--mapping", str(mapping))
    assert result.exit_code == 0, result.output
    with database.reading() as session:
        assert set(session.scalars(select(Label.value).where(Label.field == "urgency"))) == {"high"}
    assert labels(database) == {"printing": 25, "network": 25}


def test_new_categories_are_made_when_asked_for(database: Database, tmp_path: Path) -> None:
    result = bring(old(tmp_path), "--create-categories")
    assert result.exit_code == 0, result.output
    assert "Made 2 categories: facilities, network-vpn." in result.stdout
    assert labels(database) == {"printing": 25, "network-vpn": 25, "facilities": 25}


def test_tickets_without_a_category_are_kept(database: Database, tmp_path: Path) -> None:
    result = bring(old(tmp_path, "text,category\nno paper,\nno toner,\n"))
    assert result.exit_code == 0, result.output
    assert "2 have no category: they are kept, and learned from once they have one" in result.stdout
    assert (tickets(database), labels(database)) == (2, {})


def test_a_dry_run_tells_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    result = bring(old(tmp_path), "--dry-run", "--create-categories")
    assert (
        "75 would be new, 0 are there already; of the new ones 25 have a category that is known here. "
        "Nothing was written." in result.stdout
    )
    assert (tickets(database), labels(database)) == (0, {})


def test_what_would_be_left_out_is_said_before_and_after(database: Database, tmp_path: Path) -> None:
    file = old(
        tmp_path,
        "text,category,priority,created\nno paper,Printing,Gold,2199-01-01\n"
        "my boss harasses me every day,Printing,P1,2026-05-01\n",
    )
    for arguments in (("--dry-run",), ()):
        told = bring(file, *arguments).stdout
        assert "1 are matters for a person alone: they " in told
        assert "1 have an urgency that means nothing here (“Gold”)" in told
        assert "1 have a date in the future" in told
    assert tickets(database) == 1
    again = json.loads(bring(file, "--dry-run", "--json").stdout)
    assert (again["would_import"]["already"], again["would_import"]["new"]) == (1, 0)
    assert (again["unknown_urgencies"], again["dated_ahead"]) == ({"Gold": 1}, 1)


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        ("", (), "holds no tickets"),
        ("a,category\nb,Printing\n", (), "no column for the text"),
        ("text,b\nb,Printing\n", (), "no column for the category"),
        (FILE, ("--urgency", "prio"), "no column 'prio'"),
        ("text,category\nDrücker,Printing\n".encode("latin-1"), (), "not UTF-8"),
        (FILE.encode("utf-16"), (), "UTF-16"),
        ("text,category,created\na,Printing,05/13/2026\n", (), "--date-format"),
        ("text,category\na,Parking\nb,Canteen\n", (), "None of the file's categories is known here"),
        (FILE, ("--map", "Facilities=gone"), "There is no category 'gone' here"),
        (FILE, ("--map", "Facilities"), "maps nothing"),
    ],
)
def test_what_cannot_be_imported_is_told_with_what_to_do_and_nothing_is_written(
    database: Database, tmp_path: Path, content: str | bytes, arguments: tuple[str, ...], said: str
) -> None:
    result = bring(old(tmp_path, content), *arguments)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert (tickets(database), labels(database)) == (0, {})


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[columns", "is not TOML"),
        ("columns = 3", "columns is no table"),
        ('[columns]\ntxt = "a"', "[columns] names txt"),
        ("[columns]\ntext = 3", "text is 3"),
        ("[categories]\nA = 3", "A is 3"),
        ('[urgencies]\nP1 = "now"', "'now' is no urgency"),
    ],
)
def test_a_mapping_that_cannot_be_read_says_why(tmp_path: Path, written: str, said: str) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(written, "utf-8")
    result = bring(old(tmp_path), "--mapping", str(mapping))
    assert result.exit_code == 2
    assert said in result.stderr
    assert bring(old(tmp_path), "--mapping", str(tmp_path / "none.toml")).exit_code == 2


def test_imported_history_is_forgotten_only_when_that_is_said(database: Database, tmp_path: Path) -> None:
    assert run("history", "forget").stdout == "No old tickets were imported.\n"
    bring(old(tmp_path))
    told = run("history", "forget").stdout
    assert (
        told
        == "There are 75 imported tickets and 100 labels, 0 of them given here. To take them out: --yes\n"
    )
    assert tickets(database) == 75
    assert json.loads(run("history", "forget", "--yes", "--json").stdout) == {
        "tickets": 75, "labels": 100, "reviewed": 0, "forgotten": True,
    }  # fmt: skip
    assert (tickets(database), labels(database)) == (0, {})


# Fit check


def test_a_file_is_checked_before_anything_is_imported(database: Database, tmp_path: Path) -> None:
    result = run("fit-check", old(tmp_path))
    assert result.exit_code == 0, result.output
    assert "judged by models that had learned from older ones alone" in result.stdout
    assert "Network & VPN" in result.stdout
    assert tickets(database) == 0


def test_scripts_read_what_was_found_of_what_the_desk_has(database: Database, tmp_path: Path) -> None:
    bring(old(tmp_path), "--create-categories")
    told = json.loads(run("fit-check", "--json", "--precision", "0.8").stdout)
    assert (told["messages"], told["target"]) == (75, 0.8)
    assert {one["category"] for one in told["categories"]} == {"printing", "network-vpn", "facilities"}
    assert told["advice"]["mode"] in ("decide", "recommend", "monitor only")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text,category\na printer,A\na tunnel,B\n", "2 labelled messages with text, at least 10 are needed"),
        ("text,category\n" + "".join(f"printer {n},A\n" for n in "abcdefghijklmnop"), "have one category"),
        ("text,category\n" + "a printer,\n" * 20, "0 labelled messages"),
        ("text,category\n" + "a printer,A\na tunnel,B\n" * 20, "near-copies of older ones"),
    ],
)
def test_too_little_is_told_in_words(tmp_path: Path, content: str, said: str) -> None:
    result = run("fit-check", old(tmp_path, content))
    assert result.exit_code == 1
    assert said in result.stderr


def test_a_desk_without_labels_is_told_where_they_come_from() -> None:
    result = run("fit-check")
    assert result.exit_code == 1
    assert "evenhand model history import FILE" in result.stderr

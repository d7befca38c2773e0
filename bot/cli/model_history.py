"""`evenhand model history import`: a desk begins with its old tickets. Safe to repeat, and nobody's name is kept."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.history_mapping import Said, mapping_of
from bot.cli.history_told import as_object, keys_told, listed, show, show_left_out, show_unknown
from bot.cli.model import group
from bot.cli.program import Stop, command, err, out
from bot.cli.waiting import counting
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.database import Database
from bot.settings import load
from kb.importers.rows import Unreadable
from triage.classifier.examples import Category
from triage.learning.history import (
    BATCH,
    Brought,
    bring_in,
    categories_of,
    create_categories,
    foresee,
    make_ready,
    note_import,
)
from triage.learning.history_columns import NoSuchColumn
from triage.learning.history_file import HistoryFile, NoRows, Survey, UnreadableDates
from triage.learning.history_names import Names, Unknown, match_categories, match_urgencies, not_here

history = typer.Typer(help="Old tickets from before this desk, to learn from.", no_args_is_help=True)
group.add_typer(history, name="history")

# A desk that waits for its turn to write on SQLite asks again within a tenth of a second.
_BREATH = 0.11


@command(history, "import")
def bring(
    file: Annotated[Path, typer.Argument(help="CSV, TSV or JSON lines, plain or gzip.")],
    text: Annotated[
        list[str] | None, typer.Option(help="Column of the message; twice for subject and text.")
    ] = None,
    category: Annotated[str | None, typer.Option(help="Column of the category.")] = None,
    urgency: Annotated[str | None, typer.Option(help="Column of the urgency or priority.")] = None,
    at: Annotated[str | None, typer.Option(help="Column of the moment when it was asked.")] = None,
    channel: Annotated[str | None, typer.Option(help="Column of where it came in.")] = None,
    id_: Annotated[str | None, typer.Option("--id", help="Column of the ticket's number there.")] = None,
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", help='"Old name=key" of a category here; "Old name=" for none of them.'),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="TOML with the tables columns, categories and urgencies.")
    ] = None,
    date_format: Annotated[
        str | None, typer.Option(help="Such as “%m/%d/%Y %H:%M”, for dates that are not ISO.")
    ] = None,
    create: Annotated[
        bool, typer.Option("--create-categories", help="Make categories of the names that are new here.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Bring old tickets in, so that a desk does not begin with nothing. Texts are redacted, and who asked is not read.

    Columns are found under their usual names. Safe to repeat: a ticket that is there stays, and one that was cut off
    goes on. Categories that are not known here are listed; their tickets are kept and wait for a mapping.
    """
    columns = {"category": category, "urgency": urgency, "at": at, "channel": channel, "id": id_}
    said = mapping_of(mapping, maps or (), columns, text or ())
    old = HistoryFile(file, said.named, date_format)
    with the_workspace(load()) as (database, team_id):
        survey = _survey(old)
        here = _categories(database, team_id)
        names, unknown, strange = _names(here, survey, said)
        if not (names.categories or create) and unknown:
            raise _nothing_known(unknown, here)
        if create and not dry_run:
            names, unknown = _made(database, team_id, names, unknown, quiet=as_json), ()
        done = (_foreseen if dry_run else _bring)(database, team_id, old, survey, names)
    if as_json:
        told = as_object(survey, names, (unknown, strange), done, dry_run=dry_run)
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        show(survey, strange, done, dry_run=dry_run)
        if unknown:
            show_unknown(unknown, here)
        show_left_out(survey)
        if not dry_run:
            out.print("What could be decided with them: evenhand model fit-check")


@contextmanager
def file_in_words(file: Path) -> Iterator[None]:
    """What can be wrong with an old desk's file, and what to do."""
    try:
        yield
    except Unreadable as unreadable:
        place = f"line {unreadable.problem.line}: " if unreadable.problem.line else ""
        raise Stop(
            f"{file}: {place}{unreadable.problem.problem}. Nothing was imported.",
            f"{unreadable.problem.remedy}.",
            code=2,
        ) from None
    except NoRows:
        raise Stop(
            f"{file} holds no tickets.",
            "Begin a CSV with a line of column names, such as text,category.",
            code=2,
        ) from None
    except NoSuchColumn as missing:
        wanted = f"no column {missing.named!r}" if missing.named else f"no column for the {missing.what}"
        close = f" Did you mean {missing.close!r}?" if missing.close else ""
        remedy = f"There are: {', '.join(missing.found)}.{close} Name it with --{missing.what} COLUMN."
        raise Stop(f"{file} has {wanted}.", remedy, code=2) from None
    except UnreadableDates as dates:
        raise Stop(
            f"{dates.count:,} dates in {file} cannot be read, such as {dates.example!r}.",
            "Say how they are written, for example --date-format “%d/%m/%Y %H:%M”.",
            code=2,
        ) from None


def _survey(old: HistoryFile) -> Survey:
    with file_in_words(old.path), err.status("Reading the file") if err.is_terminal else _quiet():
        return old.survey(now=system_clock())


@contextmanager
def _quiet() -> Iterator[None]:
    yield


def _categories(database: Database, team_id: str) -> tuple[Category, ...]:
    with database.reading() as session:
        return categories_of(session, team_id)


def _names(
    here: tuple[Category, ...], survey: Survey, said: Said
) -> tuple[Names, tuple[Unknown, ...], tuple[Unknown, ...]]:
    """What the names mean, and the categories and urgencies that mean nothing here."""
    if wrong := not_here(said.categories, here):
        keys = ", ".join(one.key for one in here)
        raise Stop(f"There is no category {wrong[0]!r} here.", f"There are: {keys}.", code=2)
    known, unknown = match_categories(survey.categories, here, said.categories)
    urgencies, strange = match_urgencies(survey.urgencies, said.urgencies)
    return Names(known, urgencies), unknown, strange


def _nothing_known(unknown: tuple[Unknown, ...], here: tuple[Category, ...]) -> Stop:
    return Stop(
        "None of the file's categories is known here. Nothing was imported.\n"
        f"{listed(unknown)}\n{keys_told(here)}",
        'Map them with --map "Old name=key" or a --mapping file, or make them with --create-categories.',
        code=2,
    )


def _made(
    database: Database, team_id: str, names: Names, unknown: tuple[Unknown, ...], *, quiet: bool
) -> Names:
    """Makes the categories that are new here, and says which."""
    with database.transaction() as session:
        wanted = [one.name for one in unknown]
        made = create_categories(session, team_id, wanted, by=None, now=system_clock())
    if made and not quiet:
        keys = ", ".join(dict.fromkeys(made.values()))
        out.print(f"Made {len(set(made.values()))} categories: {keys}.", markup=False, soft_wrap=True)
    return replace(names, categories={**names.categories, **made})


def _bring(database: Database, team_id: str, old: HistoryFile, survey: Survey, names: Names) -> Brought:
    """Batch by batch; what is cut off between two of them goes on where it was when it is repeated."""
    done = Brought()
    batches = -(-survey.rows // BATCH)
    with file_in_words(old.path), counting(f"Importing {survey.rows:,} tickets", batches) as one_more:
        for batch in old.batches(survey.columns, BATCH):
            with database.reading() as session:
                ready = make_ready(session, team_id, batch)
            with database.transaction() as session:
                done += bring_in(session, team_id, ready, names, now=system_clock())
            one_more()
            if database.engine.dialect.name == "sqlite":
                time.sleep(_BREATH)
    with database.transaction() as session:
        note_import(session, team_id, done, by=None, now=system_clock())
    return replace(done, without_text=done.without_text + survey.without_text)


def _foreseen(database: Database, team_id: str, old: HistoryFile, survey: Survey, names: Names) -> Brought:
    """Reads every text as an import would, so that what is left out is counted, and writes nothing."""
    found = Brought()
    batches = -(-survey.rows // BATCH)
    with file_in_words(old.path), counting(f"Looking at {survey.rows:,} tickets", batches) as one_more:
        for batch in old.batches(survey.columns, BATCH):
            with database.reading() as session:
                ready = make_ready(session, team_id, batch)
                found += foresee(session, team_id, ready, names)
            one_more()
    return replace(found, without_text=found.without_text + survey.without_text)

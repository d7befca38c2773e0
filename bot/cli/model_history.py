"""`evenhand model history import`: a desk begins with its old tickets. Safe to repeat, and nobody's name is kept."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.history_mapping import Said, mapping_of
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

_MOST_TOLD = 20
_URGENCIES_NAMED = 5
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
        told = _as_object(survey, names, (unknown, strange), done, dry_run=dry_run)
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        _show(survey, strange, done, dry_run=dry_run)
        if unknown:
            _show_unknown(unknown, here)
        _show_left_out(survey)
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
        f"{_listed(unknown)}\n{_keys(here)}",
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


def _as_object(
    survey: Survey,
    names: Names,
    unknown: tuple[tuple[Unknown, ...], tuple[Unknown, ...]],
    done: Brought,
    *,
    dry_run: bool,
) -> dict[str, Any]:
    categories, urgencies = unknown
    return {
        "rows": survey.rows,
        "broken_rows": survey.broken,
        "unlabelled": survey.unlabelled,
        "undated": survey.undated,
        "dated_ahead": survey.ahead,
        "columns": asdict(survey.columns),
        "categories": {name: survey.categories[name] for name in names.categories},
        "unknown_categories": [asdict(one) for one in categories],
        "unknown_urgencies": {one.name: one.tickets for one in urgencies},
        "would_import" if dry_run else "imported": asdict(done),
    }


def _show(survey: Survey, strange: tuple[Unknown, ...], done: Brought, *, dry_run: bool) -> None:
    columns = survey.columns
    out.print(
        f"{survey.rows:,} tickets: text from {' and '.join(columns.text)}, category from {columns.category}"
        f"{_also('urgency', columns.urgency)}{_also('asked', columns.at)}.",
        markup=False,
        soft_wrap=True,
    )
    for sentence in _sentences(survey, strange, done, dry_run=dry_run):
        out.print(sentence, markup=False, soft_wrap=True)


def _show_left_out(survey: Survey) -> None:
    for problem in survey.problems[:_MOST_TOLD]:
        out.print(f"  left out: {problem}", markup=False, soft_wrap=True)
    if survey.broken > _MOST_TOLD:
        out.print(f"  … and {survey.broken - _MOST_TOLD:,} more rows that cannot be read.")


def _sentences(
    survey: Survey, strange: tuple[Unknown, ...], done: Brought, *, dry_run: bool
) -> Iterator[str]:
    if dry_run:
        yield (
            f"{done.new:,} would be new, {done.already:,} are there already; of the new ones "
            f"{done.categories:,} have a category that is known here. Nothing was written."
        )
    else:
        yield (
            f"{done.new:,} are new, {done.already:,} were there already; {done.categories:,} labels of a category and "
            f"{done.urgencies:,} of an urgency were added."
        )
    were, not_kept = ("would be", "would not be kept") if dry_run else ("were", "were not kept")
    unsaid = ", ".join(f"“{one.name}”" for one in strange[:_URGENCIES_NAMED])
    for count, sentence in (
        (survey.unlabelled, "have no category: they are kept, and learned from once they have one."),
        (
            sum(one.tickets for one in strange),
            f"have an urgency that means nothing here ({unsaid}): no urgency is learned from them. "
            "Say what it means under [urgencies] in a --mapping file.",
        ),
        (
            survey.undated if survey.columns.at else 0,
            "have no date that can be read: the import's own counts.",
        ),
        (survey.ahead, "have a date in the future: the import's own counts."),
        (done.without_text, f"say nothing that can be read, and {were} left out."),
        (
            done.for_a_person,
            f"are matters for a person alone: they {not_kept}, and nothing is learned from them.",
        ),
    ):
        if count:
            yield f"{count:,} {sentence}"
    if survey.columns.at is None:
        yield "There is no column of dates, so which of them are the newest cannot be told."


def _show_unknown(unknown: tuple[Unknown, ...], here: tuple[Category, ...]) -> None:
    out.print(
        "\nNot known here; their tickets are kept, and a repeated import with a mapping labels them:",
        soft_wrap=True,
    )
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("category there")
    table.add_column("tickets", justify="right")
    table.add_column("perhaps")
    for one in unknown[:_MOST_TOLD]:
        table.add_row(escape(one.name), f"{one.tickets:,}", one.suggestion or "–")
    out.print(table)
    if len(unknown) > _MOST_TOLD:
        out.print(f"… and {len(unknown) - _MOST_TOLD} more")
    near = next((one for one in unknown if one.suggestion), None)
    if near is None:
        example = '"Old name=key"'
        out.print(f"None of them is near a category here. {_keys(here)}", markup=False, soft_wrap=True)
    else:
        example = f'"{near.name}={near.suggestion}"'
        out.print(_keys(here), markup=False, soft_wrap=True)
    out.print(
        f"For example: --map {example}, or --create-categories for all of them.",
        markup=False,
        soft_wrap=True,
    )


def _keys(here: tuple[Category, ...]) -> str:
    return f"Keys here: {', '.join(one.key for one in here)}." if here else "There is no category here yet."


def _listed(unknown: tuple[Unknown, ...]) -> str:
    def told(one: Unknown) -> str:
        return f"  {one.name}: {one.tickets:,} tickets" + (
            f", perhaps {one.suggestion}" if one.suggestion else ""
        )

    lines = [told(one) for one in unknown[:_MOST_TOLD]]
    if len(unknown) > _MOST_TOLD:
        lines.append(f"  … and {len(unknown) - _MOST_TOLD} more")
    return "\n".join(lines)


def _also(what: str, column: str | None) -> str:
    return f", {what} from {column}" if column else ""

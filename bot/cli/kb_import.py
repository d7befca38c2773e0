"""`evenhand kb import`: brings articles in from files and from other help centres, as often as wanted."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli.importing import Given, Kind, open_source
from bot.cli.kb import group
from bot.cli.program import Stop, command, err, out
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.database import Database
from bot.settings import load
from kb.errors import ImportRefused
from kb.importers.report import Notes, Report
from kb.importers.source import Source, SourceTrouble
from kb.importers.sync import Told, bring_in
from kb.importers.tidy import language_of
from kb.importers.wish import Wish
from triage.audit import record

_MOST_PROBLEMS = 30
_MOST_NOTES = 20
_WORTH_TELLING = 3.0  # seconds
# A desk that waits for its turn to write on SQLite asks again within a tenth of a second.
_BREATH = 0.11


@command(group, "import")
def bring(
    what: Annotated[str, typer.Argument(metavar="FOLDER|FILE|ADDRESS", help="Where the articles are.")],
    source: Annotated[
        Kind | None, typer.Option(help="What it is, where the name or address does not tell.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")] = False,
    draft: Annotated[
        bool, typer.Option("--draft", help="New articles become drafts, to be looked at first.")
    ] = False,
    language: Annotated[str | None, typer.Option(help="Of articles that do not say, such as de.")] = None,
    restart: Annotated[
        bool,
        typer.Option("--restart/--resume", help="Begin again instead of where the last one was cut off."),
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything anew, also what seems unchanged.")
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Take the source's words also where an article was edited here."),
    ] = False,
    allow_deletions: Annotated[
        bool, typer.Option("--allow-deletions", help="Archive what is gone there, even if it is most of it.")
    ] = False,
    keep_missing: Annotated[bool, typer.Option("--keep-missing", help="Archive nothing.")] = False,
    name: Annotated[
        str, typer.Option("--as", help="A lasting name for a file or folder whose own name changes.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The whole report as one JSON object.")] = False,
) -> None:
    """Bring articles in. Safe to repeat: only what changed is written, and what was edited here stays.

    Tokens are read from EVENHAND_ZENDESK_EMAIL and EVENHAND_ZENDESK_TOKEN, EVENHAND_CONFLUENCE_USER and
    EVENHAND_CONFLUENCE_TOKEN, and EVENHAND_GITHUB_TOKEN.
    """
    if language is not None and language_of(language) is None:
        raise Stop(f"“{language}” is no language.", "Write it as en, de or pt-BR.", code=2)
    wish = Wish(
        author="",
        draft=draft,
        dry_run=dry_run,
        restart=restart,
        full=full,
        overwrite=overwrite,
        allow_deletions=allow_deletions,
        keep_missing=keep_missing,
    )
    report, opened = _bring(Given(what, source, language, name), wish, quiet=as_json)
    if as_json:
        sys.stdout.write(json.dumps({"source": opened.key, **report.as_object()}, ensure_ascii=False) + "\n")
    else:
        _show(report, opened)
    if report.held_back:
        raise Stop(
            f"{report.held_back} articles are no longer there, most of what was imported; none was archived.",
            "If that is right: --allow-deletions. To keep them: --keep-missing.",
        )


def _bring(given: Given, wish: Wish, *, quiet: bool) -> tuple[Report, Source]:
    settings = load()
    with ExitStack() as stack:
        database, team_id = stack.enter_context(the_workspace(settings))
        told = stack.enter_context(_told(quiet=quiet))
        try:
            source = open_source(given, settings, _waits, stack)
            wish = replace(wish, author=f"Import from {source.key.partition(':')[0]}")
            breathe = partial(time.sleep, _BREATH) if settings.is_sqlite else lambda: None
            report = bring_in(database, source, team_id, wish, clock=system_clock, told=told, breathe=breathe)
        except ImportRefused as refused:
            raise _to_mend(refused) from None
        except SourceTrouble as trouble:
            raise Stop(f"{trouble.what}.", f"{trouble.remedy}." if trouble.remedy else "") from None
        if not report.dry_run and (report.written or report.archived.count):
            _note(database, team_id, source, report)
        return report, source


def _note(database: Database, team_id: str, source: Source, report: Report) -> None:
    """Into the audit: each article's own history names the import, and here it is one thing that somebody did."""
    counts = {"created": report.created, "updated": report.updated, "archived": report.archived.count}
    kind = source.key.partition(":")[0]
    with database.transaction() as session:
        now = system_clock()
        record(session, "article.imported", by=None, team_id=team_id, now=now, source=kind, **counts)


def _waits(why: str, seconds: float) -> None:
    if seconds >= _WORTH_TELLING:
        err.print(f"{why}; waiting {seconds:.0f} s", markup=False, soft_wrap=True)


def _to_mend(refused: ImportRefused) -> Stop:
    lines = [str(problem) for problem in refused.problems[:_MOST_PROBLEMS]]
    more = len(refused.problems) - len(lines)
    if more > 0:
        lines.append(f"… and {more} more")
    return Stop("Nothing was imported. First mend:", "\n  ".join(lines), code=2)


@contextmanager
def _told(*, quiet: bool) -> Iterator[Told]:
    """A bar where somebody watches, a line a page where the output goes to a file."""
    if not err.is_terminal:
        yield _lines(quiet)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bars:
        bar = bars.add_task("reading", total=None)

        def told(report: Report, total: int | None) -> None:
            bars.update(bar, completed=report.seen, total=total, description=str(report))

        yield told


def _lines(quiet: bool) -> Told:
    def told(report: Report, total: int | None) -> None:
        if not quiet:
            of = f" of {total:,}" if total else ""
            err.print(f"{report.seen:,}{of} read: {report}", markup=False, soft_wrap=True)

    return told


def _show(report: Report, source: Source) -> None:
    say: Callable[[str], None] = lambda text: out.print(text, markup=False, soft_wrap=True)  # noqa: E731
    would = "Would be: " if report.dry_run else ""
    went_on = " (went on where the last one was cut off)" if report.resumed else ""
    say(f"{would}{report}.{went_on}")
    if not report.whole:
        say("What was deleted there was not looked for this time; --full does it now.")
    for notes, title in (
        (report.skipped, "Skipped"),
        (report.conflicts, "Kept as edited here; --overwrite takes the source's words"),
        (report.taken_over, "Took over what was here under the same name"),
        (report.archived, "Archived"),
        (report.duplicates, "Much alike; look whether both are needed"),
    ):
        _list(say, title, notes)
    ignored = getattr(source, "ignored", ())
    if ignored:
        say(f"Columns that were not used: {', '.join(ignored)}")


def _list(say: Callable[[str], None], title: str, notes: Notes) -> None:
    if not notes.count:
        return
    say(f"{title}:")
    for note in notes.first[:_MOST_NOTES]:
        named = note.title or note.external_id
        say(f"  {named}: {note.why}")
    if notes.count > _MOST_NOTES:
        say(f"  … and {notes.count - _MOST_NOTES} more; --json has them")

"""`evenhand work`: what failed or hangs, its history, and what to do about it, as on the console's Work screen."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from dbos import DBOSClient
from rich.table import Table
from sqlalchemy.orm import Session

from bot.cli.program import Stop, app, command, out, show_table
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.database import Database
from bot.settings import load
from bot.worker.engine import make_client
from bot.worker.failed import FailedWork, failed_work, retry_work
from bot.worker.work_acts import WorkActs
from bot.worker.work_list import Item, Kind, Standing, Wanted, find_work, list_work
from triage.people.models import Person
from triage.work_notes import NothingToRetry, WorkNote, notes_of

group = typer.Typer(
    help="Work that failed or hangs: see it, try it again, put it away.", no_args_is_help=True
)
app.add_typer(group, name="work")

Name = Annotated[str, typer.Argument(metavar="NAME", help="As the list shows it, such as say:12.")]
Names = Annotated[list[str], typer.Argument(metavar="NAME…", help="As the list shows them, such as say:12.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@dataclass(frozen=True)
class _Opened:
    database: Database
    team_id: str
    engine: DBOSClient

    @property
    def failed(self) -> list[FailedWork]:
        return failed_work(self.engine)


@contextmanager
def _opened() -> Iterator[_Opened]:
    settings = load()
    with the_workspace(settings) as (database, team_id):
        engine = make_client(settings.url)
        database.jobs = engine
        try:
            yield _Opened(database, team_id, engine)
        finally:
            engine.destroy()


@command(group, "list")
def list_(
    kind: Annotated[
        list[Kind] | None, typer.Option("--kind", help="Only this kind. Can be repeated.")
    ] = None,
    show: Annotated[
        list[Standing] | None,
        typer.Option("--show", help="failed, hangs or buried. Can be repeated. Default: failed and hangs."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what needs somebody: messages that Slack refused, jobs that were given up, timers that hang, pager calls."""
    wanted = Wanted(frozenset(kind or ()), frozenset(show) if show else Wanted().standings)
    with _opened() as desk:
        failed = desk.failed
        with desk.database.reading() as session:
            items = list_work(session, desk.team_id, failed, wanted=wanted, now=system_clock())
    if as_json:
        for item in items:
            _say_json(_told(item))
        return
    if not items:
        out.print("Nothing needs anybody." if wanted == Wanted() else "Nothing fits.")
        return
    table = Table("name", "stands", "about", "ticket", "error", "attempts", "since", box=None)
    for item in items:
        table.add_row(
            item.name,
            item.standing,
            " ".join(value for key, value in item.about.items() if key != "state"),
            str(item.ticket_id or ""),
            item.error,
            str(item.attempts or ""),
            f"{item.since:%Y-%m-%d %H:%M}",
        )
    show_table(table)


@command(group, "show")
def show_(name: Name, as_json: AsJson = False) -> None:
    """Show one of them with its history: what went wrong, when, in which process, under which request id."""
    with _opened() as desk:
        failed = desk.failed
        with desk.database.reading() as session:
            item = find_work(session, desk.team_id, name, failed, now=system_clock())
            if item is None:
                raise _unknown(name)
            history = [_line(session, note) for note in notes_of(session, name)]
    if as_json:
        _say_json(_told(item) | {"history": history})
        return
    for key, value in _told(item).items():
        if value not in (None, "", {}, 0):
            shown = " ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else value
            out.print(f"{key:12}{shown}", markup=False, soft_wrap=True)
    for line in history:
        out.print(_in_words(line), markup=False, soft_wrap=True)
    if not history:
        out.print("Nothing is noted about it yet.")


@command(group, "retry")
def retry(names: Names) -> None:
    """Try it once more. What Slack may have posted already is looked for before it is posted again."""
    with _opened() as desk:
        failed = desk.failed
        for name in names:
            with _acting(desk, failed, name) as acts:
                job = acts.retry(name)
            if job is not None:
                retry_work(desk.engine, job)
            out.print(f"{name} is on its way again.", markup=False)


@command(group, "bury")
def bury(names: Names) -> None:
    """Put it away for good: nothing tries it again, and it is listed only as buried."""
    with _opened() as desk:
        failed = desk.failed
        for name in names:
            with _acting(desk, failed, name) as acts:
                acts.bury(name)
            out.print(f"{name} is put away. To take that back: evenhand work dig-up {name}", markup=False)


@command(group, "dig-up")
def dig_up(names: Names) -> None:
    """Take back that something was put away: it stands in the list again, as it was."""
    with _opened() as desk:
        failed = desk.failed
        for name in names:
            with _acting(desk, failed, name) as acts:
                acts.dig_up(name)
            out.print(f"{name} is back in the list.", markup=False)


@contextmanager
def _acting(desk: _Opened, failed: list[FailedWork], name: str) -> Iterator[WorkActs]:
    try:
        with desk.database.transaction() as session:
            yield WorkActs(session, desk.team_id, failed, by=None, now=system_clock())
    except NothingToRetry:
        raise _unknown(name) from None


def _unknown(name: str) -> Stop:
    return Stop(
        f"There is nothing to do about {name}: it is done, buried, or there is no such work.",
        "What there is: evenhand work list (and --show buried)",
    )


def _told(item: Item) -> dict[str, Any]:
    return {
        "name": item.name,
        "kind": item.kind,
        "stands": item.standing,
        "since": item.since.isoformat(),
        "error": item.error or None,
        "attempts": item.attempts,
        "request_id": item.request_id,
        "ticket": item.ticket_id,
        "about": item.about,
        "job": item.job.workflow_id if item.job else None,
    }


def _line(session: Session, note: WorkNote) -> dict[str, Any]:
    by = session.get(Person, note.by_id) if note.by_id else None
    return {
        "at": note.at.isoformat(),
        "last_at": note.last_at.isoformat(),
        "what": note.what.value,
        "times": note.times,
        "error": note.error,
        "process": note.process,
        "request_id": note.request_id,
        "by": by.slack_id if by else None,
    }


def _in_words(line: dict[str, Any]) -> str:
    times = f" {line['times']}×" if line["times"] > 1 else ""
    more = [line["error"], line["process"] or line["by"] or "command line", line["request_id"]]
    return f"{line['at'][:19]}  {line['what']}{times}  " + "  ".join(str(part) for part in more if part)


def _say_json(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")

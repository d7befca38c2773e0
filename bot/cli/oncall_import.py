"""`evenhand oncall import`: schedules from a YAML file, or from another on-call tool. All of it, or nothing."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot.cli.oncall import group
from bot.cli.oncall_people import speaking_workspace
from bot.cli.program import Stop, command, out
from bot.clock import system_clock
from bot.settings import load
from triage.oncall.exchange.applying import Applied, apply, people_by_slack_id
from triage.oncall.exchange.changes import Change, Happens
from triage.oncall.exchange.document import Document, FileRefused
from triage.oncall.exchange.foreign import Misfit, mapping_of
from triage.oncall.exchange.reading import from_yaml
from triage.oncall.exchange.tools import Tool, from_tool

_MOST_BYTES = 4_000_000
_MARKS = {Happens.ADDED: "+", Happens.CHANGED: "~", Happens.REMOVED: "-", Happens.SAME: "="}


class _OnlyLooked(Exception):
    """Rolls back what --dry-run tried."""


@command(group, "import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file; “-” reads standard input.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    tool: Annotated[
        Tool, typer.Option("--from", help="Whose file it is. All but Evenhand's own are JSON.")
    ] = Tool.EVENHAND,
    person: Annotated[
        list[str] | None,
        typer.Option(help="With another tool's file: “their name or e-mail=Slack id”, once for each person."),
    ] = None,
    people: Annotated[
        Path | None, typer.Option(help="The same as a YAML file: one “their name: Slack id” a line.")
    ] = None,
) -> None:
    """Make the schedules like the file. What the file does not name stays as it is; overrides are only added."""
    text = _text(file)
    with speaking_workspace(load()) as (database, team_id):
        applied: Applied | None = None
        try:
            with database.transaction() as session:
                known = people_by_slack_id(session, team_id)
                document, misfits = _document(text, tool, known, _given(person or [], people), team_id)
                applied = apply(session, team_id, document, by=None, now=system_clock())
                if dry_run:
                    raise _OnlyLooked
        except _OnlyLooked:
            pass
        except FileRefused as refused:
            _refuse(refused, file)
    if applied is not None:
        _show(applied, misfits, dry_run=dry_run)


def _text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read(_MOST_BYTES + 1) if file == "-" else _bytes(Path(file))
        if len(raw) > _MOST_BYTES:
            raise Stop(f"{file} is longer than {_MOST_BYTES // 1_000_000} MB.", "Split it.", code=2)
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as no:
        line = no.object.count(b"\n", 0, no.start) + 1
        raise Stop(f"Line {line} of {file} is not UTF-8.", "Save the file as UTF-8.", code=2) from None


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(_MOST_BYTES + 1)
    except OSError as trouble:
        raise Stop(
            f"{path} cannot be read ({trouble.strerror}).", "Give the path of a file.", code=2
        ) from None


def _given(pairs: Iterable[str], file: Path | None) -> dict[str, str]:
    found = {}
    if file is not None:
        try:
            found = mapping_of(_text(str(file)))
        except FileRefused as refused:
            _refuse(refused, str(file))
    for pair in pairs:
        theirs, equals, slack_id = pair.rpartition("=")
        if not equals or not theirs.strip() or not slack_id.strip():
            raise Stop(
                f"--person {pair} names nobody.", "Write it as --person ben@example.com=U024BE7LH", code=2
            )
        found[theirs.strip()] = slack_id.strip()
    return found


def _document(
    text: str, tool: Tool, known: dict[str, int], given: dict[str, str], team_id: str
) -> tuple[Document, tuple[Misfit, ...]]:
    if tool is Tool.EVENHAND:
        if given:
            raise Stop(
                "Evenhand's own files name people by Slack id.", "Leave --person and --people out.", code=2
            )
        return from_yaml(text, known, team_id), ()
    return from_tool(tool, text, given, known, team_id=team_id, now=system_clock())


def _refuse(refused: FileRefused, file: str) -> None:
    many = f"{len(refused.wrong)} things are wrong" if len(refused.wrong) > 1 else "one thing is wrong"
    lines = "\n  ".join(str(wrong) for wrong in refused.wrong)
    raise Stop(f"Nothing was changed: {many} in {file}.", lines, code=2)


# --- What became of it ------------------------------------------------------------------------------


def _show(applied: Applied, misfits: Iterable[Misfit], *, dry_run: bool) -> None:
    for schedule in applied.schedules:
        _line(schedule.schedule, 0)
        for change in (*schedule.rotations, *schedule.overrides):
            _line(change, 1)
    if applied.group is not None:
        _line(applied.group, 0)
    if applied.untouched:
        out.print(f"Not in the file, and left alone: {escape(', '.join(applied.untouched))}.", soft_wrap=True)
    if applied.over:
        out.print(f"Overrides that are over and were left out: {applied.over}.", soft_wrap=True)
    for misfit in misfits:
        out.print(f"! {escape(str(misfit))}", soft_wrap=True)
    if not applied.changes_something:
        out.print("Nothing changes: the desk has all of it already.")
    elif dry_run:
        out.print("Nothing was changed. To do it, run the same without --dry-run.")
    else:
        out.print("Done.")


def _line(change: Change, depth: int) -> None:
    details = f" ({'; '.join(change.details)})" if change.details else ""
    mark = _MARKS[change.happens]
    out.print(
        f"{'  ' * depth}{mark} {escape(change.name)}: {change.happens}{escape(details)}", soft_wrap=True
    )

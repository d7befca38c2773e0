"""`evenhand bench`: what this machine makes of the desk; its subcommands measure single pieces beside others."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.bench.databases import POSTGRESQL, SQLITE, NoServer
from bot.bench.processes import NotStarted
from bot.bench.running.machine import about
from bot.cli.measured import encoder_unless
from bot.cli.program import Stop, app, errors_in_words
from bot.cli.waiting import stepping

group = typer.Typer()
app.add_typer(group, name="bench")


class Kind(StrEnum):
    """A database to measure on."""

    SQLITE = SQLITE
    POSTGRESQL = POSTGRESQL


@group.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    only: Annotated[
        str, typer.Option(help="Only these parts, with commas: decision, ack, end_to_end, idle, growth.")
    ] = "",
    quick: Annotated[bool, typer.Option("--quick", help="All parts together in less than a minute.")] = False,
    database: Annotated[
        list[Kind] | None,
        typer.Option(help="May be given twice. Default: both; SQLite alone with --quick."),
    ] = None,
    lexical: Annotated[bool, typer.Option("--lexical", help="Decisions by words alone.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The table as the README shows it.")] = False,
    save: Annotated[
        Path | None, typer.Option(help="Also write the figures, machine, day and versions here.")
    ] = None,
    read: Annotated[
        list[Path] | None,
        typer.Option(
            "--from", help="Measure nothing, and show what --save wrote; may be given several times."
        ),
    ] = None,
) -> None:
    """Measure on this machine: the decision, Slack's receipt, question to answer, the cost of rest, and growth.

    PostgreSQL is the server at TEST_DATABASE_URL, or one that pip brings along (the extra test).
    """
    if context.invoked_subcommand is not None:
        return
    with errors_in_words():
        if save and read:
            raise Stop(
                "--from measures nothing, so there is nothing for --save to keep.",
                "Copy the files, or leave one of the two out.",
                code=2,
            )
        measured = [_read(file) for file in read or ()]
        measured = measured or [_measured(only, database, quick=quick, lexical=lexical)]
        if save:
            save.parent.mkdir(parents=True, exist_ok=True)
            save.write_text(json.dumps(measured[0], indent=1) + "\n", encoding="utf-8")
        _tell(measured, as_json=as_json, markdown=markdown)


def _measured(only: str, kinds: list[Kind] | None, *, quick: bool, lexical: bool) -> dict[str, Any]:
    # What trains, serves and draws takes seconds to load, which the subcommands do not need.
    from bot.bench.running.whole import QUICK, THOROUGH, Bench, parts_named

    try:
        parts = parts_named(only)
    except KeyError as unknown:
        raise Stop(
            f"There is no part {unknown}.", "Parts: decision, ack, end_to_end, idle, growth.", code=2
        ) from None
    wanted = tuple(kinds or ([Kind.SQLITE] if quick else list(Kind)))
    encoder = encoder_unless(lexical or quick) if "decision" in parts else None
    try:
        with stepping() as step:
            bench = Bench([kind.value for kind in wanted], QUICK if quick else THOROUGH, encoder, step)
            return {"about": {**about(), "quick": quick}, **bench.measure(parts)}
    except NoServer:
        raise Stop(
            "There is no PostgreSQL to measure on.",
            "Set TEST_DATABASE_URL, or: pip install 'evenhand[test]', or: --database sqlite",
            code=2,
        ) from None
    except NotStarted as fell:
        raise Stop(f"What was to be measured did not run: {fell}") from None


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as unreadable:
        raise Stop(
            f"{file} cannot be read: {unreadable}.", "Write one: evenhand bench --save FILE", code=2
        ) from None
    if not isinstance(found, dict) or "about" not in found:
        raise Stop(f"{file} holds no figures.", "Write some: evenhand bench --save FILE", code=2)
    return found


def _tell(measured: list[dict[str, Any]], *, as_json: bool, markdown: bool) -> None:
    from bot.cli.bench_figures import as_markdown, show, together

    if as_json:
        figures = {part: found for part, found in together(measured).items() if part != "about"}
        sys.stdout.write(json.dumps(figures) + "\n")
    elif markdown:
        sys.stdout.write(as_markdown(measured))
    else:
        show(measured)

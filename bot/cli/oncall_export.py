"""`evenhand oncall export`: the schedules as a YAML file to read, to keep, and to change."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot.cli.oncall import group
from bot.cli.oncall_people import the_schedule
from bot.cli.program import Stop, command, out
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.oncall.exchange.applying import exported


@command(group, "export")
def export(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; without it, standard output.")
    ] = None,
    schedule: Annotated[str, typer.Option(help="Only the schedule with this name.")] = "",
) -> None:
    """Write the schedules, the overrides still to come and the on-call list as YAML. `import` reads it back."""
    with the_workspace(load()) as (database, team_id), database.reading() as session:
        only = the_schedule(session, team_id, schedule).name if schedule else None
        text = exported(session, team_id, now=system_clock(), only=only)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as trouble:
        raise Stop(f"{output} cannot be written ({trouble.strerror}).", "Choose another file.") from None
    out.print(f"Written to {escape(str(output))}.", soft_wrap=True)

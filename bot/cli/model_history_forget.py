"""`evenhand model history forget`: takes imported tickets out again, after it was said what goes."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.model_history import history
from bot.cli.program import command, out
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.learning.history_forget import forget, imported


@command(history, "forget")
def forget_history(
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it, only say what would go.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Take all imported tickets out again, with what people said of them here: after a wrong mapping, for example.

    The desk's own tickets and their labels stay, and so do models that learned before.
    """
    with the_workspace(load()) as (database, team_id):
        if yes:
            with database.transaction() as session:
                gone = forget(session, team_id, by=None, now=system_clock())
        else:
            with database.reading() as session:
                gone = imported(session, team_id)
    if as_json:
        sys.stdout.write(json.dumps({**asdict(gone), "forgotten": yes}) + "\n")
    elif not gone.tickets:
        out.print("No old tickets were imported.")
    else:
        what = f"{gone.tickets:,} imported tickets and {gone.labels:,} labels, {gone.reviewed:,} of them given here"
        out.print(
            f"Gone: {what}." if yes else f"There are {what}. To take them out: --yes",
            markup=False,
            soft_wrap=True,
        )

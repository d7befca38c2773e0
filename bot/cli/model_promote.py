"""`evenhand model promote` and `rollback`: lets another model serve, in one step each."""

import json
import sys
from typing import Annotated

import typer

from bot.cli.model import group, told_in_words
from bot.cli.program import Stop, command, out
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.classifier import registry

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@command(group, "promote")
def promote(
    name: Annotated[str, typer.Argument(help="The model that is to serve.")],
    despite: Annotated[
        str, typer.Option(help="Why it may serve although its gate failed; kept with the promotion.")
    ] = "",
    instead_of: Annotated[
        str | None,
        typer.Option(help="Only if this one still serves (“starter” for the starter model)."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Let a model serve instead of the one that does. Every process takes it over within seconds."""
    if name == registry.STARTER:
        raise Stop(
            "The starter model is not promoted: it serves when all others are taken back.",
            "Return to it: evenhand model rollback --starter",
            code=2,
        )
    with the_workspace(load()) as (database, team_id), told_in_words():
        with database.reading() as session:
            serving = registry.champion(session, team_id)
        before = serving.name if serving else registry.STARTER
        seen = instead_of or before
        with database.transaction() as session:
            registry.promote(
                session,
                team_id,
                name,
                instead_of=None if seen == registry.STARTER else seen,
                now=system_clock(),
                despite=despite,
            )
    _say(name, before, as_json=as_json)


@command(group, "rollback")
def rollback(
    to_starter: Annotated[bool, typer.Option("--starter", help="All the way to the starter model.")] = False,
    as_json: Json = False,
) -> None:
    """Return to the model that served before."""
    with the_workspace(load()) as (database, team_id), told_in_words():
        with database.reading() as session:
            serving = registry.champion(session, team_id)
        before = serving.name if serving else registry.STARTER
        with database.transaction() as session:
            back = registry.roll_back(
                session, team_id, instead_of=before, now=system_clock(), to_starter=to_starter
            )
            now_serving = back.name if back else registry.STARTER
    _say(now_serving, before, as_json=as_json)


def _say(serves: str, before: str, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"serves": serves, "instead_of": before}) + "\n")
    else:
        out.print(f"{serves} serves now, instead of {before}.", markup=False, soft_wrap=True)

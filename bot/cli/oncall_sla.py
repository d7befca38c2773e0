"""`evenhand oncall sla`: what the desk promises, and how it kept that."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from bot.cli.oncall import group
from bot.cli.program import Stop, command, out, show_table
from bot.cli.workspace import policy_of, the_workspace
from bot.clock import system_clock
from bot.settings import load
from bot.web.console.words_promises import told
from triage.reports.promises import Kept, kept
from triage.sla.targets import PromisesRefused, SlaPolicy, in_words
from triage.sla.versions import PromisesChanged, promises, save_promises
from triage.vocabulary import Promise, Urgency

sla = typer.Typer(help="What the desk promises by urgency, and how it kept that.", no_args_is_help=True)
group.add_typer(sla, name="sla")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@command(sla, "show")
def show(as_json: AsJson = False) -> None:
    """Show how long a first answer and a solution may take."""
    with the_workspace(load()) as (database, team_id), database.reading() as session:
        policy = promises(session, team_id)
    _show(policy, as_json)


@command(sla, "set")
def set_(
    urgency: Annotated[
        str, typer.Argument(help="low, medium, high or critical; none for the two options below.")
    ] = "",
    first_response: Annotated[str | None, typer.Option(help="e.g. “45m” or “4h”.")] = None,
    resolution: Annotated[str | None, typer.Option(help="e.g. “8h” or “1h 30m”.")] = None,
    around_the_clock: Annotated[
        bool | None, typer.Option("--around-the-clock/--opening-hours", help="When time counts.")
    ] = None,
    warn_share: Annotated[
        float | None, typer.Option(help="“Due soon” from this share on, e.g. 0.75.")
    ] = None,
    grace: Annotated[str | None, typer.Option(help="At least so long after a reopening, e.g. “30m”.")] = None,
    as_json: AsJson = False,
) -> None:
    """Change what is promised. Tickets that run keep the promises they began with."""
    for_one = {
        "first_response": first_response,
        "resolution": resolution,
        "around_the_clock": around_the_clock,
    }
    for_all = {"warn_share": warn_share, "grace": grace}
    if all(value is None for value in (for_one | for_all).values()):
        raise Stop(
            "Nothing to change.", "For example: evenhand oncall sla set high --first-response 45m", code=2
        )
    with the_workspace(load()) as (database, team_id), database.transaction() as session:
        before = promises(session, team_id)
        definition = before.as_json() | _given(for_all)
        if given := _given(for_one):
            definition["targets"][_urgency(urgency)] |= given
        try:
            policy = save_promises(
                session, team_id, definition, seen=before.version, by=None, now=system_clock()
            )
        except PromisesRefused as refused:
            raise Stop(
                "These promises cannot be kept.", "\n  ".join(map(told, refused.problems)), code=2
            ) from None
        except PromisesChanged:
            raise Stop(
                "Somebody else changed them in this moment.", "Look again: evenhand oncall sla show"
            ) from None
    _show(policy, as_json)


@command(sla, "report")
def report(as_json: AsJson = False) -> None:
    """Show which share was kept, by urgency and month. Of the desk as a whole, never of a person."""
    settings = load()
    with the_workspace(settings) as (database, team_id), database.reading() as session:
        rows = kept(
            session, team_id, zone=policy_of(settings, session, team_id).opening.zone, now=system_clock()
        )
    if as_json:
        sys.stdout.write(json.dumps({"kept": [_kept_json(row) for row in rows]}) + "\n")
        return
    if not rows:
        out.print("No promise has ended yet.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("month", "promise", "urgency", "kept", "of"):
        table.add_column(title, justify="right" if title in ("kept", "of") else "left")
    for row in rows:
        table.add_row(
            f"{row.month:%Y-%m}", _name(row.promise), str(row.urgency), f"{row.share:.0%}", str(row.count)
        )
    show_table(table)


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _urgency(text: str) -> str:
    try:
        return str(Urgency(text.lower()))
    except ValueError:
        said = f"There is no urgency “{text}”." if text else "For which urgency?"
        raise Stop(said, "Urgencies: low, medium, high, critical.", code=2) from None


def _name(promise: Promise) -> str:
    return promise.replace("_", " ")


def _kept_json(row: Kept) -> dict[str, Any]:
    return {
        "month": f"{row.month:%Y-%m}",
        "promise": str(row.promise),
        "urgency": str(row.urgency),
        "kept": row.kept,
        "promises": row.count,
        "share": round(row.share, 4),
    }


def _show(policy: SlaPolicy, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"version": policy.version} | policy.as_json()) + "\n")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("urgency", "first answer within", "solved within", "counts"):
        table.add_column(title)
    for urgency in reversed(Urgency):
        target = policy.targets[urgency]
        counts = "around the clock" if target.around_the_clock else "in opening hours"
        table.add_row(str(urgency), in_words(target.first_response), in_words(target.resolution), counts)
    show_table(table)
    out.print(
        f"“Due soon” from {policy.warn_share:.0%} on; at least {in_words(policy.grace)} after a reopening. "
        f"Version {policy.version}{', what Evenhand came with' if not policy.version else ''}.",
        soft_wrap=True,
    )

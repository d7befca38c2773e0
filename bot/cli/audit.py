"""`evenhand audit list`: who changed policies, people, models and articles."""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.oncall_people import the_moment
from bot.cli.program import app, command, out, show_table
from bot.cli.workspace import the_workspace
from bot.settings import load
from triage.audit_log import Noted, Wanted, noted

group = typer.Typer(help="Who changed what on the desk.", no_args_is_help=True)
app.add_typer(group, name="audit")


@command(group, "list")
def list_audit(
    kind: Annotated[
        str, typer.Option(help="The first word of what happened: article, person, model, escalation, …")
    ] = "",
    person: Annotated[str, typer.Option(help="Member id: what they did, or what was done to them.")] = "",
    since: Annotated[str, typer.Option(help="A day or moment, UTC: 2027-03-01 or “2027-03-01 09:00”.")] = "",
    until: Annotated[str, typer.Option(help="A day, which is included, or a moment.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The latest so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a change.")] = False,
) -> None:
    """List who changed policies, people, models and articles, the latest first."""
    wanted = Wanted(kind, person, _moment(since), _moment(until, ends=True))
    with the_workspace(load()) as (database, team_id), database.reading() as session:
        found = noted(session, team_id, wanted, limit=limit)
        if as_json:
            for one in found:
                sys.stdout.write(json.dumps(_as_json(one), ensure_ascii=False) + "\n")
            return
        if not found:
            out.print("Nothing was changed, as far as this asks.", soft_wrap=True)
            return
        table = Table("When (UTC)", "Who", "What", "Details")
        for one in found:
            at = one.entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            table.add_row(at, escape(one.who), one.entry.what, escape(_details(one.entry.details)))
        show_table(table)


def _moment(text: str, *, ends: bool = False) -> datetime | None:
    return the_moment(text, ZoneInfo("UTC"), ends=ends) if text else None


def _details(details: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in details.items())


def _as_json(one: Noted) -> dict[str, Any]:
    entry = one.entry
    return {
        "at": entry.at.isoformat(),
        "what": entry.what,
        "by": one.by.slack_id if one.by else None,
        "account": entry.account,
        "request_id": entry.request_id,
        "details": entry.details,
    }

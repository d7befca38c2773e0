"""`evenhand oncall look-ahead`: what will go wrong on the rota. The exit code says whether there is a gap."""

import json
import sys
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.oncall import group
from bot.cli.program import command, out, show_table
from bot.cli.workspace import policy_of, the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.oncall.look_ahead import Concern, ConcernKind, look_ahead

_SAID = {
    ConcernKind.GAP: "nobody is on",
    ConcernKind.UNREACHABLE: "out of reach",
    ConcernKind.AWAY: "stands in, and is away",
    ConcernKind.NIGHTS: "many nights running",
    ConcernKind.QUICK_RETURN: "little rest between",
    ConcernKind.HOURS: "many hours in a week",
    ConcernKind.HOLIDAY: "on a holiday",
}


@command(group, "look-ahead")
def ahead(
    days: Annotated[int, typer.Option(min=1, max=366, help="How far.")] = 90,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Gaps, people out of reach, too many nights running, too little rest. Exit code 1 where there is a gap."""
    settings, now = load(), system_clock()
    with the_workspace(settings) as (database, team_id), database.reading() as session:
        found = look_ahead(
            session, team_id, now=now, days=days, rules=policy_of(settings, session, team_id).care
        )
    gaps = [one for one in found if one.kind is ConcernKind.GAP]
    if as_json:
        told = {
            "start": now.isoformat(),
            "end": (now + timedelta(days=days)).isoformat(),
            "gaps": len(gaps),
            "concerns": [_row(one) for one in found],
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        _show(found, days, now)
    if gaps:
        raise typer.Exit(1)


def _row(concern: Concern) -> dict[str, str]:
    return {
        "kind": concern.kind.value,
        "start": concern.start.isoformat(),
        "end": concern.end.isoformat(),
        "sentence": concern.sentence,
    }


def _show(found: list[Concern], days: int, now: datetime) -> None:
    if not found:
        out.print(f"Nothing to worry about in the next {days} days.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("week of", "what", "about"):
        table.add_column(title, no_wrap=title != "about")
    for one in found:
        # The days that its sentence names.
        first = max(one.start, now).astimezone(one.zone)
        monday = first - timedelta(days=first.weekday())
        mark = "[red]{}[/red]" if one.kind is ConcernKind.GAP else "{}"
        table.add_row(f"{monday:%d %b %Y}", mark.format(_SAID[one.kind]), escape(one.sentence))
    show_table(table)

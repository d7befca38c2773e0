"""`evenhand oncall rota`: the coming weeks of every schedule, its gaps among them."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.oncall import group
from bot.cli.oncall_people import everybody, the_moment
from bot.cli.oncall_words import People, called, reason, shift_line
from bot.cli.program import command, out, show_table
from bot.cli.workspace import policy_of, the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.oncall.plan import DutyRole, Plan, Shift
from triage.oncall.plans import plans
from triage.oncall.shifts import gaps, resolve

_BAR = 28
# With less room the bars would cut the words beside them.
_ROOM_FOR_BARS = 120


@command(group, "rota")
def rota(
    weeks: Annotated[int, typer.Option(min=1, max=52, help="How many weeks.")] = 4,
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day; today without.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Who is on in the coming weeks, and where nobody is. Times are the schedule's own."""
    settings, now = load(), system_clock()
    with the_workspace(settings) as (database, team_id), database.reading() as session:
        start = the_moment(since, policy_of(settings, session, team_id).opening.zone) if since else now
        end = start + timedelta(weeks=weeks)
        people = everybody(session, team_id)
        found = plans(session, team_id, start=start, end=end)
    if as_json:
        told = {"start": start.isoformat(), "end": end.isoformat()}
        rows = [_as_json(plan, start, end, people) for plan in found]
        sys.stdout.write(json.dumps(told | {"schedules": rows}, ensure_ascii=False) + "\n")
        return
    if not found:
        out.print("No schedule yet. Make one in the console, or: evenhand oncall import FILE", soft_wrap=True)
    for plan in found:
        _show(plan, start, end, people)


def _as_json(plan: Plan, start: datetime, end: datetime, people: People) -> dict[str, Any]:
    return {
        "schedule": plan.schedule.name,
        "zone": plan.schedule.zone.key,
        "shifts": [shift_line(shift, people) for shift in resolve(plan, start, end)],
        "gaps": [
            {"start": opens.isoformat(), "end": closes.isoformat(), "role": role.value}
            for role, opens, closes in _gaps(plan, start, end)
        ],
    }


def _gaps(plan: Plan, start: datetime, end: datetime) -> Iterator[tuple[DutyRole, datetime, datetime]]:
    for role in (DutyRole.PRIMARY, DutyRole.SECONDARY):
        for opens, closes in gaps(plan, start, end, role):
            yield role, opens, closes


def _show(plan: Plan, start: datetime, end: datetime, people: People) -> None:
    """A line a shift, in order; where there is room, with a bar for where in the time it lies."""
    zone = plan.schedule.zone
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        title=f"{escape(plan.schedule.name)} ({zone.key})",
        title_justify="left",
    )
    drawn = out.is_terminal and out.width >= _ROOM_FOR_BARS
    for title in ("from", "until", "role", "who", *([""] if drawn else []), "why"):
        table.add_column(title, no_wrap=title != "why")
    lines = [(shift.start, shift.end, shift.role, shift) for shift in resolve(plan, start, end)]
    empty = [(opens, closes, role, None) for role, opens, closes in _gaps(plan, start, end)]
    for opens, closes, role, shift in sorted([*lines, *empty], key=lambda line: (line[0], line[2])):
        bar = (
            _bar(opens, closes, start, end, "█")
            if shift
            else f"[red]{_bar(opens, closes, start, end, '░')}[/red]"
        )
        who, why = _who(shift, people)
        table.add_row(_local(opens, zone), _local(closes, zone), role, who, *([bar] if drawn else []), why)
    show_table(table)


def _who(shift: Shift | None, people: People) -> tuple[str, str]:
    if shift is None:
        return "[red]nobody[/red]", "should be covered, and is not"
    return escape(called(shift.person_id, people)), escape(reason(shift, people))


def _bar(opens: datetime, closes: datetime, start: datetime, end: datetime, mark: str) -> str:
    first = int(_BAR * ((opens - start) / (end - start)))
    last = max(first + 1, round(_BAR * ((closes - start) / (end - start))))
    return "·" * first + mark * (last - first) + "·" * (_BAR - last)


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %H:%M}"

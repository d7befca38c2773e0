"""`evenhand oncall who`: who is on now, or at any other moment, until when, and why."""

import json
import sys
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.oncall import group
from bot.cli.oncall_people import everybody, the_moment
from bot.cli.oncall_words import reason, shift_line
from bot.cli.program import command, out, show_table
from bot.cli.workspace import policy_of, the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.oncall.current import on_call
from triage.oncall.plan import Shift
from triage.oncall.plans import on_duty, schedules
from triage.people.models import Person


@command(group, "who")
def who(
    at: Annotated[
        str, typer.Option(metavar="TIME", help="Another moment: “2027-03-01 09:00”, in the desk's zone.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Who is on call, until when and why. Without a schedule, the desk's on-call list in its order."""
    settings = load()
    with the_workspace(settings) as (database, team_id), database.reading() as session:
        zone = policy_of(settings, session, team_id).opening.zone
        moment = the_moment(at, zone) if at else system_clock()
        people = everybody(session, team_id)
        titles = {one.id: one.name for one in schedules(session, team_id)}
        on = on_duty(session, team_id, at=moment)
        listed = [] if titles else [person.called for person in on_call(session, team_id)]
    if as_json:
        told = {"at": moment.isoformat(), "on": [_row(one, titles, people) for one in on], "list": listed}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    elif titles:
        _show(on, titles, people, zone)
    elif listed:
        out.print(f"No schedule yet. Asked in this order: {escape(', '.join(listed))}.", soft_wrap=True)
    else:
        out.print("Nobody is on call. Name somebody in Slack: /oncall set", soft_wrap=True)


def _row(shift: Shift, titles: dict[int, str], people: dict[int, Person]) -> dict[str, Any]:
    return {"schedule": titles[shift.schedule_id], **shift_line(shift, people)}


def _show(on: list[Shift], titles: dict[int, str], people: dict[int, Person], zone: ZoneInfo) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("schedule", "role", "who", f"until ({zone.key})", "why"):
        table.add_column(title)
    for name in titles.values():
        here = [shift for shift in on if titles[shift.schedule_id] == name]
        if not here:
            table.add_row(escape(name), "", "nobody", "", "")
        for shift in here:
            table.add_row(
                escape(name),
                shift.role,
                escape(people[shift.person_id].called),
                _until(shift.end, zone),
                escape(reason(shift, people)),
            )
    show_table(table)


def _until(end: datetime, zone: ZoneInfo) -> str:
    return f"{end.astimezone(zone):%a %d %b %H:%M}"

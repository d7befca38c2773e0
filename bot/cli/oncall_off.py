"""`evenhand oncall off`: somebody's time off, added, listed and removed. Of what kind it is, no list says."""

import json
import sys
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.oncall import group
from bot.cli.oncall_people import everybody, refused_in_words, speaking_workspace, the_moment, the_person
from bot.cli.oncall_words import called, local
from bot.cli.program import Stop, command, out, show_table
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.oncall.absences import absences_of, add_absence, remove_absence
from triage.oncall.plan import AbsenceKind

off = typer.Typer(help="Time off: add, list, remove.", no_args_is_help=True)
group.add_typer(off, name="off")

_AHEAD = timedelta(days=400)


@command(off, "add")
def add(
    person: Annotated[str, typer.Argument(help="By name or Slack id.")],
    start: Annotated[str, typer.Argument(metavar="FROM", help="A day, or “2027-03-01 09:00”.")],
    end: Annotated[str, typer.Argument(metavar="UNTIL", help="The last day, or a moment.")],
    kind: Annotated[str, typer.Option(help="time_off, sick, learning or protected.")] = "time_off",
) -> None:
    """Somebody is away. Times are in their own zone; a last day is included."""
    settings = load()
    with speaking_workspace(settings) as (database, team_id), database.transaction() as session:
        who = the_person(session, team_id, person)
        zone = ZoneInfo(who.time_zone)
        with refused_in_words():
            made = add_absence(
                session,
                who,
                kind=_kind(kind),
                start=the_moment(start, zone),
                end=the_moment(end, zone, ends=True),
                by=None,
                now=system_clock(),
            )
        said = f"{who.called} is off from {local(made.start, zone)} until {local(made.end, zone)}."
    out.print(f"{escape(said)} Number {made.id}.", soft_wrap=True)


@command(off, "list")
def show(
    person: Annotated[str, typer.Argument(help="By name or Slack id; everybody without.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Who is or will be away, and when."""
    now = system_clock()
    with the_workspace(load()) as (database, team_id), database.reading() as session:
        people = everybody(session, team_id)
        ids = [the_person(session, team_id, person).id] if person else list(people)
        found = absences_of(session, ids, start=now, end=now + _AHEAD)
    rows = [
        {
            "number": one.id,
            "who": called(one.person_id, people),
            "start": one.start.isoformat(),
            "end": one.end.isoformat(),
        }
        for one in found
    ]
    if as_json:
        sys.stdout.write(json.dumps({"off": rows}, ensure_ascii=False) + "\n")
        return
    if not found:
        out.print("Nobody is away.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("number", "who", "from", "until"):
        table.add_column(title)
    for one in found:
        zone = ZoneInfo(people[one.person_id].time_zone)
        who = escape(called(one.person_id, people))
        table.add_row(str(one.id), who, local(one.start, zone), local(one.end, zone))
    show_table(table)


@command(off, "remove")
def remove(number: Annotated[int, typer.Argument(help="As “off list” shows it.")]) -> None:
    """They are back, or never leave."""
    with speaking_workspace(load()) as (database, team_id), database.transaction() as session:
        now = system_clock()
        here = absences_of(session, everybody(session, team_id), start=now, end=now + _AHEAD)
        if number not in {one.id for one in here}:
            raise Stop(f"There is no time off with number {number}.", "See evenhand oncall off list.", code=2)
        with refused_in_words():
            remove_absence(session, number, by=None, now=now)
    out.print("Removed.")


def _kind(named: str) -> AbsenceKind:
    kinds = [kind for kind in AbsenceKind if kind is not AbsenceKind.REST]
    for kind in kinds:
        if named.strip().lower().replace(" ", "_") == kind:
            return kind
    raise Stop(f"There is no kind “{named}”.", f"Kinds: {', '.join(kinds)}.", code=2)

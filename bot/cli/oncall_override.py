"""`evenhand oncall override` and `cover`: somebody else is on than the rules say."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from bot.cli.oncall import group
from bot.cli.oncall_people import (
    everybody,
    refused_in_words,
    speaking_workspace,
    the_moment,
    the_person,
    the_role,
    the_schedule,
)
from bot.cli.oncall_words import called, local
from bot.cli.program import Stop, command, out
from bot.cli.workspace import policy_of
from bot.clock import system_clock
from bot.settings import load
from triage.oncall.cover import cover_now
from triage.oncall.overrides import add_override, remove_override
from triage.oncall.plan import OverrideKind
from triage.oncall.plans import on_duty, plans
from triage.people.models import Person

override = typer.Typer(help="Put somebody on or off for a while, and take that back.", no_args_is_help=True)
group.add_typer(override, name="override")


@command(override, "add")
def add(
    start: Annotated[str, typer.Argument(metavar="FROM", help="“2027-03-01 09:00”, in the schedule's zone.")],
    end: Annotated[str, typer.Argument(metavar="UNTIL", help="A moment, or the last day.")],
    person: Annotated[str, typer.Option("--on", help="Who comes on.")] = "",
    instead_of: Annotated[str, typer.Option("--instead-of", help="Who goes off.")] = "",
    role: Annotated[str, typer.Option(help="primary, secondary or shadow.")] = "primary",
    schedule: Annotated[str, typer.Option(help="Which one, where there are several.")] = "",
) -> None:
    """With --on somebody is on as well, with both one stands in for the other, with --instead-of alone nobody does."""
    with speaking_workspace(load()) as (database, team_id), database.transaction() as session:
        chosen = the_schedule(session, team_id, schedule)
        who = the_person(session, team_id, person) if person else None
        other = the_person(session, team_id, instead_of) if instead_of else None
        with refused_in_words():
            made = add_override(
                session,
                chosen.id,
                kind=_kind(who, other),
                role=the_role(role),
                start=the_moment(start, chosen.zone),
                end=the_moment(end, chosen.zone, ends=True),
                person=who,
                instead_of=other,
                by=None,
                now=system_clock(),
            )
    out.print(f"“{escape(chosen.name)}” is changed. Number {made.id}.", soft_wrap=True)


def _kind(person: Person | None, instead_of: Person | None) -> OverrideKind:
    if person is None:
        return OverrideKind.REMOVE
    return OverrideKind.ADD if instead_of is None else OverrideKind.REPLACE


@command(override, "remove")
def remove(number: Annotated[int, typer.Argument(help="As “override add” said it.")]) -> None:
    """From now on the rules say again who is on."""
    with speaking_workspace(load()) as (database, team_id), database.transaction() as session:
        now = system_clock()
        known = {
            one.id: one
            for plan in plans(session, team_id, start=now, end=now.replace(year=now.year + 10))
            for one in plan.overrides
        }
        if number not in known:
            raise Stop(
                f"There is no override {number} that still holds.", "See evenhand oncall rota.", code=2
            )
        if known[number].origin:
            raise Stop(
                f"Override {number} came of a swap or of cover.",
                "Undo that in Slack or on My on-call.",
                code=2,
            )
        remove_override(session, number, by=None, now=now)
    out.print("Removed.")


@command(group, "cover")
def cover(
    taker: Annotated[str, typer.Argument(help="Who stands in.")],
    instead_of: Annotated[str, typer.Option("--for", help="For whom, where several are on.")] = "",
) -> None:
    """In an emergency: somebody stands in for whoever is on, from now to the end of the shift. Both are told."""
    settings = load()
    with speaking_workspace(settings) as (database, team_id), database.transaction() as session:
        now = system_clock()
        who = the_person(session, team_id, taker)
        owner = the_person(session, team_id, instead_of) if instead_of else None
        on = [one for one in on_duty(session, team_id, at=now) if owner is None or one.person_id == owner.id]
        if not on:
            raise Stop("Nobody like that is on now.", "See evenhand oncall who.")
        people = everybody(session, team_id)
        if len(on) > 1:
            names = ", ".join(sorted({called(one.person_id, people) for one in on}))
            raise Stop("Several people are on now.", f"Say for whom, with --for: {names}.", code=2)
        with refused_in_words():
            made = cover_now(
                session, on[0], taker=who, by=None, now=now, rules=policy_of(settings, session, team_id).care
            )
        zone = ZoneInfo(who.time_zone)
        said = f"{who.called} stands in for {called(made.owner_id, people)} until {local(made.end, zone)}."
    out.print(escape(said), soft_wrap=True)

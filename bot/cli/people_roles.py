"""`evenhand people list` and `role`: who may do what here, and since what."""

import json
import sys
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.oncall_people import refused_in_words
from bot.cli.people import Who, group
from bot.cli.program import Stop, command, out, show_table
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.people.models import Person
from triage.people.roster import change_role, known, team_s_people
from triage.vocabulary import Role, RoleFrom

_FROM = {
    RoleFrom.HAND: "by hand",
    RoleFrom.SETTINGS: "the settings",
    RoleFrom.GROUP: "the user group",
    None: "",
}


@command(group, "list")
def list_people(
    role: Annotated[
        str, typer.Option(help="Only these: admin, agent or requester. Default: admins and agents.")
    ] = "",
    everybody: Annotated[bool, typer.Option("--all", help="Requesters too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a person.")] = False,
) -> None:
    """List who answers and who administers, and what gave them their role."""
    only = the_role(role) if role else None
    with the_workspace(load()) as (database, team_id), database.reading() as session:
        people = team_s_people(session, team_id, only)
        if only is None and not everybody:
            people = [person for person in people if person.answers]
        if as_json:
            for person in people:
                sys.stdout.write(json.dumps(_as_json(person)) + "\n")
            return
        if not people:
            out.print("Nobody. Make yourself an admin: evenhand people role U… admin", soft_wrap=True)
            return
        table = Table("Member id", "Name", "Role", "From")
        for person in people:
            name = escape(person.name or "")
            table.add_row(person.slack_id, name, person.role, _FROM[person.role_from])
        show_table(table)


@command(group, "role")
def set_role(
    who: Who,
    role: Annotated[str, typer.Argument(help="admin, agent or requester.")],
) -> None:
    """Give somebody a role. Their visits to the console end, and the change is noted."""
    wanted = the_role(role)
    with the_workspace(load()) as (database, team_id), database.transaction() as session, refused_in_words():
        person = known(session, team_id, who)
        if person is None:
            raise Stop(
                f"Nobody with the id {who} is known here.",
                "Once they wrote to the desk, or EVENHAND_AGENTS or EVENHAND_ADMINS names them, they are.",
                code=2,
            )
        before, came_from, called = person.role, person.role_from, person.called
        changed = change_role(session, person, wanted, because=RoleFrom.HAND, by=None, now=system_clock())
    if not changed:
        out.print(f"{called} is {wanted} already; it stays so until somebody changes it.", soft_wrap=True)
        return
    out.print(f"{called} is {wanted} now, instead of {before}.", markup=False, soft_wrap=True)
    if came_from in (RoleFrom.SETTINGS, RoleFrom.GROUP):
        source = _FROM[came_from]
        out.print(f"The role before came from {source}, which may give it again.", soft_wrap=True)


def the_role(named: str) -> Role:
    try:
        return Role(named.strip().lower())
    except ValueError:
        raise Stop(f"There is no role “{named}”.", f"Roles: {', '.join(Role)}.", code=2) from None


def _as_json(person: Person) -> dict[str, str | None]:
    return {
        "id": person.slack_id,
        "name": person.name,
        "role": person.role,
        "from": person.role_from,
    }

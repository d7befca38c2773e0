"""`evenhand workspace`: where the desk is installed, what each workspace set, and the keys that seal its tokens."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.people import speaking
from bot.cli.program import Stop, app, command, out, show_table
from bot.cli.workspace import the_database, which_team
from bot.clock import system_clock
from bot.kept_keys import make_sealer
from bot.sealing import SealBroken, new_key
from bot.settings import load
from bot.slack.installations import Installation, reseal, take_off_and_rest
from triage.people.models import Person, Team
from triage.people.roster import appoint
from triage.vocabulary import Role
from triage.workspace_rules import NAMES, RulesRefused, rules_of, set_rules

group = typer.Typer(
    help="The workspaces that the desk serves: see, set up, take off; and the keys of their tokens.",
    no_args_is_help=True,
)
app.add_typer(group, name="workspace")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
TheTeam = Annotated[
    str, typer.Argument(metavar="[T…]", help="The workspace; may be left out where there is one.")
]
_TITLES = {
    "desk_channel": "desk channel",
    "help_channels": "help channels",
    "opening_hours": "opening hours",
    "time_zone": "time zone",
    "holidays": "holidays",
    "closed_days": "closed days",
    "admin_group": "admins' user group",
    "agent_group": "agents' user group",
}


@command(group, "list")
def list_workspaces(as_json: AsJson = False) -> None:
    """List every workspace, with how the desk reaches it."""
    with the_database(load()) as database, database.reading() as session:
        told = [_told(session, team) for team in session.scalars(select(Team).order_by(Team.created_at))]
    if as_json:
        sys.stdout.write(json.dumps({"workspaces": told}, ensure_ascii=False) + "\n")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("workspace", "name", "state", "installed by", "agents", "admins"):
        table.add_column(title)
    for one in told:
        counts = (str(len(one["agents"])), str(len(one["admins"])))
        table.add_row(one["id"], escape(one["name"]), one["state"], one["installed_by"] or "–", *counts)
    show_table(table)


@command(group, "show")
def show(team: TheTeam = "", as_json: AsJson = False) -> None:
    """Show what one workspace set, and its people. Never its tokens."""
    with the_database(load()) as database, database.reading() as session:
        told = _told(session, session.get_one(Team, which_team(session, team)))
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for name, value in told.items():
        if name == "rules":
            for key, title in _TITLES.items():
                table.add_row(title, escape(_shown(value[key])))
        else:
            table.add_row(name.replace("_", " "), escape(_shown(value)))
    show_table(table)


@command(group, "set")
def set_up(
    team: TheTeam = "",
    desk_channel: Annotated[str | None, typer.Option(help="Id of the agents' channel (C…).")] = None,
    help_channels: Annotated[
        str | None, typer.Option(help="Ids of channels in which every message is a question (C…,C…).")
    ] = None,
    opening_hours: Annotated[str | None, typer.Option(help="“Mon-Fri 09:00-17:00”, or “always”.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="An IANA zone, like Europe/Berlin.")] = None,
    holidays: Annotated[
        str | None, typer.Option(help="Whose public holidays close the desk: “DE-BE”.")
    ] = None,
    closed_days: Annotated[str | None, typer.Option(help="“2027-12-24, 2027-12-27..2027-12-31”.")] = None,
    admin_group: Annotated[
        str | None, typer.Option(help="Id of the user group whose members are admins (S…).")
    ] = None,
    agent_group: Annotated[
        str | None, typer.Option(help="Id of the user group whose members are agents (S…).")
    ] = None,
    agents: Annotated[str, typer.Option(help="Member ids of new agents (U…,U…).")] = "",
    admins: Annotated[str, typer.Option(help="Member ids of new admins (U…,U…).")] = "",
) -> None:
    """Set up one workspace. An empty value (“”) leaves it to the desk's settings again."""
    given = {
        "desk_channel": desk_channel,
        "help_channels": help_channels,
        "opening_hours": opening_hours,
        "time_zone": time_zone,
        "holidays": holidays,
        "closed_days": closed_days,
        "admin_group": admin_group,
        "agent_group": agent_group,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    people = {Role.AGENT: _members(agents), Role.ADMIN: _members(admins)}
    now = system_clock()
    with speaking(load()) as database, database.transaction() as session:
        team_id = which_team(session, team)
        try:
            set_rules(session, team_id, changes, by=None, now=now)
        except RulesRefused as refused:
            said = f"{refused.problem}."
            raise Stop(f"{_TITLES[refused.field]}: {said}", "Nothing was changed.", code=2) from None
        for role, slack_ids in people.items():
            appoint(session, team_id, slack_ids, role, now=now)
    out.print(f"{team_id}: set.")


@command(group, "remove")
def remove(
    team: Annotated[str, typer.Argument(metavar="T…", help="The workspace.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget a workspace's tokens: the desk speaks there no more, and nothing falls due. What is stored stays."""
    now = system_clock()
    with the_database(load()) as database:
        with database.reading() as session:
            team_id = which_team(session, team)
        if not yes:
            typer.confirm(f"Stop serving {team_id}?", abort=True)
        with database.transaction() as session:
            if not take_off_and_rest(session, team_id, at=now, now=now):
                raise Stop(
                    f"{team_id} is not installed.", "Its token stands in the settings, or is gone already."
                )
    out.print(f"{team_id}: its tokens are gone. To come back, it installs the app again.", soft_wrap=True)


@command(group, "reseal")
def reseal_all() -> None:
    """Seal every stored token with the newest key; after that, the older keys can be taken away."""
    settings = load()
    sealer = make_sealer(settings)
    try:
        with the_database(settings) as database, database.transaction() as session:
            changed = reseal(session, sealer)
    except SealBroken:
        raise Stop(
            "A token was sealed with a key that is not in EVENHAND_ENCRYPTION_KEYS. Nothing was changed.",
            "Add that key at the end, or take the workspace off and install it again.",
        ) from None
    out.print(f"Sealed anew: {changed}. Every token opens with the newest key.")


@command(group, "key")
def key() -> None:
    """Make a key for EVENHAND_ENCRYPTION_KEYS. It is shown once and kept nowhere."""
    sys.stdout.write(new_key() + "\n")


def _told(session: Session, team: Team) -> dict[str, Any]:
    row = session.get(Installation, team.id)
    people = session.scalars(
        select(Person).where(Person.team_id == team.id, Person.role != Role.REQUESTER).order_by(Person.id)
    ).all()
    rules = rules_of(session, team.id)
    return {
        "id": team.id,
        "name": row.team_name if row else "",
        "state": _state(team, row),
        "installed_by": row.installed_by if row else None,
        "installed_at": row.installed_at.isoformat() if row else None,
        "token_ends_at": row.expires_at.isoformat() if row and row.expires_at else None,
        "agents": [person.slack_id for person in people if person.role is Role.AGENT],
        "admins": [person.slack_id for person in people if person.role is Role.ADMIN],
        "rules": {name: getattr(rules, name) for name in NAMES},
    }


def _state(team: Team, row: Installation | None) -> str:
    if team.left_at is not None:
        return "taken off"
    return "installed" if row is not None and row.removed_at is None else "by the token in the settings"


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(value) or "–"
    return str(value) if value else "–"


def _members(text: str) -> list[str]:
    found = [part.strip() for part in text.split(",") if part.strip()]
    for member in found:
        if not (member[:1] in ("U", "W") and member.isascii() and member.isalnum()):
            raise Stop(
                f"“{member[:40]}” is no member id.",
                "Open the person's profile in Slack, ⋮, “Copy member ID”.",
                code=2,
            )
    return found

"""`evenhand oncall policy`: who is asked, level by level; shows it, changes it, and says what would happen."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from bot.cli.oncall import group
from bot.cli.program import Stop, command, out, show_table
from bot.cli.workspace import policy_of, the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.escalation.dry_run import Step, StepKind, dry_run
from triage.escalation.moments import REMEDY, parse_moment
from triage.escalation.naming import names_at
from triage.escalation.policies import (
    NoSuchPolicy,
    PolicyRefused,
    built_in,
    policies,
    policy_named,
    save_policy,
)
from triage.escalation.policy_file import as_yaml, line_of, read_yaml
from triage.escalation.values import BUILT_IN, EscalationPolicy, How
from triage.tickets import queries
from triage.vocabulary import Urgency

policy_group = typer.Typer(
    help="Who is asked, level by level, and what would happen at some moment.", no_args_is_help=True
)
group.add_typer(policy_group, name="policy")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Named = Annotated[str, typer.Argument(metavar="NAME", help="A policy's name; “built in” is the desk's own.")]
_DOES = {
    StepKind.WAITS: "waits",
    StepKind.ASKS: "asks",
    StepKind.CALLS: "calls",
    StepKind.SKIPS: "skips",
    StepKind.REPEATS: "goes round",
    StepKind.LAST_RESORT: "last resort",
    StepKind.STARTS_AGAIN: "starts again",
}


@command(policy_group, "list")
def list_policies(as_json: AsJson = False) -> None:
    """List the policies, the most exact first, as they are looked at for a ticket."""
    settings = load()
    with the_workspace(settings) as (database, team_id), database.reading() as session:
        policy = policy_of(settings, session, team_id)
        found = [*policies(session, team_id), built_in(session, team_id, policy=policy)]
        if as_json:
            sys.stdout.write(json.dumps({"policies": [one.as_json() for one in found]}) + "\n")
            return
        table = Table(box=None, padding=(0, 2, 0, 0))
        for title in ("policy", "for", "levels", "version"):
            table.add_column(title)
        for one in found:
            table.add_row(escape(one.name), escape(_for(one)), str(len(one.levels)), str(one.version or "–"))
        show_table(table)


def _for(one: EscalationPolicy) -> str:
    parts = [", ".join(u.value for u in Urgency if u in one.urgencies), ", ".join(sorted(one.categories))]
    return " in ".join(part for part in parts if part) or "every ticket that no other fits"


@command(policy_group, "show")
def show_policy(name: Named = BUILT_IN, as_json: AsJson = False) -> None:
    """Show one as the file that `set` reads."""
    settings = load()
    with the_workspace(settings) as (database, team_id), database.reading() as session:
        try:
            found = policy_named(session, team_id, name, policy=policy_of(settings, session, team_id))
        except NoSuchPolicy:
            raise Stop(f"There is no policy “{name}”.", _there(session, team_id), code=2) from None
        if as_json:
            sys.stdout.write(json.dumps(found.as_json()) + "\n")
        else:
            sys.stdout.write(as_yaml(found, names_at(session, team_id)))


def _there(session: Session, team_id: str) -> str:
    names = [one.name for one in policies(session, team_id)]
    return f"Policies: {', '.join([*names, BUILT_IN])}."


@command(policy_group, "set")
def set_policy(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="As `show` writes it.")],
) -> None:
    """Save a policy from a file, under the name that it holds. What is under way is not changed."""
    settings = load()
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Stop(f"{file} cannot be read.", "Is it a text file, and is it there?", code=2) from None
    with the_workspace(settings) as (database, team_id):
        try:
            with database.transaction() as session:
                wanted = read_yaml(text, names_at(session, team_id))
                saved = save_policy(
                    session,
                    team_id,
                    wanted,
                    by=None,
                    policy=policy_of(settings, session, team_id),
                    now=system_clock(),
                )
        except PolicyRefused as refused:
            raise _stop(refused, file, text) from None
    out.print(f"Saved: “{saved.name}”, version {saved.version}.", markup=False)


def _stop(refused: PolicyRefused, file: Path, text: str) -> Stop:
    lines = []
    for problem in refused.problems:
        line = line_of(text, problem.path)
        lines.append(f"{f'line {line}: ' if line else ''}{problem.what}. {problem.remedy}")
    return Stop(f"{file.name} was not saved; nothing was changed.", "\n  ".join(lines), code=2)


@command(policy_group, "dry-run")
def rehearse(
    when: Annotated[str, typer.Argument(metavar="[MOMENT]", help="The same as --at.")] = "",
    urgency: Annotated[str, typer.Option(help="low, medium, high or critical.")] = "medium",
    category: Annotated[str, typer.Option(help="A category's key.")] = "",
    at: Annotated[str, typer.Option(help="“Sunday 03:10”, in the desk's zone; “now”.")] = "now",
    cannot_wait: Annotated[
        bool, typer.Option("--cannot-wait", help="As if the requester had pressed it.")
    ] = False,
    name: Annotated[str, typer.Option("--policy", help="Another policy than the one that fits.")] = "",
    as_json: AsJson = False,
) -> None:
    """If a ticket came in at that moment: who would be asked, when, and what would be skipped. Asks nobody."""
    settings = load()
    wanted = _urgency(urgency)
    with the_workspace(settings) as (database, team_id), database.reading() as session:
        policy = policy_of(settings, session, team_id)
        moment = _moment(when or at, policy.opening.zone)
        keys = [one.key for one in queries.categories(session, team_id)]
        if category and category not in keys:
            raise Stop(f"There is no category “{category}”.", f"Categories: {', '.join(keys)}.", code=2)
        try:
            plan = policy_named(session, team_id, name, policy=policy) if name else None
        except NoSuchPolicy:
            raise Stop(f"There is no policy “{name}”.", _there(session, team_id), code=2) from None
        steps = dry_run(
            session,
            team_id,
            urgency=wanted,
            category=category or None,
            at=moment,
            policy=policy,
            cannot_wait=cannot_wait,
            plan=plan,
        )
    if as_json:
        told = {"urgency": wanted.value, "at": moment.isoformat(), "steps": [s.as_json() for s in steps]}
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        _show(steps, policy.opening.zone)


def _moment(said: str, zone: ZoneInfo) -> datetime:
    try:
        return parse_moment(said, zone, now=system_clock())
    except ValueError as unreadable:
        raise Stop(f"{unreadable}.", REMEDY, code=2) from None


def _urgency(said: str) -> Urgency:
    try:
        return Urgency(said.lower())
    except ValueError:
        there = ", ".join(urgency.value for urgency in Urgency)
        raise Stop(f"There is no urgency “{said}”.", f"Urgencies: {there}.", code=2) from None


def _show(steps: list[Step], zone: ZoneInfo) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in (f"when ({zone.key})", "level", "what", "who", "why"):
        table.add_column(title)
    for step in steps:
        local = step.at.astimezone(zone)
        joined = " and " if step.how is How.ALL or step.kind is StepKind.LAST_RESORT else " or "
        table.add_row(
            f"{local:%a %d %b %H:%M}",
            str(step.level or ""),
            _DOES[step.kind],
            escape(joined.join(step.who)),
            escape(step.why),
        )
    show_table(table)

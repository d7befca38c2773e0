"""`evenhand people`: what the desk keeps about one person, given to them or erased."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import sqlalchemy as sa
import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import tables
from bot.cli.program import Stop, app, command, out
from bot.cli.workspace import policy_of, the_database
from bot.clock import system_clock
from bot.compacting import compact
from bot.database import Database
from bot.my_data import as_zip
from bot.settings import Settings, load
from bot.worker.engine import make_client
from triage.audit import record
from triage.people.models import Person, Team
from triage.people.roster import known
from triage.privacy.erasing import Erased, erase
from triage.privacy.exporting import everything_about
from triage.privacy.hindrances import hindrances

__all__ = ["group", "tables"]

group = typer.Typer(
    help="What the desk keeps about one person: give it to them, or erase it.", no_args_is_help=True
)
app.add_typer(group, name="people")

Who = Annotated[str, typer.Argument(metavar="U…", help="Their member id in Slack.")]
InTeam = Annotated[
    str, typer.Option("--team", help="The workspace (T…), where the desk serves several that know the id.")
]


class _DryRun(Exception):
    """Undoes everything that was tried."""


@command(group, "erase")
def erase_person(
    who: Who,
    team: InTeam = "",
    also: Annotated[
        list[str] | None,
        typer.Option("--also", help="Another word that names them, such as an address. Can be repeated."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a person everywhere. Counts stay; their words, name and ids go. This cannot be taken back."""
    settings = load()
    with speaking(settings) as database:
        team_id, called = _found(database, who, team)
        if not called:
            out.print(f"Nobody with the id {who} is known here. There is nothing to erase.", soft_wrap=True)
            # A run before may have been kept from it.
            _compact(database)
            return
        _not_in_the_settings(settings, who)
        if not dry_run and not yes:
            typer.confirm(f"Erase {called} ({who}) for good?", abort=True)
        erased = _erase(database, settings, team_id, who, tuple(also or ()), dry_run=dry_run)
        _tell(erased, who, dry_run=dry_run)
        if not dry_run:
            _compact(database)


def _compact(database: Database) -> None:
    if not compact(database.engine):
        out.print(
            "The desk holds the file, so free places in it may still show what stood there: stop the desk for a moment "
            "and run this again.",
            soft_wrap=True,
        )


@command(group, "export")
def export_person(
    who: Who,
    target: Annotated[Path, typer.Option("--out", help="The ZIP file to write.")],
    team: InTeam = "",
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that is there.")] = False,
) -> None:
    """Write all that is stored about a person in one file for them: JSON, and a page to read."""
    if target.exists() and not replace:
        raise Stop(f"{target} is there already.", "Give another name, or --replace.", code=2)
    now = system_clock()
    with the_database(load()) as database:
        team_id, called = _found(database, who, team)
        with database.transaction() as session:
            person = known(session, team_id, who) if team_id else None
            if person is None:
                raise Stop(f"Nobody with the id {who} is known here: nothing is stored about them.")
            found = everything_about(session, person)
            record(session, "person.exported", by=None, team_id=team_id, now=now, person=who)
    try:
        with NamedTemporaryFile(dir=target.parent, prefix=".export-", delete=False) as file:
            file.write(as_zip(found, now=now))
        Path(file.name).replace(target)
    except OSError as error:
        raise Stop(f"{error.filename or target} cannot be written: {error.strerror}.") from None
    rows = sum(map(len, found.values()))
    out.print(f"{rows} rows about {called} in {target}. Give it to them alone.", markup=False, soft_wrap=True)


@contextmanager
def speaking(settings: Settings) -> Iterator[Database]:
    """The database with the queue for what follows of a change."""
    with the_database(settings) as database:
        jobs = make_client(settings.url)
        try:
            yield Database(database.engine, jobs)
        finally:
            jobs.destroy()


def _found(database: Database, who: str, team: str) -> tuple[str, str]:
    """The workspace and what they are called; empty where nobody knows them."""
    with database.reading() as session:
        teams = _teams(session, who, team)
        if not teams:
            return "", ""
        if len(teams) > 1:
            raise Stop(f"{who} is known in {', '.join(teams)}.", "Say which: --team T…", code=2)
        person = known(session, teams[0], who)
        return teams[0], person.called if person else ""


def _teams(session: Session, who: str, team: str) -> Sequence[str]:
    if team and session.get(Team, team) is None:
        there = ", ".join(session.scalars(select(Team.id).order_by(Team.id)))
        raise Stop(f"There is no workspace {team}.", f"Workspaces: {there}.", code=2)
    found = select(Person.team_id).where(Person.slack_id == who)
    if team:
        found = found.where(Person.team_id == team)
    return session.scalars(found.order_by(Person.team_id)).all()


def _not_in_the_settings(settings: Settings, who: str) -> None:
    named = {"AGENTS": settings.agents, "ADMINS": settings.admins, "ON_CALL": settings.on_call}
    if places := [f"EVENHAND_{name}" for name, people in named.items() if who in people]:
        raise Stop(
            f"{who} stands in {' and '.join(places)}: the next start would make them known again.",
            "Take them out of the settings first.",
        )


def _erase(
    database: Database, settings: Settings, team_id: str, who: str, also: tuple[str, ...], *, dry_run: bool
) -> Erased:
    now = system_clock()
    erased: Erased | None = None
    try:
        with database.transaction() as session:
            if database.engine.dialect.name == "sqlite":
                # What is freed is written over, not only forgotten.
                session.execute(sa.text("PRAGMA secure_delete=ON"))
            person = known(session, team_id, who)
            if person is None:
                raise Stop(f"Somebody else has just erased {who}.")
            if why := hindrances(session, person, now=now):
                raise Stop(f"{person.called} cannot be erased yet.", "\n  ".join(why))
            policy = policy_of(settings, session, team_id)
            erased = erase(session, person, policy=policy, now=now, also=also)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    if erased is None:
        raise Stop("Nothing was erased.")
    return erased


def _tell(erased: Erased, who: str, *, dry_run: bool) -> None:
    would = "would " if dry_run else ""
    out.print(
        f"{who}: {'nothing was changed. Erasing them' if dry_run else 'erased. That'} means:", soft_wrap=True
    )
    for verb, rows in (
        ("deleted" if not dry_run else "delete", erased.gone),
        ("emptied" if not dry_run else "empty", erased.emptied),
        ("taken out of" if not dry_run else "take the name out of", erased.renamed),
    ):
        if rows:
            listed = ", ".join(f"{count} {name}" for name, count in sorted(rows.items()))
            out.print(f"  {would}{verb}: {listed}", markup=False, soft_wrap=True)
    out.print(f"  {erased.tickets} tickets stay as counts, without a word of theirs.", soft_wrap=True)
    if erased.learned.datasets:
        out.print(
            f"  {erased.learned.datasets} frozen datasets: their lines are withheld, the hashes are new."
        )
    out.print("What this cannot do:", soft_wrap=True)
    out.print(
        "  Messages in Slack itself stay: Slack's own export and deletion are for these.", soft_wrap=True
    )
    out.print("  Backups from before still hold them: keep these no longer than you must.", soft_wrap=True)
    if erased.learned.models:
        names = ", ".join(erased.learned.models)
        out.print(
            f"  Trained with their words: {names}. To leave them out: evenhand model train", soft_wrap=True
        )
    if erased.renamed.get("article_revision"):
        out.print("  Articles named them and now say “somebody”: read these once more.", soft_wrap=True)

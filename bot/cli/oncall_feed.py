"""`evenhand oncall feed`: addresses at which calendars read shifts. Each is secret, and can be revoked."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.oncall import group
from bot.cli.oncall_people import refused_in_words, the_person, the_schedule
from bot.cli.program import Stop, command, out, show_table
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.oncall.calendar.subscriptions import NoSuchFeed, TooManyFeeds, revoke, subscribe, subscriptions
from triage.oncall.calendar.tables import FeedKind
from triage.oncall.plans import schedules

feeds = typer.Typer(help="Calendar feeds: addresses at which a calendar reads shifts.", no_args_is_help=True)
group.add_typer(feeds, name="feed")

_Owner = Annotated[str, typer.Option("--person", help="Whose feed: a name or a Slack id.")]


@command(feeds, "new")
def new(
    person: _Owner,
    schedule: Annotated[
        str, typer.Option(help="Everybody's shifts of this schedule; without it, the person's own shifts.")
    ] = "",
) -> None:
    """Make a feed and show its address, once. Whoever has the address can read it, so give it to its owner alone."""
    settings = load()
    with (
        the_workspace(settings) as (database, team_id),
        refused_in_words(),
        database.transaction() as session,
    ):
        owner = the_person(session, team_id, person)
        seen = the_schedule(session, team_id, schedule) if schedule else None
        try:
            made, token = subscribe(
                session,
                owner,
                FeedKind.SCHEDULE if seen else FeedKind.MINE,
                schedule_id=seen.id if seen else None,
                now=system_clock(),
            )
        except TooManyFeeds:
            remedy = f"Revoke one first: evenhand oncall feed list --person {owner.slack_id}"
            raise Stop(f"{owner.called} has as many feeds as there may be.", remedy) from None
        number = made.id
    base = (settings.public_url or "https://YOUR-DESK").rstrip("/")
    out.print(f"Feed {number}. Its address is shown this once:", soft_wrap=True)
    out.print(f"{base}/calendar/{token}.ics", markup=False, soft_wrap=True)
    if not settings.public_url:
        out.print(
            "Set EVENHAND_PUBLIC_URL to where people reach the desk, or put it in by hand.", soft_wrap=True
        )


@command(feeds, "list")
def list_(person: _Owner) -> None:
    """Show somebody's feeds, without their addresses: those are kept nowhere."""
    with the_workspace(load()) as (database, team_id), database.reading() as session:
        owner = the_person(session, team_id, person)
        names = {one.id: one.name for one in schedules(session, team_id)}
        found = subscriptions(session, owner)
    if not found:
        out.print(f"{escape(owner.called)} has no feeds.", soft_wrap=True)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("feed", "shows", "since", "last used"):
        table.add_column(title)
    for one in found:
        shows = (
            "own shifts" if one.kind is FeedKind.MINE else names.get(one.schedule_id or 0, "a schedule, gone")
        )
        used = f"{one.last_used_at:%Y-%m-%d}" if one.last_used_at else "never"
        table.add_row(str(one.id), escape(shows), f"{one.created_at:%Y-%m-%d}", used)
    show_table(table)


@command(feeds, "revoke")
def revoke_(
    feed: Annotated[int, typer.Argument(help="Its number, as “list” shows it.")], person: _Owner
) -> None:
    """Close a feed: its address opens nothing from now on."""
    with the_workspace(load()) as (database, team_id), refused_in_words(), database.transaction() as session:
        owner = the_person(session, team_id, person)
        try:
            revoke(session, owner, feed, now=system_clock())
        except NoSuchFeed:
            remedy = f"Look at them: evenhand oncall feed list --person {owner.slack_id}"
            raise Stop(f"{owner.called} has no feed {feed}.", remedy, code=2) from None
    out.print(f"Feed {feed} is closed.")

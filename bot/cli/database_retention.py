"""`evenhand db retention`: lets go of what is old, now instead of in the course of the day."""

from collections import Counter
from typing import Annotated

import typer
from sqlalchemy import select

from bot.cli.database import group
from bot.cli.program import command, out
from bot.cli.workspace import the_database
from bot.clock import system_clock
from bot.settings import load
from triage.people.models import Team
from triage.policy import KeepingPolicy
from triage.privacy.retention import let_go_some, would_go


@command(group, "retention")
def retention(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")
    ] = False,
) -> None:
    """Delete or empty what is older than the settings allow (EVENHAND_KEEP_…). The worker does the same by itself."""
    settings, now = load(), system_clock()
    keeping = settings.policy().keeping
    told: Counter[str] = Counter()
    with the_database(settings) as database:
        with database.reading() as session:
            teams = session.scalars(select(Team.id).order_by(Team.id)).all()
            if dry_run:
                for team_id in teams:
                    told.update(would_go(session, team_id, keeping, now=now))
        for team_id in () if dry_run else teams:
            more = True
            while more:
                with database.transaction() as session:
                    some = let_go_some(session, team_id, keeping, now=now)
                told.update(some)
                more = bool(some)
    _tell(told, keeping, dry_run=dry_run)


def _tell(told: Counter[str], keeping: KeepingPolicy, *, dry_run: bool) -> None:
    ages = (
        ("words of closed tickets", keeping.ticket_text),
        ("what was learned", keeping.learned_text),
        ("events and messages", keeping.events),
        ("the audit", keeping.audit),
    )
    kept = "; ".join(f"{name} {f'{age.days} days' if age else 'for ever'}" for name, age in ages)
    out.print(f"Kept: {kept}.", soft_wrap=True)
    if not told:
        out.print("Nothing is older than that.")
        return
    out.print("This would go:" if dry_run else "Gone:")
    for name, count in sorted(told.items(), key=lambda pair: (-pair[1], pair[0])):
        out.print(f"  {count:>8,} {name}", markup=False, soft_wrap=True)

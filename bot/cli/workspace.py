"""The workspace that a command is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assembly import open_database
from bot.cli.program import Stop, chosen_team
from bot.database import Database
from bot.schema import current, require_current
from bot.settings import Settings
from triage.people.models import Team
from triage.policy import Policy
from triage.workspace_rules import overlaid, rules_of

_NO_DESK = "Start the desk once, so that it knows its workspace: evenhand up, or evenhand demo to try it."
_DEMO_S = "The demo keeps its own: set EVENHAND_DATA_FOLDER={folder} for commands about it."


class NoWorkspace(Stop):
    """The desk knows none yet."""


def _no_workspace(settings: Settings) -> NoWorkspace:
    """Whoever tries the demo looks for its desk with the same settings, and it lies in a folder of its own."""
    folder = settings.data_folder / "demo"
    tried = settings.is_sqlite and (folder / "evenhand.sqlite").exists()
    return NoWorkspace("There is no workspace yet.", _DEMO_S.format(folder=folder) if tried else _NO_DESK)


@contextmanager
def the_database(settings: Settings) -> Iterator[Database]:
    """The database, at the revision of this program, with at least one workspace in it."""
    if settings.is_sqlite and not Path(sa.make_url(settings.url).database or "").exists():
        raise _no_workspace(settings)
    engine = open_database(settings)
    try:
        if current(engine) is None:
            raise _no_workspace(settings)
        require_current(engine)
        database = Database(engine)
        with database.reading() as session:
            if session.scalars(select(Team.id).limit(1)).first() is None:
                raise _no_workspace(settings)
        yield database
    finally:
        engine.dispose()


@contextmanager
def the_workspace(settings: Settings) -> Iterator[tuple[Database, str]]:
    """The database and the id of the workspace that the command is about: the only one, or the one that was named."""
    with the_database(settings) as database:
        with database.reading() as session:
            team_id = which_team(session, chosen_team.get())
        yield database, team_id


def which_team(session: Session, wanted: str) -> str:
    """Of several, nobody guesses. One that took the app off is meant only where it is named."""
    teams = session.execute(select(Team.id, Team.left_at).order_by(Team.created_at, Team.id)).all()
    everywhere = ", ".join(team_id for team_id, _ in teams)
    if wanted:
        if wanted not in {team_id for team_id, _ in teams}:
            raise Stop(f"There is no workspace {wanted[:40]}.", f"There are: {everywhere}.", code=2)
        return wanted
    here = [team_id for team_id, left_at in teams if left_at is None] or [team_id for team_id, _ in teams]
    if len(here) > 1:
        raise Stop(
            f"The desk serves several workspaces: {', '.join(here)}.",
            "Say which one: --team T… (their names: evenhand workspace list)",
            code=2,
        )
    return here[0]


def policy_of(settings: Settings, session: Session, team_id: str) -> Policy:
    """The rules of the settings, and over them what the workspace's admins set."""
    return overlaid(settings.policy(), rules_of(session, team_id))

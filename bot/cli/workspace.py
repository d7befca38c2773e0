"""The workspace that a command of the knowledge base is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import select

from bot.assembly import open_database
from bot.cli.program import Stop
from bot.database import Database
from bot.schema import current, require_current
from bot.settings import Settings
from triage.people.models import Team

_NO_DESK = "Start the desk once, so that it knows its workspace: evenhand up, or evenhand demo to try it."
_DEMO_S = "The demo keeps its own: set EVENHAND_DATA_FOLDER={folder} for commands about it."


def _no_workspace(settings: Settings) -> Stop:
    """Whoever tries the demo looks for its desk with the same settings, and it lies in a folder of its own."""
    folder = settings.data_folder / "demo"
    tried = settings.is_sqlite and (folder / "evenhand.sqlite").exists()
    return Stop("There is no workspace yet.", _DEMO_S.format(folder=folder) if tried else _NO_DESK)


@contextmanager
def the_workspace(settings: Settings) -> Iterator[tuple[Database, str]]:
    """The database, brought up to date before, and the id of its workspace."""
    if settings.is_sqlite and not Path(sa.make_url(settings.url).database or "").exists():
        raise _no_workspace(settings)
    engine = open_database(settings)
    try:
        if current(engine) is None:
            raise _no_workspace(settings)
        require_current(engine)
        database = Database(engine)
        with database.reading() as session:
            team_id = session.scalars(select(Team.id).order_by(Team.created_at).limit(1)).first()
        if team_id is None:
            raise _no_workspace(settings)
        yield database, team_id
    finally:
        engine.dispose()

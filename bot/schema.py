"""The database's revision: brought up to date by a command, checked at every start."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import migrations
from bot.worker.engine import migrate_engine


class OldSchema(Exception):
    """The database is behind, or ahead of, this version of the program."""

    def __init__(self, found: str | None, wanted: str) -> None:
        state = "is empty" if found is None else f"is at revision {found}, this version needs {wanted}"
        super().__init__(f"The database {state}. Run: evenhand db upgrade")
        self.found, self.wanted = found, wanted


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__path__[0])))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def head() -> str:
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise RuntimeError("there are no migrations")
    return revision


def knows(revision: str) -> bool:
    """Whether this version of the program has such a revision among its own."""
    return any(
        script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions()
    )


def current(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: sa.Engine, url: str, *, revision: str = "head") -> None:
    """Brings our tables and the engine's own to the wanted revision. Repeating it changes nothing."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)
    migrate_engine(url)


def downgrade(engine: sa.Engine, revision: str) -> None:
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def require_current(engine: sa.Engine) -> None:
    """Raises `OldSchema` unless the database is at this version's revision."""
    found, wanted = current(engine), head()
    if found != wanted:
        raise OldSchema(found, wanted)

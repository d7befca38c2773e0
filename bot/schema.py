"""The database's revision: brought up to date by a command, checked at every start."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import sqlalchemy as sa
import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import migrations
from bot.schema_floor import SchemaFloor
from bot.worker.engine import migrate_engine

log = structlog.get_logger(__name__)

# An upgrade waits so long for a table that somebody holds, and lets everybody else pass before it asks again.
_PATIENCE = "4s"
_TRIES = 15
_ONE_UPGRADE = 0x0E7E9


class OldSchema(Exception):
    """The database is behind this version of the program, or too far ahead of it."""

    def __init__(self, found: str | None, wanted: str) -> None:
        state = "is empty" if found is None else f"is at revision {found}, this version needs {wanted}"
        super().__init__(f"The database {state}. Run: evenhand db upgrade")
        self.found, self.wanted = found, wanted


class NewSchema(OldSchema):
    """A newer version of the program took something away that this one needs."""

    def __init__(self, found: str, wanted: str, floor: str | None) -> None:
        super().__init__(found, wanted)
        needed = f" (at least the one with revision {floor})" if floor else ""
        self.args = (
            f"The database is at revision {found}, which this version with {wanted} does not know."
            f" Update the program{needed}.",
        )


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
    """Brings our tables and the engine's own to the wanted revision. Repeating it changes nothing.

    A desk may be at work meanwhile: on PostgreSQL each migration is short and gives way to whoever is in it. On SQLite
    all of it is one transaction, and others wait for the end.
    """
    if engine.dialect.name == "postgresql":
        _upgrade_beside_others(engine, revision)
    else:
        with engine.begin() as connection:
            command.upgrade(_config(connection), revision)
    migrate_engine(url)


def _upgrade_beside_others(engine: sa.Engine, revision: str) -> None:
    with engine.connect() as connection:
        # Of two that upgrade at once the second waits, and then finds nothing left to do.
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({_ONE_UPGRADE})")
        connection.exec_driver_sql(f"SET lock_timeout = '{_PATIENCE}'")
        connection.commit()
        try:
            _give_way(lambda: command.upgrade(_config(connection), revision), connection)
        finally:
            connection.rollback()
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_ONE_UPGRADE})")
            connection.exec_driver_sql("RESET lock_timeout")
            connection.commit()


def _give_way(step: Callable[[], None], connection: sa.Connection) -> None:
    """Whoever waits for a lock on a table makes everybody behind wait too. So it is asked for again and again."""
    for left in range(_TRIES - 1, -1, -1):
        try:
            step()
        except sa.exc.OperationalError as busy:
            connection.rollback()
            if not isinstance(busy.orig, psycopg.errors.LockNotAvailable) or not left:
                raise
            log.warning("schema.waits", tries_left=left)
        else:
            connection.commit()
            return


def downgrade(engine: sa.Engine, revision: str) -> None:
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def require_current(engine: sa.Engine) -> None:
    """Raises `OldSchema` unless this version of the program can work with the database.

    It can with a newer schema too, as long as nothing was taken away that it needs: while a newer version is rolled
    out, processes of this one may still be started.
    """
    found, wanted = current(engine), head()
    if found == wanted:
        return
    if found is None or knows(found):
        raise OldSchema(found, wanted)
    lowest = floor(engine)
    if lowest is None or not knows(lowest):
        raise NewSchema(found, wanted, lowest)
    log.info("schema.newer", database=found, program=wanted)


def floor(engine: sa.Engine) -> str | None:
    """The oldest revision whose program still works with the schema; None where the schema does not say."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(SchemaFloor.__tablename__):
            return None
        return connection.scalar(sa.select(SchemaFloor.revision))

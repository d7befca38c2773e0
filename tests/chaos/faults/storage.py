"""The database goes away, is full, or is held by somebody else."""

import sqlite3

import sqlalchemy as sa

from ..scene import Scene
from .base import Fault


class Restarted(Fault):
    name = "database-restarted"
    means = "PostgreSQL stops at once, as in a power cut, and starts again under load"
    databases = ("postgresql",)
    own_server = True
    stays = (0.5, 6.0)

    def inject(self, scene: Scene) -> None:
        scene.place.stop_server()

    def heal(self, scene: Scene) -> None:
        scene.place.start_server()


class Full(Fault):
    name = "disk-full"
    means = "the database's disk is full to the last byte"
    small_disk = True
    own_server = True
    stays = (3.0, 8.0)

    def inject(self, scene: Scene) -> None:
        scene.place.fill_disk()

    def heal(self, scene: Scene) -> None:
        scene.place.free_disk()
        if scene.place.server is not None:
            scene.place.start_server()  # without room for its log it stops by itself


class Locked(Fault):
    """Held longer than Slack waits for a receipt, so that events come again."""

    name = "database-locked"
    means = "another program holds the write lock (SQLite), or the table of events (PostgreSQL)"
    stays = (2.0, 8.0)

    def __init__(self) -> None:
        self._file: sqlite3.Connection | None = None
        self._engine: sa.Engine | None = None
        self._held: sa.Connection | None = None

    def inject(self, scene: Scene) -> None:
        url = sa.make_url(scene.place.url)
        if scene.sqlite:
            self._file = sqlite3.connect(url.database or "", timeout=60, isolation_level=None)
            # Whoever has to stop it does so from another thread.
            self._file.execute("BEGIN IMMEDIATE")
            return
        self._engine = sa.create_engine(url.set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
        self._held = self._engine.connect()
        self._held.execute(sa.text("LOCK TABLE inbox_event, say IN ACCESS EXCLUSIVE MODE"))

    def heal(self, scene: Scene) -> None:
        if self._file is not None:
            self._file.close()
        if self._held is not None:
            self._held.close()
        self._file = self._held = None


ALL = (Restarted, Full, Locked)

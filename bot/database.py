"""Engines and sessions: one SQLite file or a PostgreSQL server, by URL alone.

On SQLite every transaction that may write begins IMMEDIATE and takes its turn at a fair lock (`bot/turns.py`). One that
upgrades from reading to writing would fail at once when somebody wrote in between.
"""

import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from bot import account, request_id, tracing
from bot.turns import BUSY_SECONDS, TurnTakingConnection, write_lock

_REST_SECONDS = 1.0
# A desk has some hundreds; the drivers keep 128 and 100, and would have the others read anew each time.
STATEMENTS = 1000


def make_engine(url: str, *, synchronous: str = "FULL", pool_size: int = 20) -> sa.Engine:
    """`synchronous` NORMAL is faster on SQLite and may lose the last commits when the power fails."""
    if not url.startswith("sqlite"):
        # The connection that was used last has prepared most statements.
        engine = sa.create_engine(
            url, pool_size=pool_size, max_overflow=10, pool_use_lifo=True, hide_parameters=True
        )
        event.listen(engine, "connect", _keep_statements)
        _ask_after_a_rest(engine)
        return engine
    engine = sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=10,
        pool_use_lifo=True,  # a connection keeps the pages and the statements that it read last
        hide_parameters=True,  # an error's text ends in the log, what people wrote must not
        connect_args={
            "factory": TurnTakingConnection.at(write_lock(url)),
            "timeout": BUSY_SECONDS,
            "check_same_thread": False,
            "cached_statements": STATEMENTS,
        },
    )
    event.listen(engine, "connect", _prepare(synchronous))
    event.listen(engine, "begin", _begin)
    return engine


def _keep_statements(connection: Any, _record: object) -> None:
    connection.prepared_max = STATEMENTS


def _ask_after_a_rest(engine: sa.Engine) -> None:
    """Before a connection is used that nobody used for a moment, the server is asked whether it is still there.

    SQLAlchemy's own ping asks each time, a round trip for which Slack's receipt waits. A server that went away within
    that moment is noticed by the statement itself, as it would be right behind a ping.
    """
    key = "used_at"

    @event.listens_for(engine, "checkin")
    def rest(_connection: object, record: Any) -> None:
        record.info[key] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def wake(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get(key, time.monotonic()) < _REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            # The pool takes another connection, and gives up those that are as old as this one.
            raise sa.exc.InvalidatePoolError("the database has hung up") from gone


def _prepare(synchronous: str) -> Any:
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the module must not send a late BEGIN of its own
        for pragma in (
            f"busy_timeout={int(BUSY_SECONDS * 1000)}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return prepare


def _begin(connection: sa.Connection) -> None:
    how = connection.get_execution_options().get("sqlite_begin")
    if how == "DEFERRED":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.connection.driver_connection.begin_write(urgent=how == "URGENT")  # type: ignore[union-attr]


def _nobody(_queues: Collection[str]) -> None:
    """No worker to tell."""


class Database:
    """Opens sessions. `jobs` is the durable-work client that travels with each of them; `ring` is told after a commit
    which of its queues have work."""

    def __init__(
        self,
        engine: sa.Engine,
        jobs: object | None = None,
        *,
        ring: Callable[[Collection[str]], None] = _nobody,
    ) -> None:
        self.engine = engine
        self.jobs = jobs
        self.one_writer = engine.dialect.name == "sqlite"
        self._ring = ring
        # Where a statement can commit by itself, it does: one trip to the server instead of three.
        alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        # PostgreSQL gives each statement a picture of its own either way, and at the end of a transaction that was
        # rolled back the driver forgets every statement that it had prepared.
        reading = engine.execution_options(sqlite_begin="DEFERRED") if self.one_writer else alone
        self._writing = sessionmaker(engine, expire_on_commit=False)
        urgent = engine.execution_options(sqlite_begin="URGENT")
        self._answering = sessionmaker(urgent, expire_on_commit=False)
        self._reading = sessionmaker(reading, expire_on_commit=False)
        self._single = urgent if self.one_writer else alone
        self._alone = sessionmaker(engine if self.one_writer else alone, expire_on_commit=False)

    @contextmanager
    def transaction(self, *, urgent: bool = False) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error. `urgent` where somebody waits for it."""
        with (self._answering if urgent else self._writing).begin() as session:
            session.info["jobs"] = self.jobs
            session.info["request_id"] = request_id.current()
            session.info["trace"] = tracing.carried()
            session.info["account"] = account.current()
            yield session
        if enqueued := session.info.get("enqueued"):
            self._ring(enqueued)

    @contextmanager
    def alone(self) -> Iterator[Session]:
        """For one statement about objects, alone: committed at the end at the latest."""
        with self._alone.begin() as session:
            yield session

    @contextmanager
    def single(self) -> Iterator[sa.Connection]:
        """For one statement alone, on which somebody waits: committed at the end, and first in the line of writers."""
        with self._single.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Takes no turn at the write lock. Objects that are changed here are thrown away; no statement may write."""
        with self._reading(autoflush=False) as session:
            yield session

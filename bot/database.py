"""Engines and sessions: one SQLite file or a PostgreSQL server, by URL alone.

On SQLite every transaction that may write begins IMMEDIATE and takes its turn at a fair lock. SQLite's own busy
handler sleeps and tries again, so under load one writer can starve for seconds, past what Slack waits for an
answer; and a transaction that upgrades from reading to writing fails at once when somebody wrote in between.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from bot import account, request_id, tracing

_BUSY_SECONDS = 30.0
_REST_SECONDS = 1.0


class WriteLockTimeout(sa.exc.OperationalError):
    """No turn to write in time: the database is busy, as one that other programs hold is, and it is tried again."""

    def __init__(self, why: str) -> None:
        super().__init__(None, None, sqlite3.OperationalError(why))


class WriteInsideWrite(RuntimeError):
    """A second write transaction inside the first one of the same thread, which would wait for itself."""


class FairLock:
    """A mutex that is handed over in the order of arrival; who waits for an answer goes before who works."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._urgent: deque[tuple[threading.Event, int]] = deque()
        self._waiting: deque[tuple[threading.Event, int]] = deque()
        self._owner: int | None = None

    def acquire(self, timeout: float, *, urgent: bool = False) -> None:
        line = self._urgent if urgent else self._waiting
        me = threading.get_ident()
        with self._mutex:
            if self._owner == me:
                raise WriteInsideWrite("a write transaction inside another one of the same thread")
            if self._owner is None:
                self._owner = me
                return
            turn = threading.Event()
            line.append((turn, me))
        if turn.wait(timeout):
            return
        with self._mutex:
            if turn.is_set():
                return  # handed over at the last moment
            line.remove((turn, me))
        raise WriteLockTimeout(f"no turn to write within {timeout:.0f} s")

    def release(self) -> None:
        with self._mutex:
            line = self._urgent or self._waiting
            if not line:
                self._owner = None
                return
            turn, self._owner = line.popleft()
            turn.set()


def make_engine(url: str, *, synchronous: str = "FULL", pool_size: int = 20) -> sa.Engine:
    """`synchronous` NORMAL is faster on SQLite and may lose the last commits when the power fails."""
    if not url.startswith("sqlite"):
        engine = sa.create_engine(url, pool_size=pool_size, max_overflow=10, hide_parameters=True)
        _ask_after_a_rest(engine)
        return engine
    engine = sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=10,
        hide_parameters=True,  # an error's text ends in the log, what people wrote must not
        connect_args={
            "factory": _turn_taking_connection(FairLock()),
            "timeout": _BUSY_SECONDS,
            "check_same_thread": False,
        },
    )
    event.listen(engine, "connect", _prepare(synchronous))
    event.listen(engine, "begin", _begin)
    return engine


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


def _turn_taking_connection(lock: FairLock) -> type[sqlite3.Connection]:
    class TurnTakingConnection(sqlite3.Connection):
        """Holds the lock from BEGIN IMMEDIATE until the transaction ends, however it ends."""

        held = False

        def begin_write(self, *, urgent: bool = False) -> None:
            lock.acquire(_BUSY_SECONDS, urgent=urgent)
            self.held = True
            try:
                self.execute("BEGIN IMMEDIATE")
            except BaseException:
                self._let_go()
                raise

        def _let_go(self) -> None:
            if self.held:
                self.held = False
                lock.release()

        def commit(self) -> None:
            try:
                super().commit()
            finally:
                if not self.in_transaction:
                    self._let_go()

        def rollback(self) -> None:
            try:
                super().rollback()
            finally:
                self._let_go()

        def close(self) -> None:
            try:
                super().close()
            finally:
                self._let_go()

    return TurnTakingConnection


def _prepare(synchronous: str) -> Any:
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the module must not send a late BEGIN of its own
        for pragma in (
            f"busy_timeout={int(_BUSY_SECONDS * 1000)}",
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
        self._ring = ring
        reading = engine.execution_options(sqlite_begin="DEFERRED")
        self._writing = sessionmaker(engine, expire_on_commit=False)
        urgent = engine.execution_options(sqlite_begin="URGENT")
        self._answering = sessionmaker(urgent, expire_on_commit=False)
        self._reading = sessionmaker(reading, expire_on_commit=False)
        # Where a statement can commit by itself, it does: one trip to the server instead of three.
        sqlite = engine.dialect.name == "sqlite"
        self._single = urgent if sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")

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
    def single(self) -> Iterator[sa.Connection]:
        """For one statement alone, on which somebody waits: committed at the end, and first in the line of writers."""
        with self._single.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view that takes no turn at the write lock. What it changes is thrown away."""
        with self._reading(autoflush=False) as session:
            yield session

"""Turns at writing to a SQLite file: one writer at a time, in the order in which they came.

SQLite's own busy handler sleeps and tries again, a tenth of a second at a time: under load one writer can starve for
seconds, and whoever holds a lock of ours meanwhile holds up everybody else. So all who write to a file in this process
stand in one line, the engine of durable work too.
"""

import os
import re
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

import sqlalchemy as sa

BUSY_SECONDS = 30.0
# What begins to write: before the first four Python's module begins a transaction by itself, unless it is told not to.
_CHANGES = re.compile(r"\s*(?:insert|update|delete|replace|begin\s+immediate)\b", re.IGNORECASE)


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


def write_lock(url: str) -> FairLock:
    """The one lock of a file in this process, for everybody who writes there."""
    file = sa.make_url(url).database
    return _lock_of(os.path.realpath(file)) if file and file != ":memory:" else FairLock()


@cache
def _lock_of(_file: str) -> FairLock:
    return FairLock()


class TurnTakingConnection(sqlite3.Connection):
    """Holds its file's lock from the beginning of a write transaction until that ends, however it ends."""

    lock: ClassVar[FairLock]
    _held = False

    @classmethod
    def at(cls, lock: FairLock) -> type["TurnTakingConnection"]:
        """A factory of connections that stand in line there."""
        return type(cls.__name__, (cls,), {"lock": lock})

    def begin_write(self, *, urgent: bool = False) -> None:
        self._take_turn(urgent=urgent)
        try:
            self.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._let_go()
            raise

    def _take_turn(self, *, urgent: bool = False) -> None:
        if not self._held:
            self.lock.acquire(BUSY_SECONDS, urgent=urgent)
            self._held = True

    def _let_go(self) -> None:
        if self._held:
            self._held = False
            self.lock.release()

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


class _TurnTakingCursor(sqlite3.Cursor):
    connection: "SelfBeginningConnection"

    def execute(self, sql: str, *parameters: Any) -> Any:
        return self.connection.in_turn(super().execute, sql, *parameters)

    def executemany(self, sql: str, *parameters: Any) -> Any:
        return self.connection.in_turn(super().executemany, sql, *parameters)


class SelfBeginningConnection(TurnTakingConnection):
    """For whoever leaves it to Python's module to begin a transaction: it waits before the statement that does."""

    def cursor(self, *_given: Any, **_named: Any) -> Any:
        return super().cursor(_TurnTakingCursor)

    def execute(self, sql: str, *parameters: Any) -> Any:
        return self.cursor().execute(sql, *parameters)

    def in_turn(self, run: Callable[..., Any], sql: str, *parameters: Any) -> Any:
        if not self.in_transaction and _CHANGES.match(sql):
            self._take_turn()
        try:
            return run(sql, *parameters)
        finally:
            if not self.in_transaction:
                self._let_go()

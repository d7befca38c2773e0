"""Everything the local Slack remembers: documents in memory, each change written through to SQLite.

Documents are never changed in place, only replaced, so a reader may keep what it was given
without a lock. A commit reaches the operating system before the caller hears of it: `kill -9`
loses nothing (a power cut may lose the last moment; this is a playground).
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCHEMA = "CREATE TABLE IF NOT EXISTS documents (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))"
UPSERT = "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body"
DELETE = "DELETE FROM documents WHERE kind = ? AND key = ?"


class State:
    """Shelves (`kind`) of JSON documents by key, in order of first insertion."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._changed = threading.Condition(threading.Lock())
        self._shelves: dict[str, dict[str, Any]] = {}
        self._pending: dict[tuple[str, str], Any] = {}
        self._afterwards: list[Callable[[], None]] = []
        self._depth = 0
        self._version = 0
        self._closed = False
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(str(path) if path else ":memory:", check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(SCHEMA)
        self._load()

    def _load(self) -> None:
        self._shelves = {}
        for kind, key, body in self._db.execute("SELECT kind, key, body FROM documents ORDER BY rowid"):
            self._shelves.setdefault(kind, {})[key] = json.loads(body)

    @contextmanager
    def change(self) -> Iterator[None]:
        """One change, all or nothing; nested changes join the outermost."""
        with self._lock:
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._undo()
                raise
            self._depth -= 1
            if self._depth > 0:
                return
            changed, afterwards = bool(self._pending), self._commit()
        if changed:
            self._announce()
        for step in afterwards:
            step()

    def _commit(self) -> list[Callable[[], None]]:
        with self._db:
            for (kind, key), body in self._pending.items():
                if body is None:
                    self._db.execute(DELETE, (kind, key))
                else:
                    self._db.execute(UPSERT, (kind, key, json.dumps(body)))
        self._pending.clear()
        afterwards, self._afterwards = self._afterwards, []
        return afterwards

    def _undo(self) -> None:
        self._afterwards.clear()
        if self._pending:
            self._pending.clear()
            self._load()

    def _announce(self) -> None:
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    def put(self, kind: str, key: str, body: Any) -> None:
        """Inside `change()` only. A document is never None: use `drop`."""
        self._shelves.setdefault(kind, {})[key] = body
        self._pending[kind, key] = body

    def drop(self, kind: str, key: str) -> None:
        if self._shelves.get(kind, {}).pop(key, None) is not None:
            self._pending[kind, key] = None

    def after_commit(self, step: Callable[[], None]) -> None:
        """Run `step` once the outermost change is safe; never if it is undone."""
        self._afterwards.append(step)

    def get(self, kind: str, key: str) -> Any:
        with self._lock:
            return self._shelves.get(kind, {}).get(key)

    def all(self, kind: str) -> list[Any]:
        with self._lock:
            return list(self._shelves.get(kind, {}).values())

    def items(self, kind: str) -> list[tuple[str, Any]]:
        with self._lock:
            return list(self._shelves.get(kind, {}).items())

    @property
    def version(self) -> int:
        return self._version

    def wait_for_change(self, since: int, timeout: float) -> int:
        """The version as soon as it differs from `since`, or the same one after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != since or self._closed, timeout)
            return self._version

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed = True
                self._db.close()
        with self._changed:
            self._changed.notify_all()

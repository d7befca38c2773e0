"""What the desk's own code asks of its database: caught while it works, timed again one by one, and explained."""

import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import sqlalchemy as sa

_ROOT = Path(__file__).resolve().parents[4]
# Code that only passes statements on: whoever asked it to is who asked.
_BETWEEN = ("bot/bench/", "bot/database.py", "triage/effects.py")
_PARAMS_KEPT = 5
# Asked by the measurement itself.
NOBODY = "nobody"
_COUNTED_AT_ONCE = 100
_FULL_SCAN = re.compile(r"^SCAN (\w+)")


@dataclass
class Statement:
    """One statement as one place in the code asks it. `calls` of the whole round, with some of their parameters."""

    asked_by: str
    sql: str
    calls: int = 0
    params: list[Any] = field(default_factory=list)

    @property
    def reads(self) -> bool:
        return self._word in ("SELECT", "WITH")

    @property
    def explicable(self) -> bool:
        """It has to find rows. What only adds one has no way to choose."""
        return self.reads or self._word in ("UPDATE", "DELETE")

    @property
    def _word(self) -> str:
        return self.sql.split(None, 1)[0].upper()


class Catcher:
    """Statements in the order in which they were first asked."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Statement] = {}

    @property
    def statements(self) -> list[Statement]:
        return list(self._found.values())

    @contextmanager
    def catching(self, engine: sa.Engine) -> Iterator[None]:
        sa.event.listen(engine, "before_cursor_execute", self._note)
        try:
            yield
        finally:
            sa.event.remove(engine, "before_cursor_execute", self._note)

    def _note(
        self, _connection: object, _cursor: object, sql: str, params: Any, _context: object, many: bool
    ) -> None:
        if many:
            return
        asked_by = asker(sys._getframe(1))
        statement = self._found.setdefault((asked_by, sql), Statement(asked_by, sql))
        statement.calls += 1
        if len(statement.params) < _PARAMS_KEPT:
            statement.params.append(params)


def asker(frame: FrameType | None) -> str:
    """`triage.tickets.queries.counts`: the function of ours that is nearest to the database."""
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(_ROOT):
            place = file.relative_to(_ROOT).as_posix()
            if place.startswith(("kb/", "triage/", "bot/")) and not place.startswith(_BETWEEN):
                return f"{place.removesuffix('.py').replace('/', '.')}.{frame.f_code.co_name}"
        frame = frame.f_back
    return NOBODY


def timed(connection: sa.Connection, statement: Statement, *, times: int) -> list[float]:
    """Milliseconds of each run to the last row, as the driver sees it."""
    found = []
    cursor = connection.connection.cursor()
    for number in range(times + 1):
        params = statement.params[number % len(statement.params)]
        began = time.perf_counter()
        cursor.execute(statement.sql, params)
        cursor.fetchall()
        if number:  # the first run reads from the disk what every later one finds in memory
            found.append((time.perf_counter() - began) * 1000)
    cursor.close()
    return found


def worked(connection: sa.Connection, statement: Statement) -> int:
    """What the database itself counts while it answers: pages on PostgreSQL, hundreds of its machine's instructions
    on SQLite.

    Whatever else the computer does, the same rows found in the same way count the same.
    """
    raw: Any = connection.connection
    cursor = raw.cursor()
    params = statement.params[0]
    try:
        if connection.dialect.name == "sqlite":
            return _instructions(
                raw.driver_connection, lambda: cursor.execute(statement.sql, params).fetchall()
            )
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement.sql}", params)
        ((told,),) = cursor.fetchall()
        return int(told[0]["Plan"]["Shared Hit Blocks"]) + int(told[0]["Plan"]["Shared Read Blocks"])
    finally:
        cursor.close()


def _instructions(connection: sqlite3.Connection, run: Callable[[], object]) -> int:
    counted = 0

    def some_more() -> int:
        nonlocal counted
        counted += 1
        return 0

    connection.set_progress_handler(some_more, _COUNTED_AT_ONCE)
    try:
        run()
    finally:
        connection.set_progress_handler(None, 0)
    return counted


@dataclass(frozen=True)
class Plan:
    """How the database goes about it, and which tables it reads from end to end."""

    lines: tuple[str, ...]
    scans: tuple[str, ...]


def explained(connection: sa.Connection, statement: Statement) -> Plan:
    cursor = connection.connection.cursor()
    params = statement.params[0]
    try:
        if connection.dialect.name == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement.sql}", params)
            return sqlite_plan([row[3] for row in cursor.fetchall()])
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.sql}", params)
        ((told,),) = cursor.fetchall()
        return postgresql_plan(told[0]["Plan"])
    finally:
        cursor.close()


def sqlite_plan(lines: Sequence[str]) -> Plan:
    """`SEARCH` follows an index to the rows, `SCAN` goes through all of them, or through all of an index."""
    return Plan(tuple(lines), tuple(found[1] for line in lines if (found := _FULL_SCAN.match(line))))


def postgresql_plan(root: dict[str, Any]) -> Plan:
    lines, scans = [], []
    for node, depth in _nodes(root, 0):
        table, index = node.get("Relation Name"), node.get("Index Name")
        lines.append("  " * depth + " ".join(filter(None, [node["Node Type"], table, index])))
        # An index that is gone through without a condition is read from end to end as well.
        whole = node["Node Type"] == "Seq Scan" or (index and not node.get("Index Cond") and table)
        if whole and table:
            scans.append(str(table))
    return Plan(tuple(lines), tuple(scans))


def _nodes(node: dict[str, Any], depth: int) -> Iterator[tuple[dict[str, Any], int]]:
    yield node, depth
    for child in node.get("Plans", ()):
        yield from _nodes(child, depth + 1)

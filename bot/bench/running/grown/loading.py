"""Rows by the million, as quickly as the database takes them: without indexes to keep, links to follow or a disk to
wait for. Only for a database that is thrown away.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa

from kb.base import Base

_AT_ONCE = 20_000
# By the database's own words for them; what a constraint rests on stays.
_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace = current_schema()::regnamespace
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    """,
}


@contextmanager
def loading(url: str) -> Iterator[sa.Connection]:
    """One transaction on a connection of its own; afterwards all indexes are there again and everything was counted."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        _hurry(connection)
        dropped = connection.exec_driver_sql(_INDEXES[engine.dialect.name]).all()
        for name, _ in dropped:
            connection.exec_driver_sql(f"DROP INDEX {name}")
        yield connection
        for _, sql in dropped:
            connection.exec_driver_sql(sql)
        connection.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _settle_down(connection)


def _hurry(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        return
    for setting in ("maintenance_work_mem = '256MB'", "timezone = 'UTC'"):
        connection.exec_driver_sql(f"SET LOCAL {setting}")
    if connection.scalar(sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
        # Each row's links would be looked up one by one.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")


def _settle_down(connection: sa.Connection) -> None:
    """What PostgreSQL's autovacuum sees to overnight: the planner knows how much there is, and what was settled is out
    of the way. SQLite has no such thing."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    else:
        connection.exec_driver_sql("VACUUM (ANALYZE)")


def load(connection: sa.Connection, table: type[Base], rows: Iterator[Mapping[str, Any]]) -> None:
    """Past everything that SQLAlchemy does for each row. There is at least one, all name the same columns in the same
    order, and moments are in UTC."""
    first = next(rows)
    names, marks = ", ".join(first), ", ".join("?" * len(first))
    plain = (tuple(map(_plain, row.values())) for row in chain([first], rows))
    cursor: Any = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        while batch := list(islice(plain, _AT_ONCE)):
            cursor.executemany(f"INSERT INTO {table.__tablename__} ({names}) VALUES ({marks})", batch)
    else:
        with cursor.copy(f"COPY {table.__tablename__} ({names}) FROM STDIN") as copy:
            for row in plain:
                copy.write_row(row)
    cursor.close()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        # As SQLAlchemy writes it into SQLite; on PostgreSQL the connection's own time zone is UTC.
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.value if isinstance(value, Enum) else value

"""Making what was deleted unreadable in the files too."""

import sqlite3

import sqlalchemy as sa


def compact(engine: sa.Engine) -> bool:
    """SQLite: writes the file anew without free pages, and empties the log beside it. False where others hold it.

    PostgreSQL does that by itself, a little later (autovacuum); its dumps hold living rows alone.
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect().execution_options(sqlite_begin="DEFERRED") as connection:
        raw = connection.connection.driver_connection
        if raw is None:
            raise RuntimeError("the database closed its connection")
        connection.rollback()
        try:
            raw.execute("VACUUM")
            (held, _, _) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False
        return not held

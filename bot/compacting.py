"""Making what was deleted unreadable in the files too."""

import sqlalchemy as sa


def compact(engine: sa.Engine) -> None:
    """SQLite: writes the file anew without free pages, and empties the log beside it.

    PostgreSQL does that by itself, a little later (autovacuum); its dumps hold living rows alone.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(
        isolation_level="AUTOCOMMIT", sqlite_begin="DEFERRED"
    ) as connection:
        raw = connection.connection.driver_connection
        if raw is None:
            raise RuntimeError("the database closed its connection")
        connection.rollback()
        raw.execute("VACUUM")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

"""A SQLite file: copied by SQLite itself while the desk writes, and put in the other's place in one step."""

import os
import sqlite3
from collections.abc import Collection
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.backup.package import BackupRefused
from bot.backup.settling import statements


def copy(source: Path, target: Path) -> None:
    """As it is at one moment. Writers go on meanwhile: they add to the log, which is not read."""
    if not source.exists():
        raise BackupRefused(
            f"There is no database at {source}.", "Is EVENHAND_DATA_FOLDER or DATABASE_URL right?"
        )
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        # A copy needs no log beside it.
        new.execute("PRAGMA journal_mode=DELETE")
    check(target)


def check(file: Path) -> None:
    try:
        with closing(sqlite3.connect(file)) as connection:
            said = connection.execute("PRAGMA integrity_check(3)").fetchall()
    except sqlite3.DatabaseError as broken:
        raise BackupRefused(f"The database is damaged: {broken}.", "Choose another backup.") from None
    if said != [("ok",)]:
        raise BackupRefused(f"The database is damaged: {said[0][0]}.", "Choose another backup.")


def settle(file: Path, *, tables: Collection[str], now: datetime) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for statement in statements(kind="sqlite", tables=tables, now=now):
            connection.execute(statement)
        connection.execute("COMMIT")


def put_in_place(new: Path, target: Path, aside: Path) -> bool:
    """Whether there was one before, which then stands at `aside`. At every moment one whole file is at `target`."""
    there = target.exists()
    if there:
        with closing(sqlite3.connect(target)) as connection:
            # What is still in the log belongs to the old file; left there, it would be read into the new one.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode=DELETE")
        os.link(target, aside)
    new.replace(target)
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    _sync(target.parent)
    return there


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

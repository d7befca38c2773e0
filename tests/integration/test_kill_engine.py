"""On SQLite the engine's own notes do not wait for the disk; what the desk promises does."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from bot.database import make_engine
from bot.worker.engine import HurriedConnection

FULL, NORMAL = 2, 1


def test_only_the_engine_commits_without_waiting_for_the_disk(tmp_path: Path) -> None:
    file = tmp_path / "desk.sqlite"
    ours = make_engine(f"sqlite:///{file}")
    with ours.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(sa.text("PRAGMA synchronous")) == FULL
    ours.dispose()
    engines = sqlite3.connect(file, factory=HurriedConnection)
    assert engines.execute("PRAGMA synchronous").fetchone() == (NORMAL,)
    engines.close()

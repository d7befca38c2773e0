"""On SQLite the engine's own notes do not wait for the disk, and stand in line with what the desk promises."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.database import make_engine
from bot.turns import FairLock, write_lock
from bot.worker.engine import HurriedConnection

FULL, NORMAL = 2, 1


def test_only_the_engine_commits_without_waiting_for_the_disk(tmp_path: Path) -> None:
    file = tmp_path / "desk.sqlite"
    ours = make_engine(f"sqlite:///{file}")
    with ours.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(sa.text("PRAGMA synchronous")) == FULL
    ours.dispose()
    engines = sqlite3.connect(file, factory=HurriedConnection.at(FairLock()))
    assert engines.execute("PRAGMA synchronous").fetchone() == (NORMAL,)
    engines.close()


def test_the_engine_takes_its_turn_at_writing(tmp_path: Path) -> None:
    lock = FairLock()
    engines = sqlite3.connect(tmp_path / "desk.sqlite", factory=HurriedConnection.at(lock))
    engines.isolation_level = "IMMEDIATE"  # as the engine sets it
    engines.execute("CREATE TABLE note (id INTEGER PRIMARY KEY)")

    def is_free() -> bool:
        return lock._owner is None

    for end in (engines.commit, engines.rollback):
        engines.execute("SELECT count(*) FROM note")
        assert is_free(), "reading takes no turn"
        engines.execute("INSERT INTO note DEFAULT VALUES")
        assert not is_free()
        end()
        assert is_free()
    with pytest.raises(sqlite3.OperationalError):
        engines.execute("INSERT INTO nowhere DEFAULT VALUES")
    assert is_free(), "what never began holds nobody up"
    with pytest.raises(sqlite3.IntegrityError):
        engines.execute("INSERT INTO note VALUES (1)")
    engines.close()
    assert is_free()


def test_all_who_write_to_a_file_share_its_line(tmp_path: Path) -> None:
    here, there = f"sqlite:///{tmp_path}/a.sqlite", f"sqlite:///{tmp_path}/b.sqlite"
    assert write_lock(here) is write_lock(f"sqlite:///{tmp_path}/../{tmp_path.name}/a.sqlite")
    assert write_lock(here) is not write_lock(there)

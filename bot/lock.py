"""One process a SQLite file: a second one is told so, instead of both writing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bot.settings import Settings


class AlreadyRunning(Exception):
    """Another process serves this SQLite file."""

    def __init__(self, file: Path, pid: str) -> None:
        super().__init__(
            f"Another process{f' ({pid})' if pid else ''} already serves {file}. Stop it, or set "
            "DATABASE_URL to a PostgreSQL server to run several."
        )


@contextmanager
def one_process(settings: Settings) -> Iterator[None]:
    """Holds the lock while the desk runs. The system lets go of it when the process ends, however it ends."""
    if not settings.is_sqlite:
        yield
        return
    file = Path(sa.make_url(settings.url).database or "")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(file.name + ".lock").open("a+", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise AlreadyRunning(file, handle.read().strip()) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield

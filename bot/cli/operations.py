"""`evenhand operations` and `evenhand health`: for those who run the desk, and for whatever watches its processes."""

import http.client
import json
import socket
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import func, select

from bot.assembly import open_database
from bot.cli.program import Stop, app, command, out
from bot.clock import system_clock
from bot.database import Database
from bot.operations import AlreadyThere, names, write_to
from bot.settings import Settings, load
from bot.worker.pulse import ALIVE_WITHIN, Heartbeat

group = typer.Typer(
    help="Files for those who run the desk: alert rules, a dashboard, a unit for systemd.",
    no_args_is_help=True,
)
app.add_typer(group, name="operations")

_PATIENCE_SECONDS = 4.0


@command(group, "files")
def files_(
    folder: Annotated[Path, typer.Argument(help="Where to. It is made if it is not there.")],
    force: Annotated[bool, typer.Option("--force", help="Also over files that say something else.")] = False,
) -> None:
    """Copy the Prometheus alert rules, the Grafana dashboard and the systemd unit into a folder."""
    try:
        for file in write_to(folder, force=force):
            out.print(str(file), markup=False, soft_wrap=True)
    except AlreadyThere as there:
        raise Stop(f"{there}.", "Choose another folder, or overwrite it: --force") from None
    except OSError as refused:
        raise Stop(f"{folder} cannot be written to: {refused.strerror}.", "Choose another folder.") from None


@command(group, "list")
def list_() -> None:
    """List the files there are."""
    for name in names():
        out.print(name, markup=False)


class Part(StrEnum):
    """Which process is asked about."""

    WEB = "web"
    WORKER = "worker"
    SOCKET = "socket"
    UP = "up"


@command(app, "health")
def health(part: Annotated[Part, typer.Argument(help="Which process of this machine or container.")]) -> None:
    """Say whether a process here is well; exit 1 if it is not. For the health checks of containers."""
    settings = load()
    port = settings.port if part in (Part.WEB, Part.UP) else settings.metrics_port
    if port is not None:
        _ask(part, port)
    elif part is Part.WORKER:
        _look_for_heartbeat(settings)
    else:
        raise Stop(f"The {part} process has nowhere to be asked.", "Set EVENHAND_METRICS_PORT.", code=2)
    out.print(f"The {part} process is well.")


def _ask(part: Part, port: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
    try:
        line.request("GET", "/readyz")
        answer = line.getresponse()
        told = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as silent:
        raise Stop(f"The {part} process does not answer on port {port}: {type(silent).__name__}.") from None
    finally:
        line.close()
    if answer.status != 200:
        raise Stop(f"The {part} process is not ready: {_short(told)}")


def _short(told: str) -> str:
    try:
        findings = json.loads(told)
    except ValueError:
        return "it is no Evenhand that answers there."
    return ", ".join(f"{name} {value}" for name, value in findings.items() if isinstance(value, str)) + "."


def _look_for_heartbeat(settings: Settings) -> None:
    """A worker writes a sign of life every few seconds under a name that begins with its host's."""
    engine = open_database(settings)
    try:
        with Database(engine).reading() as session:
            mine = Heartbeat.executor_id.startswith(f"{socket.gethostname()}-", autoescape=True)
            beat = session.scalar(select(func.max(Heartbeat.at)).where(mine))
    finally:
        engine.dispose()
    if beat is None or system_clock() - beat > ALIVE_WITHIN:
        raise Stop("No worker of this host has been heard of for half a minute.")

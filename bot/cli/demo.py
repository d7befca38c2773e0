"""`evenhand demo`: everything on this machine, nothing else needed."""

import socket
import tempfile
import threading
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.program import Stop, app, command, out
from bot.demo import demo_running
from bot.logs import configure
from bot.runtime import stop_signal
from bot.settings import Settings, load
from bot.tour.play import run_tour


@command(app, "demo")
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the page listens.")] = 8899,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the last demo and start over.")] = False,
    tour: Annotated[
        bool, typer.Option("--tour", help="No browser: play the journeys and print them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --tour: one JSON object a step.")] = False,
    browser: Annotated[bool, typer.Option(help="Open the page.")] = True,
) -> None:
    """Run the desk with a local Slack to try it in: one process, one address, no account anywhere."""
    settings = load()
    configure("WARNING" if settings.log_level == "INFO" else settings.log_level, settings.log_format)
    if tour:
        _tour(settings, as_json=as_json)
        return
    settings = settings.model_copy(update={"data_folder": settings.data_folder / "demo"})
    _require_free(port)
    state = settings.data_folder / "playground.sqlite"
    with (
        stop_signal() as stopped,
        demo_running(settings, port=port, state_file=state, fresh=fresh) as running,
    ):
        out.print(f"Evenhand is ready: [link={running.page}]{running.page}[/link]")
        out.print("Ask something in #help, then become Ben or Cleo to claim it. Ctrl-C stops.")
        if browser:
            threading.Thread(target=webbrowser.open, args=(running.page,), daemon=True).start()
        stopped.wait()
        out.print("Stopping; everything is kept.")


def _tour(settings: Settings, *, as_json: bool) -> None:
    """A database of its own unless DATABASE_URL names one, so that a tour never mixes with the demo."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings.model_copy(update={"data_folder": Path(folder), "poll_seconds": 0.02})
        with demo_running(settings, port=_free_port(), state_file=None) as running:
            if not run_tour(running, as_json=as_json):
                raise typer.Exit(1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            raise Stop(f"Port {port} is taken.", "Try another one: evenhand demo --port 8900") from taken

"""A desk as a user starts it: all in one process, or in parts, over HTTP or in Socket Mode."""

from collections.abc import Mapping
from pathlib import Path

from bot.assembly import prepare_database
from bot.playground import cast
from bot.settings import load

from .inside import VARIABLE
from .people import AGENTS, DESK, HELP
from .processes import DeskProcess, free_port

# What each shape starts: on SQLite it is always one process.
SHAPES = {
    "http": ("web", "worker", "worker"),
    "socket": ("socket", "worker", "worker"),
    "one": ("up",),
    "one-socket": ("up",),
}


def patience_with(hesitate: float) -> dict[str, str]:
    """Settings for agents who claim after so many seconds at most: whoever is paged has two thirds of them, then comes
    the next one. Nothing else moves a ticket by itself."""
    return {
        "EVENHAND_PAGE_MINUTES": str(hesitate * 2 / 3 / 60),
        "EVENHAND_PAGE_AGAIN_MINUTES": "600",
        "EVENHAND_HANDOVER_MINUTES": "600",
        "EVENHAND_NOTHING_MINUTES": "600",
    }


def start_desk(
    url: str,
    slack_url: str,
    folder: Path,
    *,
    shape: str = "http",
    parts: tuple[str, ...] = (),
    inside: bool = False,
    **settings: str,
) -> list[DeskProcess]:
    """Brings the database up to date and starts every process; `inside` gives them levers."""
    socket = "socket" in shape
    given = {
        "DATABASE_URL": url,
        "EVENHAND_DATA_FOLDER": str(folder / "data"),
        "EVENHAND_HOST": "127.0.0.1",
        "SLACK_API_URL": slack_url,
        "SLACK_BOT_TOKEN": cast.BOT_TOKEN,
        "SLACK_SIGNING_SECRET": "" if socket else cast.SIGNING_SECRET,
        "SLACK_APP_TOKEN": cast.APP_TOKEN if socket else "",
        "EVENHAND_HELP_CHANNELS": ",".join(HELP),
        "EVENHAND_DESK_CHANNEL": DESK,
        "EVENHAND_AGENTS": ",".join(AGENTS),
        VARIABLE: str(folder / "levers"),
        **settings,
    }
    prepare_database(load(database_url=url), always=True)
    commands = ("up",) if url.startswith("sqlite") else parts or SHAPES[shape]
    found = [_process(command, number, given, folder, inside) for number, command in enumerate(commands)]
    for process in found:
        process.start()
    return found


def _process(command: str, number: int, given: Mapping[str, str], folder: Path, inside: bool) -> DeskProcess:
    port = free_port() if command in ("web", "up") else None
    settings = {**given, "PORT": str(port or 1)}
    return DeskProcess((command,), settings, folder / f"{command}-{number}.log", port, inside=inside)

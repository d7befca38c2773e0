"""A desk as a user starts it: `evenhand up` on SQLite, `evenhand web` and workers on PostgreSQL."""

from pathlib import Path

from bot.assembly import prepare_database
from bot.playground import cast
from bot.settings import Settings

from .people import AGENTS, DESK, HELP
from .processes import DeskProcess, free_port


def start_desk(
    url: str, slack_url: str, folder: Path, *, workers: int = 2, **settings: str
) -> list[DeskProcess]:
    """Brings the database up to date and starts every process; the first one listens."""
    port = free_port()
    given = {
        "DATABASE_URL": url,
        "EVENHAND_DATA_FOLDER": str(folder / "data"),
        "EVENHAND_HOST": "127.0.0.1",
        "PORT": str(port),
        "SLACK_API_URL": slack_url,
        "SLACK_BOT_TOKEN": cast.BOT_TOKEN,
        "SLACK_SIGNING_SECRET": cast.SIGNING_SECRET,
        "SLACK_APP_TOKEN": "",
        "EVENHAND_HELP_CHANNELS": ",".join(HELP),
        "EVENHAND_DESK_CHANNEL": DESK,
        "EVENHAND_AGENTS": ",".join(AGENTS),
        **settings,
    }
    prepare_database(Settings(database_url=url), always=True)
    if url.startswith("sqlite"):
        found = [DeskProcess(("up",), given, folder / "up.log", port)]
    else:
        names = [f"worker-{number}" for number in range(1, workers + 1)]
        found = [
            DeskProcess(("web",), given, folder / "web.log", port),
            *(DeskProcess(("worker",), given, folder / f"{name}.log") for name in names),
        ]
    for process in found:
        process.start()
    return found

"""`evenhand`: gathers the commands and runs the one that was asked for."""

import sys

from bot.cli.program import app
from bot.crashes import guard, say_why
from bot.logs import configure
from bot.runtime import leave_in_time

# What runs for months holds no commands but its own in memory.
_STAY = frozenset({"socket", "up", "web", "worker"})


def main() -> None:
    # What people ask and what articles say is rarely ASCII, whatever the terminal claims to be.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # Before anything can break; a process that stays sets up its own logs again.
    configure("WARNING")
    guard()
    _gather()
    try:
        # Also where Python was asked to run it, people are told the name that the help uses.
        app(prog_name="evenhand")
    except SystemExit as leaving:
        leave_in_time(leaving.code)
        raise
    except Exception as broken:  # noqa: BLE001  (Python would print what it says, and that may be anybody's words)
        say_why(broken)
        leave_in_time(1)
        sys.exit(1)


def _gather() -> None:
    if _STAY.intersection(sys.argv[1:2]):
        import bot.cli.serve
    else:
        import bot.cli.everything  # noqa: F401  (importing it registers every command)

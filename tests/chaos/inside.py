"""The desk's own program, with levers on the inside for faults that cannot come from outside.

A lever is a file in the folder that EVENHAND_CHAOS names; while it is there, it is pulled. What a lever does is done
to this one program under test and nowhere else.
"""

import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine

VARIABLE = "EVENHAND_CHAOS"
CLOCK, RAISES, KILLS, SEARCH, INDEX, PATIENCE = "clock", "raises", "kills", "search", "index", "patience"
# In a question, for the levers of the same name.
MARK = {
    RAISES: "(breaks whoever reads it)",
    KILLS: "(brings down whoever reads it)",
    SEARCH: "(breaks whoever searches for it)",
}
_LOOK_EVERY = 0.05


class Levers:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def pull(self, name: str, value: str = "") -> None:
        # Written beside and moved, so that nobody reads half of it.
        aside = self._folder / f".{name}"
        aside.write_text(value, encoding="utf-8")
        aside.rename(self._folder / name)

    def release(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    def pulled(self, name: str) -> str | None:
        try:
            return (self._folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None


def install(levers: Levers) -> None:
    _break_reading(levers)
    _break_search(levers)
    _break_index(levers)
    _be_patient(levers)
    _move_clock(levers)
    # The web server's processes are forks, and a fork has no threads.
    os.register_at_fork(after_in_child=lambda: _move_clock(levers))


def _move_clock(levers: Levers) -> None:
    """The whole process's clock, whoever reads it, but for the one that counts how long something takes."""

    def watch() -> None:
        moved: Any = None
        by = 0.0
        while True:
            wanted = float(levers.pulled(CLOCK) or 0.0)
            if wanted != by:
                if moved is not None:
                    moved.stop()
                    moved = None
                if wanted:
                    moved = time_machine.travel(datetime.now(UTC) + timedelta(seconds=wanted))
                    moved.start()
                by = wanted
            time.sleep(_LOOK_EVERY)

    threading.Thread(target=watch, daemon=True, name="moving the clock").start()


def _break_reading(levers: Levers) -> None:
    from triage.tickets import intake

    really: Any = vars(intake)["open_ticket"]

    def open_ticket(session: Any, question: Any, **more: Any) -> Any:
        if MARK[RAISES] in question.text and levers.pulled(RAISES) is not None:
            raise ZeroDivisionError("a fault of the program")
        if MARK[KILLS] in question.text and levers.pulled(KILLS) is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        return really(session, question, **more)

    vars(intake)["open_ticket"] = open_ticket


def _break_search(levers: Levers) -> None:
    from triage import judge

    really: Any = vars(judge)["consider"]

    def consider(index: Any, text: str, **more: Any) -> Any:
        if MARK[SEARCH] in text and levers.pulled(SEARCH) is not None:
            raise ZeroDivisionError("a fault of the program")
        return really(index, text, **more)

    vars(judge)["consider"] = consider


def _break_index(levers: Levers) -> None:
    from kb import current

    really: Any = vars(current)["load_snapshot"]

    def load_snapshot(*arguments: Any) -> Any:
        how = levers.pulled(INDEX)
        if how == KILLS and threading.current_thread().name.startswith("index "):
            os.kill(os.getpid(), signal.SIGKILL)
        if how == RAISES:
            raise MemoryError("no room for the index")
        return really(*arguments)

    vars(current)["load_snapshot"] = load_snapshot


def _be_patient(levers: Levers) -> None:
    """So many seconds for each call of Slack, said before the program starts."""
    if (seconds := levers.pulled(PATIENCE)) is None:
        return
    from bot.slack import app

    really: Any = vars(app)["WebClient"]

    def client(**given: Any) -> Any:
        return really(**{**given, "timeout": int(seconds)})

    vars(app)["WebClient"] = client


def main() -> None:
    install(Levers(Path(os.environ[VARIABLE])))
    from bot.cli.main import main

    main()


if __name__ == "__main__":
    main()

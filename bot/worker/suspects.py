"""Jobs that may bring their process down: found by how often they were interrupted, run alone, and given up.

Whoever is killed takes all that was running along, so being interrupted proves nothing. A job that was interrupted
twice is noted before it is run, one of its kind at a time, and the note is taken back when the process survives it.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from dbos import DBOS

from bot.clock import system_clock
from bot.database import Database
from bot.slack.desk import Desk
from bot.worker.history import work_name
from triage.work_notes import Happened, note_work, notes_of, take_back

Handler = Callable[[Any, Desk], None]

_INTERRUPTED = 3  # so many starts, none of which came to an end
_MOST_DEATHS = 3
_LOOK_AGAIN_SECONDS = 1.0


class CrashedTooOften(Exception):
    """The process ended each time this ran: it is not run again by itself."""


class Suspects:
    """Of one worker process; safe to share between threads."""

    def __init__(self, database: Database, process: str) -> None:
        self._database, self._process = database, process
        self._alone: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._looking = threading.Lock()
        self._names: frozenset[str] = frozenset()
        self._looked_at = -_LOOK_AGAIN_SECONDS

    def careful(self, workflow: str, handler: Handler) -> Handler:
        """The handler, which raises `CrashedTooOften` instead of bringing down one more process."""

        def run(argument: Any, desk: Desk) -> None:
            if not self.suspected(DBOS.workflow_id):
                handler(argument, desk)
                return
            with self._alone[workflow], self.noted(work_name(workflow, argument)):
                handler(argument, desk)

        return run

    def suspected(self, workflow_id: str | None) -> bool:
        with self._looking:
            if time.monotonic() - self._looked_at >= _LOOK_AGAIN_SECONDS:
                self._names = self._interrupted()
                self._looked_at = time.monotonic()
            return workflow_id in self._names

    def _interrupted(self) -> frozenset[str]:
        """What the engine had to start again and again and is not done."""
        with self._database.reading() as session:
            table = (
                "dbos.workflow_status"
                if session.get_bind().dialect.name == "postgresql"
                else "workflow_status"
            )
            rows = session.scalars(
                sa.text(
                    f"SELECT workflow_uuid FROM {table} WHERE status IN ('PENDING', 'ENQUEUED') "
                    "AND recovery_attempts >= :starts"
                ),
                {"starts": _INTERRUPTED},
            )
            return frozenset(rows)

    @contextmanager
    def noted(self, work: str) -> Iterator[None]:
        """The process's end inside of it is counted. Raises `CrashedTooOften` after too many of them."""
        with self._database.transaction() as session:
            deaths = _deaths(notes_of(session, work))
            if deaths < _MOST_DEATHS:
                note_work(session, work, Happened.CRASHED, now=system_clock(), process=self._process)
        if deaths >= _MOST_DEATHS:
            raise CrashedTooOften(work)
        try:
            yield
        finally:
            with self._database.transaction() as session:
                take_back(session, work, Happened.CRASHED)


def _deaths(notes: list[Any]) -> int:
    """Since the last thing that was noted of it otherwise."""
    count = 0
    for note in reversed(notes):
        if note.what is not Happened.CRASHED:
            break
        count += note.times
    return count

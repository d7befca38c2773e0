"""Asks for the job of every event that was stored: right behind the receipt, whatever came together in one transaction.

The stored event is the promise, and all that Slack's receipt waits for. What a crash leaves without a job is found by
a worker within seconds, see `wake_left` in `bot/worker/timers.py`.
"""

import queue
import threading

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.database import Database
from triage.work import HandleEvent, enqueue

log = structlog.get_logger(__name__)

_AT_ONCE = 50
_TRY_AGAIN_SECONDS = 1.0
_GOODBYE_SECONDS = 2.0


class Relay:
    """One a process. Its thread begins with the first event, so that a fork has its own, and ends with `stop`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def pass_on(self, event_id: str) -> None:
        """Nobody waits for it: call it when the event is committed."""
        self._waiting.put(event_id)
        if self._thread is None:
            self._start()

    def stop(self) -> None:
        """Passes on what waits, if the database lets it."""
        self._waiting.put(None)
        if self._thread is not None:
            self._thread.join(timeout=_GOODBYE_SECONDS)
        self._stopping.set()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name="relay")
                self._thread.start()

    def _run(self) -> None:
        while (event_id := self._waiting.get()) is not None:
            together, last = self._with_others(event_id)
            self._enqueue(together)
            if last:
                return

    def _with_others(self, event_id: str) -> tuple[list[str], bool]:
        """With what waits beside it; and whether nothing comes after these."""
        together = [event_id]
        while len(together) < _AT_ONCE:
            try:
                other = self._waiting.get_nowait()
            except queue.Empty:
                break
            if other is None:
                return together, True
            together.append(other)
        return together, False

    def _enqueue(self, event_ids: list[str]) -> None:
        """Until it is done. The same job asked for twice is one job."""
        while not self._stopping.is_set():
            try:
                with self._database.transaction() as session:
                    for event_id in event_ids:
                        enqueue(session, HandleEvent(event_id))
            except SQLAlchemyError as away:
                log.warning("relay.waits", error=type(away).__name__, count=len(event_ids))
                self._stopping.wait(_TRY_AGAIN_SECONDS)
            else:
                return

"""What Slack shows us of our own: every message of ours comes back as an event, which proves that it stands there.

Heard in memory while Slack waits for its receipt, and written down soon after, many at once. What a crash forgets is
looked for in Slack instead (`bot/worker/seeking.py`).
"""

import threading
from collections import deque
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.database import Database
from triage.outbox_seen import Stood, note_seen

log = structlog.get_logger(__name__)

WRITE_AFTER = 2.0
# While the database is away: what is heard beyond that pushes out the oldest.
_MOST = 10_000
_AT_ONCE = 200


class Echoes:
    """One a process. Its thread begins with the first echo, ends with `stop`, and sleeps while nothing comes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._heard: deque[Stood] = deque(maxlen=_MOST)
        self._something, self._stopping = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._writer: threading.Thread | None = None

    def hear(self, team_id: str, app_id: object, event: dict[str, Any]) -> None:
        """An event that nobody acts on. `app_id` is whom it is for: what other apps said is none of ours."""
        stood = stood_by(team_id, app_id, event)
        if stood is None:
            return
        self._heard.append(stood)
        if not self._something.is_set():
            self._something.set()
            self._start()

    def write_down(self) -> int:
        """Says how many messages of ours were seen."""
        seen = 0
        while some := self._taken():
            try:
                with self._database.transaction() as session:
                    seen += note_seen(session, some)
            except SQLAlchemyError:
                self._heard.extendleft(reversed(some))
                raise
        return seen

    def stop(self) -> None:
        self._stopping.set()
        self._something.set()
        if self._writer is not None:
            self._writer.join(timeout=5)

    def _taken(self) -> list[Stood]:
        return [self._heard.popleft() for _ in range(min(len(self._heard), _AT_ONCE))]

    def _start(self) -> None:
        with self._starting:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, daemon=True, name="echoes")
                self._writer.start()

    def _write(self) -> None:
        while not self._stopping.is_set():
            self._something.wait()
            self._stopping.wait(WRITE_AFTER)
            self._something.clear()
            try:
                self.write_down()
            except SQLAlchemyError as fault:
                # The database is away: they are kept for the next time, and looked for if that comes too late.
                log.warning("echoes.kept", error=type(fault).__name__, count=len(self._heard))
                self._something.set()


def stood_by(team_id: str, app_id: object, event: dict[str, Any]) -> Stood | None:
    """Which message of this app's the event shows: as it was posted, or as it was changed."""
    inner = event.get("message") or event
    if event.get("type") != "message" or not isinstance(inner, dict) or inner.get("app_id") != app_id:
        return None
    channel, ts = event.get("channel"), inner.get("ts")
    return Stood(team_id, channel, ts) if isinstance(channel, str) and isinstance(ts, str) else None

"""Asks for the job of every event that was stored: right behind the receipt, whatever came together in one transaction.

The stored event is the promise, and all that Slack's receipt waits for. What a crash leaves without a job is found by
a worker within seconds, see `wake_left` in `bot/worker/timers.py`.
"""

import structlog

from bot.database import Database
from bot.gathering import Gathering
from triage.work import HandleEvent, enqueue

log = structlog.get_logger(__name__)

_AT_ONCE = 50
# The receipt goes first: Slack waits for it, and nobody for these few milliseconds.
_RECEIPT_FIRST = 0.005
# An event's id, and of what type it is.
Stored = tuple[str, str]


class Relay(Gathering[Stored]):
    """One a process. It is given the events that are committed; the same job asked for twice is one job."""

    def __init__(self, database: Database) -> None:
        super().__init__("relay", wait=_RECEIPT_FIRST, at_once=_AT_ONCE)
        self._database = database

    def see_to(self, together: list[Stored]) -> None:
        with self._database.transaction() as session:
            for event_id, _ in together:
                enqueue(session, HandleEvent(event_id))
        for event_id, kind in together:
            log.info("event.stored", request_id=event_id, event_id=event_id, type=kind, new=True)

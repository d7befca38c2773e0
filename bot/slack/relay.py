"""Asks for the job of every event that was stored: right behind the receipt, whatever came together in one transaction.

The stored event is the promise, and all that Slack's receipt waits for. What a crash leaves without a job is found by
a worker within seconds, see `wake_left` in `bot/worker/timers.py`.
"""

from bot.database import Database
from bot.gathering import Gathering
from triage.work import HandleEvent, enqueue

_AT_ONCE = 50


class Relay(Gathering[str]):
    """One a process. It is given the ids of events that are committed; the same job asked for twice is one job."""

    def __init__(self, database: Database) -> None:
        super().__init__("relay", at_once=_AT_ONCE)
        self._database = database

    def see_to(self, together: list[str]) -> None:
        with self._database.transaction() as session:
            for event_id in together:
                enqueue(session, HandleEvent(event_id))

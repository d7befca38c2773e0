"""What Slack shows us of our own: every message of ours comes back as an event, which proves that it stands there.

Heard in memory while Slack waits for its receipt, and written down soon after, many at once. What a crash forgets is
looked for in Slack instead (`bot/worker/seeking.py`).
"""

from typing import Any

from bot.database import Database
from bot.gathering import Gathering
from triage.outbox_seen import Stood, note_seen

_WRITE_AFTER = 2.0
# While the database is away.
_MOST = 10_000
_AT_ONCE = 200


class Echoes(Gathering[Stood]):
    """One a process."""

    def __init__(self, database: Database) -> None:
        super().__init__("echoes", wait=_WRITE_AFTER, at_once=_AT_ONCE, most=_MOST)
        self._database = database

    def hear(self, team_id: str, app_id: object, event: dict[str, Any]) -> None:
        """An event that nobody acts on. `app_id` is whom it is for: what other apps said is none of ours."""
        if (stood := stood_by(team_id, app_id, event)) is not None:
            self.give(stood)

    def see_to(self, together: list[Stood]) -> None:
        with self._database.transaction() as session:
            note_seen(session, together)


def stood_by(team_id: str, app_id: object, event: dict[str, Any]) -> Stood | None:
    """Which message of this app's the event shows: as it was posted, or as it was changed."""
    inner = event.get("message") or event
    if event.get("type") != "message" or not isinstance(inner, dict) or inner.get("app_id") != app_id:
        return None
    channel, ts = event.get("channel"), inner.get("ts")
    return Stood(team_id, channel, ts) if isinstance(channel, str) and isinstance(ts, str) else None

"""The :ticket: reaction turns a message into a ticket: for things that were said where nobody asked the desk."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import ids
from bot.slack.desk import Desk
from bot.slack.events import Arrived, on
from triage.work import FetchMessage, enqueue


@on("reaction_added")
def on_reaction(session: Session, arrived: Arrived, desk: Desk, now: datetime) -> None:
    """The event carries no text, so the message is fetched outside of this transaction."""
    event = arrived.event
    item = event.get("item") or {}
    if event.get("reaction") != ids.TICKET_REACTION or item.get("type") != "message":
        return
    marked_at = str(event.get("event_ts") or "")
    enqueue(session, FetchMessage(arrived.team_id, str(item["channel"]), str(item["ts"]), marked_at))

"""Which event means what: a table from Slack's event types to functions on a session."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.slack.desk import Desk

Event = dict[str, Any]


@dataclass(frozen=True)
class Arrived:
    """An event and where it came from."""

    team_id: str
    event: Event
    # When it happened, by Slack's clock where that is told.
    at: datetime


Handler = Callable[[Session, Arrived, Desk, datetime], None]

_HANDLERS: dict[str, Handler] = {}


def on(*types: str) -> Callable[[Handler], Handler]:
    """Registers the function that acts on events of these types. It must be safe to call in one transaction."""

    def register(handler: Handler) -> Handler:
        for kind in types:
            _HANDLERS[kind] = handler
        return handler

    return register


def wanted(event: Event) -> bool:
    """Whether the event is worth a job: somebody acts on its type, and it is not a bot's own chatter.

    That a message was deleted is written down whoever wrote it: of ours, none is said again then.
    """
    if event.get("type") not in _HANDLERS:
        return False
    if event.get("type") != "message" or event.get("subtype") == "message_deleted":
        return True
    return not _by_a_bot(event)


def _by_a_bot(event: Event) -> bool:
    inner = event.get("message") or event.get("previous_message") or {}
    return bool(
        event.get("bot_id")
        or event.get("subtype") == "bot_message"
        or (isinstance(inner, dict) and inner.get("bot_id"))
    )


def handle(session: Session, arrived: Arrived, desk: Desk, now: datetime) -> None:
    handler = _HANDLERS.get(str(arrived.event.get("type")))
    if handler is not None:
        handler(session, arrived, desk, now)

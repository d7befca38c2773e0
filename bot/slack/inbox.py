"""The inbox: every event is stored before Slack gets its receipt, and its job asked for right behind it.

A crash before the commit makes Slack deliver again; after it the event stands, and a worker finds it if nobody came to
ask for its job. Delivered twice, the second row is not written and nothing is asked for.
"""

import re
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from slack_bolt import BoltRequest, BoltResponse
from sqlalchemy import JSON, Index, String, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot import request_id, tracing
from bot.clock import Clock
from bot.database import Database
from bot.metrics import ACK_SECONDS, EVENTS
from kb.base import Base, UtcDateTime

log = structlog.get_logger(__name__)

_TYPE = re.compile(r"[a-z][a-z_.]{0,39}")


class InboxEvent(Base):
    """An event as Slack sent it. `handled_at` is set in the transaction that acts on it."""

    __tablename__ = "inbox_event"
    __table_args__ = (Index("ix_inbox_event_handled_at", "handled_at"),)

    event_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32))
    type: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Of the request that brought it: see `bot/tracing.py`.
    trace: Mapped[str | None] = mapped_column(String(64))


# Written out, because Slack waits for it and SQLAlchemy would compile its own `on_conflict_do_nothing` each time.
_STORE = sa.text(
    "INSERT INTO inbox_event (event_id, team_id, type, body, received_at, trace) "
    "VALUES (:event_id, :team_id, :type, :body, :received_at, :trace) ON CONFLICT DO NOTHING RETURNING event_id"
).bindparams(sa.bindparam("body", type_=JSON), sa.bindparam("received_at", type_=UtcDateTime))


def store(connection: sa.Connection, body: dict[str, Any], *, now: datetime) -> bool:
    """Stores the event; says whether it was new."""
    row = {
        "event_id": str(body["event_id"]),
        "team_id": installed_in(body),
        "type": str(body["event"]["type"])[:64],
        "body": {"event": body["event"], "event_time": body.get("event_time")},
        "received_at": now,
        "trace": tracing.carried(),
    }
    return connection.execute(_STORE, row).first() is not None


def installed_in(body: dict[str, Any]) -> str:
    """The workspace whose installation the event came for: in a channel shared with another organisation, the author's
    own workspace is another one."""
    given = body.get("authorizations")
    first = given[0] if isinstance(given, list) and given else None
    team_id = first.get("team_id") if isinstance(first, dict) else None
    return str(team_id or body["team_id"])


_KEPT = ("type", "subtype", "channel", "ts", "thread_ts", "event_ts")


def close_event(session: Session, row: InboxEvent, *, now: datetime) -> bool:
    """The event is acted on in this transaction, unless somebody else was first: then False.

    What people wrote stands in the ticket, if it belongs anywhere, and goes from here.
    """
    kept = {"event": {key: row.body["event"][key] for key in _KEPT if key in row.body["event"]}}
    closed = session.execute(_CLOSE, {"b_event_id": row.event_id, "b_now": now, "b_kept": kept})
    return closed.first() is not None


_CLOSE = (
    update(InboxEvent)
    .where(InboxEvent.event_id == bindparam("b_event_id"), InboxEvent.handled_at.is_(None))
    .values(handled_at=bindparam("b_now"), body=bindparam("b_kept"))
    .returning(InboxEvent.event_id)
    .execution_options(synchronize_session=False)
)


def unhandled(session: Session, *, limit: int = 1000) -> list[str]:
    """Events that were stored and not acted on: oldest first."""
    waiting = select(InboxEvent.event_id).where(InboxEvent.handled_at.is_(None))
    return list(session.scalars(waiting.order_by(InboxEvent.received_at).limit(limit)))


TakeIn = Callable[[dict[str, Any]], BoltResponse | None]
# Of which workspace, for which app, and the event.
Overhear = Callable[[str, object, dict[str, Any]], None]


def take_in(
    database: Database,
    clock: Clock,
    wanted: Callable[[dict[str, Any]], bool],
    serves: Callable[[str], bool] = lambda _team_id: True,
    *,
    pass_on: Callable[[tuple[str, str]], None],
    overhear: Overhear = lambda _team_id, _app_id, _event: None,
) -> TakeIn:
    """Takes an event in and says what Slack is answered; None for what is no event.

    `wanted` says which events are worth a job, `serves` which workspaces have the app; what is neither is acknowledged
    and counted. `pass_on` is told of each event that was stored, its id and type; `overhear` of what is not wanted: it
    may show what we said ourselves.
    """

    def take(body: dict[str, Any]) -> BoltResponse | None:
        if body.get("type") != "event_callback":
            return None
        started = time.perf_counter()
        event = body.get("event")
        if not isinstance(event, dict) or not body.get("event_id") or not body.get("team_id"):
            EVENTS.labels("malformed", "refused").inc()
            return BoltResponse(status=400, body="an event needs event_id, team_id and event")
        kind = str(event.get("type"))
        if not wanted(event):
            overhear(installed_in(body), body.get("api_app_id"), event)
            EVENTS.labels(kind if _TYPE.fullmatch(kind) else "other", "ignored").inc()
            return BoltResponse(status=200, body="")
        if not serves(installed_in(body)):
            EVENTS.labels(kind, "not_installed").inc()
            return BoltResponse(status=200, body="")
        event_id = str(body["event_id"])
        with (
            request_id.bound(event_id),
            tracing.span("receive", event_id=event_id, type=kind),
            database.single() as connection,
        ):
            new = store(connection, body, now=clock())
        if new:
            pass_on((event_id, kind))
        else:
            log.info("event.stored", request_id=event_id, event_id=event_id, type=kind, new=False)
        EVENTS.labels(kind, "stored" if new else "repeated").inc()
        ACK_SECONDS.observe(time.perf_counter() - started)
        return BoltResponse(status=200, body="")

    return take


def inbox_middleware(take: TakeIn) -> Callable[..., BoltResponse | None]:
    """Bolt's global middleware: answers events by itself, so that no listener runs before the commit."""

    def store_event(req: BoltRequest, next: Callable[[], None]) -> BoltResponse | None:
        answer = take(req.body)
        if answer is None:
            next()
        return answer

    return store_event

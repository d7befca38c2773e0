"""Clicks, forms, shortcuts and commands. Slack does not deliver these again and a person waits for them, so each
runs in one transaction that commits before the receipt; what the desk refuses is said kindly, to that person alone.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt import Ack, App, BoltResponse
from sqlalchemy.orm import Session

from bot import request_id, tracing
from bot.metrics import ACK_SECONDS, CLICKS
from bot.slack.desk import Desk
from bot.slack.gateway import SlackProblem
from bot.slack.incoming import SIGNATURE, storable
from bot.slack.limits import fit_view
from bot.slack.refusals import words_for
from triage.desk import ensure_desk
from triage.errors import TicketNotFound, TriageError
from triage.outbox import Occasion, say, say_to
from triage.people.models import Person
from triage.people.roster import known, meet
from triage.policy import Policy
from triage.replays import first_sight

log = structlog.get_logger(__name__)


class Unreadable(Exception):
    """A button or a form that holds something else than what we put there. Its words are logged and quote nothing."""


def number(text: str) -> int:
    """The number of a ticket or an article, as our buttons and forms carry it."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Unreadable("it is no number")
    return int(text)


@dataclass(frozen=True)
class Press:
    """Somebody pressed, submitted or typed something. `value` is the button's, `text` the command's."""

    person: Person
    body: dict[str, Any]
    # The rules of the workspace in which it happened.
    policy: Policy
    value: str = ""
    text: str = ""
    channel: str | None = None
    thread_ts: str | None = None

    @property
    def ticket_id(self) -> int:
        try:
            return number(self.value.rsplit(":", 1)[-1])
        except Unreadable:
            raise TicketNotFound(0) from None

    def entered(self, block_id: str, action_id: str) -> str:
        """What a form says in one field: text, chosen option or person; empty where nothing was given."""
        state = self._state(block_id, action_id)
        chosen = state.get("selected_option") or {}
        return storable(
            state.get("value")
            or chosen.get("value")
            or state.get("selected_user")
            or state.get("selected_date")
            or state.get("selected_time")
        )

    def chosen(self, block_id: str, action_id: str) -> list[str]:
        """Everybody who was picked in a field for several people."""
        return [
            storable(slack_id) for slack_id in self._state(block_id, action_id).get("selected_users") or ()
        ]

    def ticked(self, block_id: str, action_id: str) -> list[str]:
        """Every option that was chosen in a field for several."""
        options = self._state(block_id, action_id).get("selected_options") or ()
        return [storable(one.get("value")) for one in options]

    def moment(self, block_id: str, action_id: str) -> datetime | None:
        """A date with its time, which Slack asks for in the person's own zone."""
        picked = self._state(block_id, action_id).get("selected_date_time")
        # Slack's picker gives whole seconds; anything far off is none of ours.
        if not isinstance(picked, int) or not 0 < picked < 2**32:
            return None
        return datetime.fromtimestamp(picked, UTC)

    def _state(self, block_id: str, action_id: str) -> dict[str, Any]:
        values = self.body["view"]["state"]["values"]
        return dict(values.get(block_id, {}).get(action_id) or {})

    @property
    def metadata(self) -> str:
        return str((self.body.get("view") or {}).get("private_metadata") or "")

    @property
    def form_ticket_id(self) -> int:
        return number(self.metadata)


@dataclass(frozen=True)
class Reply:
    """What goes back with the receipt. `open_view` is opened after the commit."""

    text: str = ""
    open_view: dict[str, Any] | None = None
    # What a form becomes once it was taken, or the window in which a button was pressed.
    update_view: dict[str, Any] | None = None
    # What a menu offers for what was typed in it.
    options: list[dict[str, Any]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


Listener = Callable[[Session, Press, Desk, datetime], Reply | None]


@dataclass(frozen=True)
class _Registered:
    kind: str
    name: str
    listener: Listener


_LISTENERS: list[_Registered] = []


def listener(kind: str, *names: str) -> Callable[[Listener], Listener]:
    """Registers a function for an `action`, `view`, `command`, `shortcut`, or `options` of a menu.

    An action whose buttons are numbered (`rating.rate.good`) is registered by its first part.
    """

    def register(function: Listener) -> Listener:
        _LISTENERS.extend(_Registered(kind, name, function) for name in names)
        return function

    return register


def attach(app: App, desk: Desk) -> None:
    """Hands every registered listener to Bolt."""
    actions = {r.name: r for r in _LISTENERS if r.kind == "action"}

    def on_action(ack: Ack, body: dict[str, Any]) -> BoltResponse:
        # Forms and buttons of the old kinds come here as well, and have no such id.
        action_id = str((body.get("actions") or [{}])[0].get("action_id"))
        registered = actions.get(action_id) or actions.get(action_id.rpartition(".")[0])
        if registered is None:
            CLICKS.labels("unknown", "ignored").inc()
            return ack()
        return _traced(_run, registered, ack, body, desk)

    app.action(re.compile(".*"))(on_action)
    for registered in _LISTENERS:
        if registered.kind != "action":
            getattr(app, registered.kind)(registered.name)(_bound(registered, desk))


def _traced(
    act: Callable[[_Registered, Ack, dict[str, Any], Desk], BoltResponse],
    registered: _Registered,
    ack: Ack,
    body: dict[str, Any],
    desk: Desk,
) -> BoltResponse:
    """Under the id of the web request that brought it, or one of its own where Socket Mode did."""
    with request_id.begun(registered.kind), tracing.span("receive", press=registered.name):
        return act(registered, ack, body, desk)


def _bound(registered: _Registered, desk: Desk) -> Callable[..., BoltResponse]:
    act = _look_up if registered.kind == "options" else _run

    def run(ack: Ack, body: dict[str, Any]) -> BoltResponse:
        return _traced(act, registered, ack, body, desk)

    return run


def _look_up(registered: _Registered, ack: Ack, body: dict[str, Any], desk: Desk) -> BoltResponse:
    """Somebody types and each letter asks: only reads, and offers nothing to whom it is not meant for."""
    started = time.perf_counter()
    reply = Reply()
    with desk.database.reading() as session:
        team_id = team_of(body)
        person = known(session, team_id, str(body["user"]["id"]))
        if person is not None:
            press = Press(
                person, body, desk.policy_for(session, team_id), text=storable(body.get("value")).strip()
            )
            try:
                reply = registered.listener(session, press, desk, desk.clock()) or reply
            except (TriageError, Unreadable) as refused:
                log.info("slack.nothing_offered", name=registered.name, why=type(refused).__name__)
    CLICKS.labels(registered.name, "done").inc()
    ACK_SECONDS.observe(time.perf_counter() - started)
    return ack(options=reply.options)


def _run(registered: _Registered, ack: Ack, body: dict[str, Any], desk: Desk) -> BoltResponse:
    started = time.perf_counter()
    now = desk.clock()
    try:
        with desk.database.transaction(urgent=True) as session:
            if not _first_sight(session, body, now):
                CLICKS.labels(registered.name, "repeated").inc()
                return ack()
            press = _press(session, body, desk, now)
            reply = registered.listener(session, press, desk, now) or Reply()
            if (body.get("view") or {}).get("type") == "home" and reply.open_view is None:
                # The lists there have changed.
                say_to(session, Occasion.HOME, press.person, now=now)
        outcome = "done"
    except TriageError as refused:
        outcome = "refused"
        reply = _refuse(registered, body, refused, desk, now)
    except Unreadable as unread:
        log.warning("slack.unreadable", name=registered.name, why=str(unread))
        CLICKS.labels(registered.name, "unreadable").inc()
        return BoltResponse(status=400, body="")
    log.info("slack.pressed", name=registered.name, outcome=outcome, refused=outcome == "refused")
    if reply.open_view is not None and not _open(body, reply.open_view, desk):
        outcome = "late"
    if reply.update_view is not None and registered.kind == "action":
        _exchange(body, reply.update_view, desk)
    CLICKS.labels(registered.name, outcome).inc()
    response = _acknowledge(registered.kind, ack, reply)
    ACK_SECONDS.observe(time.perf_counter() - started)
    return response


def _first_sight(session: Session, body: dict[str, Any], now: datetime) -> bool:
    signature = body.get(SIGNATURE)
    return signature is None or first_sight(session, str(signature), now=now)


def team_of(body: dict[str, Any]) -> str:
    """The workspace in which somebody pressed. Commands carry it elsewhere than clicks, and a form that people of two
    organisations share says which of them has the app."""
    team, user = body.get("team") or {}, body.get("user") or {}
    installed = (body.get("view") or {}).get("app_installed_team_id")
    return str(installed or team.get("id") or body.get("team_id") or user.get("team_id"))


def _press(session: Session, body: dict[str, Any], desk: Desk, now: datetime) -> Press:
    user, team_id = body.get("user") or {}, team_of(body)
    ensure_desk(session, team_id, now=now)
    # Only the user's own team tells a guest; commands do not carry it.
    guest = user["team_id"] != team_id if user.get("team_id") else None
    person = meet(session, team_id, str(user.get("id") or body.get("user_id")), now=now, is_guest=guest)
    action = (body.get("actions") or [{}])[0]
    container = body.get("container") or {}
    message = body.get("message") or {}
    return Press(
        person=person,
        body=body,
        policy=desk.policy_for(session, team_id),
        value=str(action.get("value") or (action.get("selected_option") or {}).get("value") or ""),
        text=storable(body.get("text")).strip(),
        channel=(body.get("channel") or {}).get("id")
        or container.get("channel_id")
        or body.get("channel_id"),
        thread_ts=message.get("thread_ts") or container.get("thread_ts"),
    )


def _refuse(
    registered: _Registered, body: dict[str, Any], refused: TriageError, desk: Desk, now: datetime
) -> Reply:
    """Turns a refusal into words where the person looks: in the form, under the command, or beside the button."""
    words = words_for(refused)
    if registered.kind == "view":
        blocks = [b["block_id"] for b in body["view"]["blocks"] if b["type"] == "input"]
        wanted = getattr(refused, "field", "")
        return Reply(errors={wanted if wanted in blocks else blocks[0]: words} if blocks else {})
    if registered.kind == "command":
        return Reply(text=words)
    with desk.database.transaction(urgent=True) as session:
        press = _press(session, body, desk, now)
        say(
            session,
            Occasion.PRIVATE if press.channel else Occasion.DIRECT,
            team_id=press.person.team_id,
            address=press.channel or press.person.slack_id,
            person=press.person,
            now=now,
            notice="refused",
            text=words,
            thread_ts=press.thread_ts,
        )
    return Reply()


def _open(body: dict[str, Any], view: dict[str, Any], desk: Desk) -> bool:
    try:
        desk.gateway_for(team_of(body)).open_view(str(body.get("trigger_id")), view)
    except SlackProblem as problem:
        # The trigger lives three seconds and serves once: pressing again is all that helps.
        log.warning("slack.form_not_opened", error=str(problem))
        return False
    return True


def _exchange(body: dict[str, Any], view: dict[str, Any], desk: Desk) -> None:
    view_id = (body.get("view") or {}).get("id")
    if view_id is None:
        return
    try:
        desk.gateway_for(team_of(body)).update_view(str(view_id), view)
    except SlackProblem as problem:
        # What was pressed counts all the same; the window was closed, or shows the old words.
        log.warning("slack.window_not_updated", error=str(problem))


def _acknowledge(kind: str, ack: Ack, reply: Reply) -> BoltResponse:
    if kind == "view":
        if reply.update_view is not None and not reply.errors:
            return ack(response_action="update", view=fit_view(reply.update_view))
        return ack(response_action="errors", errors=reply.errors) if reply.errors else ack()
    if kind == "command" and reply.text:
        return ack(text=reply.text, response_type="ephemeral")
    return ack()

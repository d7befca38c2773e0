"""The local Slack in one object: what tests, the tour and the assembly hold in their hands."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.playground import cast, typed
from bot.playground.cast import AppConfig
from bot.playground.choosing import action_on, nested
from bot.playground.clock import MovableClock, Now
from bot.playground.delivery import Answer, Attempt, Delivery
from bot.playground.errors import PlaygroundError, RealTokenRefused, SlackError
from bot.playground.events import Events
from bot.playground.faults import Fault, Faults
from bot.playground.installing import Installing
from bot.playground.interactions import Interactions
from bot.playground.messages import Messages
from bot.playground.openid import SignIns
from bot.playground.rates import Rates
from bot.playground.responses import Responses
from bot.playground.socket_mode import Sockets
from bot.playground.state import State
from bot.playground.views import Triggers, Views, public
from bot.playground.web_api import Called
from bot.playground.workspace import Doc, Workspace


def refuse_real_tokens(tokens: Iterable[str | None]) -> None:
    """Raise `RealTokenRefused` if any token could belong to a real workspace."""
    for token in tokens:
        kind, _, rest = (token or "").partition("-")
        if kind.startswith(("xox", "xapp", "xwfp")) and not rest.startswith("playground"):
            raise RealTokenRefused(f"{kind}-…")


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class LocalSlack:
    """One workspace with one app in it."""

    def __init__(
        self,
        state_path: Path | None = None,
        *,
        clock: Now = _wall_clock,
        signing_secret: str = cast.SIGNING_SECRET,
        bot_token: str = cast.BOT_TOKEN,
        app_token: str = cast.APP_TOKEN,
        team: dict[str, str] | None = None,
        app: AppConfig | None = None,
    ) -> None:
        refuse_real_tokens([bot_token, app_token])
        self.signing_secret = signing_secret
        self.bot_token = bot_token
        self.app_token = app_token
        self.app = app or AppConfig()
        self.scopes: set[str] = set(self.app.scopes)
        self.state = State(state_path)
        self.clock = MovableClock(clock, self.state)
        self.workspace = Workspace(self.state, self.clock, self.app, dict(team or cast.TEAM))
        self.sockets = Sockets()
        self.delivery = Delivery(self.state, signing_secret, self.sockets)
        self.events = Events(self.workspace, self.delivery.enqueue)
        self.conversation = Messages(self.workspace, self.events)
        self.triggers = Triggers()
        self.modals = Views(self.workspace, self.triggers)
        self.responses = Responses(self.conversation)
        self.interactions = Interactions(self.conversation, self.modals, self.responses, self.delivery)
        self.faults = Faults()
        self.rates = Rates()
        self.sign_ins = SignIns()
        self.installing = Installing()
        self.calls: deque[Called] = deque(maxlen=20_000)
        with self.state.change():
            for user_id in [persona.id for persona in cast.PERSONAS]:
                self.workspace.dm(user_id)

    def close(self) -> None:
        self.delivery.close()
        self.sockets.drop()
        self.state.close()

    # Where the app is

    def deliver_to(self, url: str | None) -> None:
        """Send events, clicks and commands here. What waited undelivered goes out now."""
        self.delivery.deliver_to(url)

    @property
    def delivery_log(self) -> list[Attempt]:
        return list(self.delivery.log)

    def redeliver_last(self, count: int = 1) -> list[Answer]:
        return self.delivery.redeliver(count)

    def settle(self, timeout: float = 10.0) -> bool:
        return self.delivery.settle(timeout)

    # The clock

    def now(self) -> datetime:
        return self.clock.now()

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> datetime:
        return self.clock.advance(timedelta(seconds=seconds, minutes=minutes, hours=hours))

    def on_clock_advanced(self, listener: Callable[[datetime], None]) -> None:
        self.clock.on_advanced(listener)

    # People doing things

    def _at(self, user_id: str, channel_id: str) -> Doc:
        """The channel, if that person is in it."""
        self.workspace.person(user_id)
        channel = self.workspace.channel(channel_id)
        if not self.workspace.is_member(channel, user_id):
            raise PlaygroundError("not_in_channel", "They are not in that channel.")
        return channel

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        *,
        broadcast: bool = False,
        raw: bool = False,
        files: list[Doc] | None = None,
        **fields: Any,
    ) -> str:
        """Somebody writes; `raw` text is already in Slack's notation. Returns the time stamp."""
        place = self._at(user, channel)
        if not text.strip() and not files:
            raise PlaygroundError("no_text", "There is nothing to send.")
        words = text if raw else typed.written(self.workspace, text)
        message = {"user": user, **fields}
        if files:
            message |= {"subtype": "file_share", "files": files, "upload": False}
        said = self.conversation.from_person(place, words, message, thread_ts=thread_ts, broadcast=broadcast)
        self.mark_read(user, place["id"])
        return str(said["ts"])

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        place = self._at(user, channel)
        if self.conversation.get(place["id"], ts).get("user") != user:
            raise PlaygroundError("cant_update_message", "People edit only what they wrote.")
        self.conversation.edit(place, ts, {"text": typed.written(self.workspace, text)}, editor=user)

    def delete(self, user: str, channel: str, ts: str) -> None:
        place = self._at(user, channel)
        if self.conversation.get(place["id"], ts).get("user") != user:
            raise PlaygroundError("cant_delete_message", "People delete only what they wrote.")
        self.conversation.delete(place, ts)

    def unfurl(self, channel: str, ts: str) -> None:
        """Slack adds a preview to a link: an edit without a change of text."""
        preview = {"id": 1, "from_url": "https://example.com", "title": "Example", "fallback": "Example"}
        self.conversation.edit(self.workspace.channel(channel), ts, {"attachments": [preview]}, editor=None)

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        self.conversation.react(self._at(user, channel), ts, user, name)

    def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        self.conversation.unreact(self._at(user, channel), ts, user, name)

    def join(self, user: str, channel: str, inviter: str | None = None) -> None:
        place = self.workspace.channel(channel)
        if self.workspace.is_member(place, user):
            return
        with self.state.change():
            joined = self.workspace.set_members(place, [*place["members"], user])
            if self.workspace.bot_hears(joined):
                self.events.member_joined(joined, user, inviter)
                note = {"subtype": "channel_join", "text": f"<@{user}> has joined the channel"}
                self.conversation.add(joined, {"type": "message", "user": user, **note})

    def leave(self, user: str, channel: str) -> None:
        place = self.workspace.channel(channel)
        self.workspace.set_members(place, [member for member in place["members"] if member != user])

    def dm(self, user: str, other: str = cast.BOT_USER) -> str:
        return str(self.workspace.dm(user, other)["id"])

    # Clicks and forms

    def click(
        self, user: str, channel: str, ts: str, action_id: str, value: Any = None, **fields: Any
    ) -> Answer:
        """Press the element of that name. `value` narrows the choice, or is what was chosen."""
        place = self.workspace.channel(channel)
        blocks = self._visible(user, place, ts).get("blocks", [])
        action = action_on(blocks, action_id, value) | fields
        return self.interactions.message_action(user, place, ts, action)

    def _visible(self, user: str, channel: Doc, ts: str) -> Doc:
        whispered: Doc | None = self.state.get(f"ephemeral/{user}", ts)
        return whispered or self.conversation.get(channel["id"], ts)

    def click_view(
        self, user: str, action_id: str, value: Any = None, *, view_id: str | None = None
    ) -> Answer:
        """Press something in the open modal, or in App Home when none is open."""
        view = self.modals.get(view_id) if view_id else self._in_front(user)
        return self.interactions.view_action(user, view["id"], action_on(view["blocks"], action_id, value))

    def _in_front(self, user: str) -> Doc:
        stack = self.modals.stack(user)
        view = stack[-1] if stack else self.modals.home(user)
        if view is None:
            raise PlaygroundError("view_not_found", "There is no window open.")
        return view

    def submit(self, user: str, view_id: str | None = None, values: Doc | None = None) -> Doc:
        """Send the form in front. Values by action id (plain) or in Slack's nested shape."""
        view = self.modals.get(view_id) if view_id else self._in_front(user)
        return self.interactions.submit(user, view["id"], nested(view, values or {}))

    def options(self, user: str, action_id: str, typed: str = "", view_id: str | None = None) -> list[Doc]:
        """What a menu of the form in front offers for what is typed in it."""
        view = self.modals.get(view_id) if view_id else self._in_front(user)
        return self.interactions.suggestions(user, view["id"], action_id, typed)

    def close_view(self, user: str, view_id: str | None = None) -> None:
        view = self.modals.get(view_id) if view_id else self._in_front(user)
        self.interactions.close(user, view["id"])

    def command(self, user: str, text: str, channel: str = "CHELP") -> Answer:
        """`/help-me my screen is black`, typed in a channel."""
        name, _, rest = text.partition(" ")
        return self.interactions.command(user, self._at(user, channel), name, rest.strip())

    def shortcut(
        self, user: str, callback_id: str, channel: str | None = None, ts: str | None = None
    ) -> Answer:
        if channel is None or ts is None:
            return self.interactions.shortcut(user, callback_id)
        place = self.workspace.channel(channel)
        return self.interactions.message_shortcut(user, callback_id, place, ts)

    def open_home(self, user: str, tab: str = "home") -> None:
        self.workspace.person(user)
        home = self.modals.home(user)
        with self.state.change():
            dm = self.workspace.dm(user)
            self.events.home_opened(user, dm, tab, public(home) if home and tab == "home" else None)

    # What people see

    def messages(self, channel: str) -> list[Doc]:
        return self.conversation.top_level(channel)

    def replies(self, channel: str, ts: str) -> list[Doc]:
        """What stands under a message, the message itself left out."""
        return self.conversation.thread(channel, ts)[1:]

    def message(self, channel: str, ts: str) -> Doc:
        return self.conversation.get(channel, ts)

    def ephemerals(self, user: str, channel: str | None = None) -> list[Doc]:
        return self.conversation.ephemerals(user, channel)

    def views(self, user: str) -> list[Doc]:
        return [public(view) for view in self.modals.stack(user)]

    def home(self, user: str) -> Doc | None:
        view = self.modals.home(user)
        return public(view) if view else None

    def mark_read(self, user: str, channel: str) -> None:
        latest = self.conversation.top_level(channel)
        if latest and self.state.get("read", f"{user}/{channel}") != latest[-1]["ts"]:
            with self.state.change():
                self.state.put("read", f"{user}/{channel}", latest[-1]["ts"])

    def unread(self, user: str, channel: str) -> int:
        seen = self.state.get("read", f"{user}/{channel}") or ""
        return sum(
            1 for m in self.conversation.top_level(channel) if m["ts"] > seen and m.get("user") != user
        )

    def emit(self, event: Doc) -> None:
        """Any other event, as given: `{"type": "tokens_revoked", …}`."""
        with self.state.change():
            self.events.send({"event_ts": self.workspace.stamp(), **event})

    # Bad days

    def fail_next(
        self,
        method: str,
        *,
        error: str | None = None,
        http_status: int | None = None,
        rate_limited: int | None = None,
        drop: bool = False,
        drop_after_doing: bool = False,
        after_doing: bool = False,
        lost: bool = False,
        slow: float = 0.0,
        times: int = 1,
    ) -> None:
        """Make the next calls of a method (or of any, `*`) go wrong.

        `after_doing` does the work and then answers with the fault; `drop` hangs up instead of
        answering; `lost` answers ok and does nothing; `slow` waits that many seconds first, or before it answers.
        """
        fault = Fault(
            error=error,
            http_status=http_status,
            rate_limited=rate_limited,
            drop=drop or drop_after_doing,
            after_doing=after_doing or drop_after_doing,
            lost=lost,
            slow=slow,
        )
        self.faults.add(method, fault, times)

    # Furniture for tests

    def add_user(self, persona: cast.Persona, *channels: str, team_id: str | None = None) -> None:
        """A new face; with a `team_id` of their own they are a guest from another workspace."""
        self.workspace.add_user(persona.user() | ({"team_id": team_id} if team_id else {}))
        for channel in channels:
            self.join(persona.id, channel)

    def add_usergroup(self, group_id: str, handle: str, users: list[str]) -> None:
        group = {"id": group_id, "team_id": self.workspace.team["id"], "is_usergroup": True}
        named = {"handle": handle, "name": handle, "description": "", "date_delete": 0}
        with self.state.change():
            self.state.put(
                "usergroups", group_id, {**group, **named, "users": users, "user_count": len(users)}
            )


__all__ = ["LocalSlack", "PlaygroundError", "RealTokenRefused", "SlackError", "refuse_real_tokens"]

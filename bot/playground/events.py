"""Events as Slack words them, put in the queue in the change that caused them."""

from collections.abc import Callable
from typing import Any

from bot.playground import cast
from bot.playground.workspace import EVENT_TYPES, Doc, Workspace

MESSAGE_EVENTS = {"public": "message.channels", "private": "message.groups", "dm": "message.im"}
Enqueue = Callable[[Doc], None]


class Events:
    """Wraps an event in its envelope if the app has subscribed to it and may hear it."""

    def __init__(self, workspace: Workspace, enqueue: Enqueue) -> None:
        self._workspace = workspace
        self._enqueue = enqueue

    def _subscribed(self, name: str) -> bool:
        events = self._workspace.app.events
        return events is None or name in events

    def send(self, event: Doc, *, subscription: str | None = None) -> None:
        if not self._subscribed(subscription or event["type"]):
            return
        team = self._workspace.team["id"]
        self._enqueue(
            {
                "token": "playground-verification-token",
                "team_id": team,
                "context_team_id": team,
                "context_enterprise_id": None,
                "api_app_id": cast.APP_ID,
                "event": event,
                "type": "event_callback",
                "event_id": self._workspace.new_id("Ev"),
                "event_time": self._workspace.epoch(),
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": team,
                        "user_id": cast.BOT_USER,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
                "is_ext_shared_channel": False,
                "event_context": self._workspace.new_id("4-"),
            }
        )

    def message(self, channel: Doc, message: Doc) -> None:
        """A new message; one that mentions the bot is told twice, under two event ids."""
        if not self._workspace.bot_hears(channel):
            return
        heard = {key: value for key, value in message.items() if key not in HIDDEN_FIELDS}
        event = {
            **heard,
            "channel": channel["id"],
            "event_ts": message["ts"],
            "channel_type": EVENT_TYPES[channel["kind"]],
        }
        self.send(event, subscription=MESSAGE_EVENTS[channel["kind"]])
        if self.mentions_bot(message) and channel["kind"] != "dm" and "bot_id" not in message:
            mention = {k: v for k, v in event.items() if k not in ("channel_type", "subtype")}
            self.send({**mention, "type": "app_mention"})

    def mentions_bot(self, message: Doc) -> bool:
        return f"<@{cast.BOT_USER}" in message.get("text", "")

    def changed(self, channel: Doc, message: Doc, previous: Doc) -> None:
        self._hidden(channel, "message_changed", message=message, previous_message=previous)

    def deleted(self, channel: Doc, previous: Doc) -> None:
        self._hidden(channel, "message_deleted", previous_message=previous, deleted_ts=previous["ts"])

    def _hidden(self, channel: Doc, subtype: str, **fields: Any) -> None:
        if not self._workspace.bot_hears(channel):
            return
        stamp = self._workspace.stamp()
        event = {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": channel["id"],
            "channel_type": EVENT_TYPES[channel["kind"]],
            "ts": stamp,
            "event_ts": stamp,
            **fields,
        }
        self.send(event, subscription=MESSAGE_EVENTS[channel["kind"]])

    def reaction(self, kind: str, channel: Doc, message: Doc, user_id: str, name: str) -> None:
        if not self._workspace.bot_hears(channel):
            return
        event = {
            "type": kind,
            "user": user_id,
            "reaction": name,
            "item": {"type": "message", "channel": channel["id"], "ts": message["ts"]},
            "event_ts": self._workspace.stamp(),
        }
        if "user" in message:
            event["item_user"] = message["user"]
        self.send(event)

    def member_joined(self, channel: Doc, user_id: str, inviter: str | None) -> None:
        event = {
            "type": "member_joined_channel",
            "user": user_id,
            "channel": channel["id"],
            "channel_type": "G" if channel["kind"] == "private" else "C",
            "team": self._workspace.team["id"],
            "event_ts": self._workspace.stamp(),
        }
        self.send(event | ({"inviter": inviter} if inviter else {}))

    def home_opened(self, user_id: str, channel: Doc, tab: str, view: Doc | None) -> None:
        event = {
            "type": "app_home_opened",
            "user": user_id,
            "channel": channel["id"],
            "tab": tab,
            "event_ts": self._workspace.stamp(),
        }
        self.send(event | ({"view": view} if view else {}))


HIDDEN_FIELDS = frozenset(
    {"metadata", "reactions", "reply_count", "reply_users", "reply_users_count", "latest_reply"}
)

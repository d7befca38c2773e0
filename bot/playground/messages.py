"""Messages, threads, edits and reactions, whoever they come from."""

import re
import uuid
from typing import Any

from bot.playground import cast
from bot.playground.errors import SlackError
from bot.playground.events import Events
from bot.playground.workspace import Doc, Workspace

TOMBSTONE = "This message was deleted."
REACTION = re.compile(r"[a-z0-9_+'\-]{1,100}(::skin-tone-[2-6])?")


class Messages:
    """What stands in the channels. Each method is one change, events included."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self.workspace = workspace
        self.state = workspace.state
        self.events = events

    # Reading

    def get(self, channel_id: str, ts: str) -> Doc:
        found: Doc | None = self.state.get(f"messages/{channel_id}", ts)
        if found is None:
            raise SlackError("message_not_found")
        return found

    def top_level(self, channel_id: str) -> list[Doc]:
        """What the channel shows: no replies, except those also sent to the channel."""
        return [m for m in self.state.all(f"messages/{channel_id}") if not is_reply(m) or is_broadcast(m)]

    def thread(self, channel_id: str, ts: str) -> list[Doc]:
        """The parent and its replies; a reply's own stamp gives that reply alone, as at Slack."""
        asked = self.get(channel_id, ts)
        if is_reply(asked):
            return [asked]
        replies = self.state.all(f"messages/{channel_id}") if "thread_ts" in asked else []
        return [asked, *(m for m in replies if is_reply(m) and m["thread_ts"] == ts)]

    def ephemerals(self, user_id: str, channel_id: str | None = None) -> list[Doc]:
        shelf: list[Doc] = self.state.all(f"ephemeral/{user_id}")
        return [m for m in shelf if channel_id is None or m["channel"] == channel_id]

    # Writing

    def from_person(self, channel: Doc, text: str, author: Doc, **fields: Any) -> Doc:
        """`author` names the user, and whatever else the message carries."""
        message = {
            "type": "message",
            "text": text,
            "client_msg_id": str(uuid.uuid4()),
            "team": self.workspace.team["id"],
            **author,
        }
        home = self.workspace.user(author["user"])["team_id"]
        if home != self.workspace.team["id"]:
            message |= {"user_team": home, "source_team": home}
        return self.add(channel, message, **fields)

    def from_bot(self, channel: Doc, content: Doc, **fields: Any) -> Doc:
        return self.add(channel, self.bot_message(content), **fields)

    def bot_message(self, content: Doc) -> Doc:
        """Content in the bot's name; with a name of its own Slack drops the user behind it."""
        message = {"type": "message", "bot_id": cast.BOT_ID, "app_id": cast.APP_ID, **content}
        message["team"] = self.workspace.team["id"]
        if "username" in content:
            return {**message, "subtype": "bot_message"}
        profile = {
            "id": cast.BOT_ID,
            "app_id": cast.APP_ID,
            "user_id": cast.BOT_USER,
            "name": "Evenhand",
            "deleted": False,
            "team_id": self.workspace.team["id"],
        }
        return {**message, "user": cast.BOT_USER, "bot_profile": profile}

    def add(
        self, channel: Doc, message: Doc, *, thread_ts: str | None = None, broadcast: bool = False
    ) -> Doc:
        with self.state.change():
            message = {**message, "ts": self.workspace.stamp()}
            parent = self._parent(channel["id"], thread_ts)
            if parent is not None:
                message["thread_ts"] = parent["ts"]
                if "user" in parent:
                    message["parent_user_id"] = parent["user"]
                if broadcast:
                    message |= {"subtype": "thread_broadcast", "root": parent}
                self._count_reply(channel["id"], parent, message)
            self._put(channel["id"], message)
            self.events.message(channel, message)
        return message

    def _parent(self, channel_id: str, thread_ts: str | None) -> Doc | None:
        """Slack takes a thread that is gone for none, and posts to the channel without a word."""
        if thread_ts is None:
            return None
        found: Doc | None = self.state.get(f"messages/{channel_id}", thread_ts)
        if found is not None and is_reply(found):
            found = self.state.get(f"messages/{channel_id}", found["thread_ts"])
        return found

    def _count_reply(self, channel_id: str, parent: Doc, reply: Doc) -> None:
        author = reply.get("user", reply.get("bot_id"))
        people = list(dict.fromkeys([*parent.get("reply_users", []), author]))
        self._put(
            channel_id,
            {
                **parent,
                "thread_ts": parent["ts"],
                "reply_count": parent.get("reply_count", 0) + 1,
                "reply_users": people,
                "reply_users_count": len(people),
                "latest_reply": reply["ts"],
            },
        )

    def _put(self, channel_id: str, message: Doc) -> None:
        self.state.put(f"messages/{channel_id}", message["ts"], message)

    def edit(self, channel: Doc, ts: str, changes: Doc, *, editor: str | None) -> Doc:
        """`editor` is None for what Slack itself changes, such as an unfurled link."""
        with self.state.change():
            before = self.get(channel["id"], ts)
            after = {key: value for key, value in (before | changes).items() if value not in (None, [], {})}
            after["text"] = changes.get("text", before["text"])
            if editor is not None:
                after["edited"] = {"user": editor, "ts": self.workspace.stamp()}
            self._put(channel["id"], after)
            self.events.changed(channel, after, before)
        return after

    def delete(self, channel: Doc, ts: str) -> None:
        """A parent with replies leaves a tombstone, which Slack tells as a change, not as a deletion."""
        with self.state.change():
            before = self.get(channel["id"], ts)
            if before.get("reply_count"):
                tombstone = {
                    "type": "message",
                    "subtype": "tombstone",
                    "user": "USLACKBOT",
                    "text": TOMBSTONE,
                    "hidden": True,
                    **{key: before[key] for key in THREAD_FIELDS if key in before},
                }
                self._put(channel["id"], tombstone)
                self.events.changed(channel, tombstone, before)
                return
            self.state.drop(f"messages/{channel['id']}", ts)
            self.events.deleted(channel, before)
            if is_reply(before):
                self._discount_reply(channel, before)

    def _discount_reply(self, channel: Doc, reply: Doc) -> None:
        parent: Doc | None = self.state.get(f"messages/{channel['id']}", reply["thread_ts"])
        if parent is None:
            return
        left = [m for m in self.thread(channel["id"], parent["ts"]) if m["ts"] != parent["ts"]]
        if not left and parent.get("subtype") == "tombstone":
            self.state.drop(f"messages/{channel['id']}", parent["ts"])
            self.events.deleted(channel, parent)
            return
        if not left:
            kept = {k: v for k, v in parent.items() if k not in THREAD_FIELDS or k == "ts"}
            self._put(channel["id"], kept)
            return
        people = list(dict.fromkeys(m.get("user", m.get("bot_id")) for m in left))
        counts = {"reply_count": len(left), "reply_users": people, "reply_users_count": len(people)}
        self._put(channel["id"], {**parent, **counts, "latest_reply": left[-1]["ts"]})

    # Reactions

    def react(self, channel: Doc, ts: str, user_id: str, name: str) -> None:
        if not REACTION.fullmatch(name):
            raise SlackError("invalid_name")
        with self.state.change():
            message = self.get(channel["id"], ts)
            reactions = {r["name"]: r["users"] for r in message.get("reactions", [])}
            if user_id in reactions.get(name, []):
                raise SlackError("already_reacted")
            reactions[name] = [*reactions.get(name, []), user_id]
            self._put_reactions(channel["id"], message, reactions)
            self.events.reaction("reaction_added", channel, message, user_id, name)

    def unreact(self, channel: Doc, ts: str, user_id: str, name: str) -> None:
        with self.state.change():
            message = self.get(channel["id"], ts)
            reactions = {r["name"]: r["users"] for r in message.get("reactions", [])}
            if user_id not in reactions.get(name, []):
                raise SlackError("no_reaction")
            reactions[name] = [user for user in reactions[name] if user != user_id]
            self._put_reactions(channel["id"], message, reactions)
            self.events.reaction("reaction_removed", channel, message, user_id, name)

    def _put_reactions(self, channel_id: str, message: Doc, reactions: dict[str, list[str]]) -> None:
        kept = [{"name": n, "users": users, "count": len(users)} for n, users in reactions.items() if users]
        bare = {key: value for key, value in message.items() if key != "reactions"}
        self._put(channel_id, bare | ({"reactions": kept} if kept else {}))

    # What only one person sees

    def whisper(self, user_id: str, channel: Doc, content: Doc, *, thread_ts: str | None = None) -> Doc:
        """An ephemeral message in the bot's name (or Slack's own, when `content` says so)."""
        with self.state.change():
            message = content if content.get("user") == "USLACKBOT" else self.bot_message(content)
            message = {"type": "message", **message, "channel": channel["id"], "ephemeral": True}
            message["ts"] = self.workspace.stamp()
            if thread_ts is not None:
                message["thread_ts"] = thread_ts
            self.state.put(f"ephemeral/{user_id}", message["ts"], message)
        return message

    def slack_says(self, user_id: str, channel: Doc, text: str) -> Doc:
        return self.whisper(user_id, channel, {"user": "USLACKBOT", "username": "Slackbot", "text": text})

    def change_whisper(self, user_id: str, ts: str, content: Doc | None) -> None:
        with self.state.change():
            before: Doc | None = self.state.get(f"ephemeral/{user_id}", ts)
            if before is None:
                return
            if content is None:
                self.state.drop(f"ephemeral/{user_id}", ts)
            else:
                kept = {k: v for k, v in before.items() if k not in ("blocks", "attachments")}
                self.state.put(f"ephemeral/{user_id}", ts, kept | content)


THREAD_FIELDS = ("ts", "thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply")


def is_reply(message: Doc) -> bool:
    return bool(message.get("thread_ts", message["ts"]) != message["ts"])


def is_broadcast(message: Doc) -> bool:
    return message.get("subtype") == "thread_broadcast"

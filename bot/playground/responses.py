"""`response_url`: five answers within thirty minutes, to one click or command."""

import secrets
from typing import Any

from bot.playground import limits
from bot.playground.errors import SlackError
from bot.playground.messages import Messages
from bot.playground.workspace import Doc

USES = 5
LIVES = 30 * 60
MANY = 500


class Responses:
    """Issues the links and does what is posted to them."""

    def __init__(self, messages: Messages) -> None:
        self.messages = messages
        self.state = messages.state
        self.workspace = messages.workspace
        self.base_url = "http://127.0.0.1"

    def link(self, kind: str, user_id: str, channel: Doc, original: Doc | None = None) -> str:
        key = secrets.token_urlsafe(18)
        entry = {
            "user": user_id,
            "channel": channel["id"],
            "original": original["ts"] if original else None,
            "whispered": bool(original and original.get("ephemeral")),
            "thread_ts": (original or {}).get("thread_ts"),
            "uses": 0,
            "dies": self.workspace.epoch() + LIVES,
        }
        with self.state.change():
            self._forget_the_dead()
            self.state.put("responses", key, entry)
        return f"{self.base_url}/{kind}/{self.workspace.team['id']}/{key}"

    def _forget_the_dead(self) -> None:
        links = self.state.items("responses")
        if len(links) < MANY:
            return
        for key, entry in links:
            if entry["dies"] + LIVES < self.workspace.epoch():
                self.state.drop("responses", key)

    def take(self, key: str, said: Any) -> tuple[int, str]:
        """Status and body of the answer to one post."""
        with self.state.change():
            entry: Doc | None = self.state.get("responses", key)
            if entry is None:
                return 404, "no_service"
            if self.workspace.epoch() > entry["dies"]:
                return 404, "expired_url"
            if entry["uses"] >= USES:
                return 404, "used_url"
            if not isinstance(said, dict):
                return 400, "invalid_payload"
            self.state.put("responses", key, {**entry, "uses": entry["uses"] + 1})
            try:
                self._answer(entry, said)
            except SlackError as refused:
                return 400, refused.error
        return 200, "ok"

    def _answer(self, entry: Doc, said: Doc) -> None:
        channel = self.workspace.channel(entry["channel"])
        if said.get("delete_original"):
            self._change_original(entry, channel, None)
            return
        content = limits.message_content(said)
        if said.get("replace_original"):
            self._change_original(entry, channel, content)
            return
        thread_ts = said.get("thread_ts") or entry["thread_ts"]
        if said.get("response_type") == "in_channel":
            self.messages.from_bot(channel, content, thread_ts=thread_ts)
        else:
            self.messages.whisper(entry["user"], channel, content, thread_ts=thread_ts)

    def _change_original(self, entry: Doc, channel: Doc, content: Doc | None) -> None:
        if entry["original"] is None:
            raise SlackError("message_not_found")
        if entry["whispered"]:
            self.messages.change_whisper(entry["user"], entry["original"], content)
        elif content is None:
            self.messages.delete(channel, entry["original"])
        else:
            bare: Doc = {"blocks": None, "attachments": None}
            self.messages.edit(channel, entry["original"], bare | content, editor=None)

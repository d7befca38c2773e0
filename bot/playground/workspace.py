"""People, channels and time stamps of the one team that the local Slack has."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from bot.playground import cast
from bot.playground.cast import AppConfig
from bot.playground.clock import MovableClock
from bot.playground.errors import PlaygroundError, SlackError
from bot.playground.state import State

Doc = dict[str, Any]
KIND_TYPES = {"public": "public_channel", "private": "private_channel", "dm": "im"}
EVENT_TYPES = {"public": "channel", "private": "group", "dm": "im"}


class Workspace:
    """Reads and writes of users and channels; makes ids and time stamps."""

    def __init__(self, state: State, clock: MovableClock, app: AppConfig, team: Doc) -> None:
        self.state = state
        self.clock = clock
        self.app = app
        self.team = team
        self._last_stamp = int(state.get("meta", "last_stamp") or 0)
        self._furnish()

    def _furnish(self) -> None:
        with self.state.change():
            for user in cast.default_users():
                if self.state.get("users", user["id"]) is None:
                    self.state.put("users", user["id"], {**user, "team_id": self.team["id"]})
            for channel in cast.default_channels():
                if self.state.get("channels", channel["id"]) is None:
                    self.state.put("channels", channel["id"], channel)

    # People

    def user(self, user_id: str) -> Doc:
        found: Doc | None = self.state.get("users", user_id)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def person(self, user_id: str) -> Doc:
        """A user somebody at the page may speak for: never the bot."""
        found: Doc | None = self.state.get("users", user_id)
        if found is None or found["is_bot"]:
            raise PlaygroundError("user_not_found", f"There is nobody called {user_id!r} here.")
        return found

    def users(self) -> list[Doc]:
        return self.state.all("users")

    def add_user(self, user: Doc) -> None:
        with self.state.change():
            self.state.put("users", user["id"], user)

    # Channels

    def channel(self, channel_id: str) -> Doc:
        """By id, or by name with its hash, as Slack accepts for posting."""
        found: Doc | None = self.state.get("channels", channel_id)
        if found is None and channel_id.startswith("#"):
            named = [c for c in self.channels() if c["kind"] != "dm" and c["name"] == channel_id[1:]]
            found = named[0] if named else None
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def channels(self) -> list[Doc]:
        return self.state.all("channels")

    def is_member(self, channel: Doc, user_id: str) -> bool:
        return user_id in channel["members"]

    def bot_hears(self, channel: Doc) -> bool:
        return self.is_member(channel, cast.BOT_USER)

    def seen_by_bot(self, channel_id: str) -> Doc:
        """A channel the bot may know of: a private one it is not in does not exist for it."""
        found = self.channel(channel_id)
        if found["kind"] != "public" and not self.bot_hears(found):
            raise SlackError("channel_not_found")
        return found

    def dm(self, user_id: str, other: str = cast.BOT_USER) -> Doc:
        """The direct conversation of two, opened when it is not there yet."""
        pair = sorted({user_id, other})
        for channel in self.channels():
            if channel["kind"] == "dm" and sorted(channel["members"]) == pair:
                return channel
        self.user(user_id), self.user(other)
        opened = cast.channel("D" + "".join(user[1:] for user in pair), "", pair, "")
        opened = {**opened, "kind": "dm", "user": user_id}
        with self.state.change():
            self.state.put("channels", opened["id"], opened)
        return opened

    def create_channel(self, channel_id: str, name: str, members: Iterable[str], *, private: bool) -> Doc:
        made = cast.channel(channel_id, name, list(members), "", private=private)
        with self.state.change():
            self.state.put("channels", channel_id, made)
        return made

    def set_members(self, channel: Doc, members: list[str]) -> Doc:
        changed = {**channel, "members": members}
        with self.state.change():
            self.state.put("channels", channel["id"], changed)
        return changed

    # Stamps and names

    def now(self) -> datetime:
        return self.clock.now().astimezone(UTC)

    def stamp(self) -> str:
        """A message time stamp: unique, always later than every one before it."""
        with self.state.change():
            wanted = int(self.now().timestamp() * 1_000_000)
            # Kept here as well: a change that is undone must not give its stamp to another message.
            stamp = self._last_stamp = max(wanted, self._last_stamp + 1)
            self.state.put("meta", "last_stamp", stamp)
        return f"{stamp // 1_000_000}.{stamp % 1_000_000:06d}"

    def epoch(self) -> int:
        return int(self.now().timestamp())

    def new_id(self, letter: str) -> str:
        return letter + secrets.token_hex(5).upper()

    def channel_name(self, channel: Doc) -> str:
        return "directmessage" if channel["kind"] == "dm" else str(channel["name"])

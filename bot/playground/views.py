"""Trigger ids, the stack of open modals, App Home and what is filled in."""

import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.playground import cast
from bot.playground.blocks import elements_of
from bot.playground.errors import SlackError
from bot.playground.workspace import Doc, Workspace

TRIGGER_LIVES = 3.0
STACK = 3
TRIGGER = re.compile(r"\d+\.\d+\.[0-9a-f]{32}")
INITIAL: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "file_input": ("files", "", []),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "checkboxes": ("selected_options", "initial_options", []),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "users_select": ("selected_user", "initial_user", None),
    "multi_users_select": ("selected_users", "initial_users", []),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
}
"""How each element reports: the field it fills, where it starts, and what stands for nothing."""


@dataclass
class Trigger:
    user: str
    dies: float
    view: str | None
    used: bool = False


class Triggers:
    """Ids that open one modal each, within three seconds of the click. Measured on real time."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.lifetime = TRIGGER_LIVES
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: dict[str, Trigger] = {}

    def issue(self, user_id: str, view_id: str | None = None) -> str:
        now = self._monotonic()
        name = f"{int(now * 1000)}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        with self._lock:
            self._known = {key: t for key, t in self._known.items() if t.dies > now - 60}
            self._known[name] = Trigger(user_id, now + self.lifetime, view_id)
        return name

    def exchange(self, name: str) -> Trigger:
        with self._lock:
            trigger = self._known.get(name)
            if trigger is None:
                # Ours from before a restart is merely old; anything else was never given out.
                raise SlackError("expired_trigger_id" if TRIGGER.fullmatch(name) else "invalid_trigger_id")
            if trigger.used:
                raise SlackError("exchanged_trigger_id")
            if self._monotonic() > trigger.dies:
                raise SlackError("expired_trigger_id")
            trigger.used = True
            return trigger


class Views:
    """Modals per person, three deep, and one home each."""

    def __init__(self, workspace: Workspace, triggers: Triggers) -> None:
        self.workspace = workspace
        self.state = workspace.state
        self.triggers = triggers

    def get(self, view_id: str) -> Doc:
        found: Doc | None = self.state.get("views", view_id)
        if found is None:
            raise SlackError("not_found")
        return found

    def stack(self, user_id: str) -> list[Doc]:
        return [self.get(view_id) for view_id in self.state.get("stacks", user_id) or []]

    def home(self, user_id: str) -> Doc | None:
        view_id = self.state.get("homes", user_id)
        return self.get(view_id) if view_id else None

    def open(self, trigger_id: str, view: Doc) -> Doc:
        """A modal opened from within a modal takes the place of what was open."""
        trigger = self.triggers.exchange(trigger_id)
        with self.state.change():
            self.clear(trigger.user)
            return self.put_on_top(trigger.user, view)

    def push(self, trigger_id: str, view: Doc) -> Doc:
        with self.state.change():
            trigger = self.triggers.exchange(trigger_id)
            if trigger.view is None:
                raise SlackError("invalid_trigger_id")
            return self.put_on_top(trigger.user, view)

    def put_on_top(self, user_id: str, view: Doc) -> Doc:
        with self.state.change():
            ids: list[str] = self.state.get("stacks", user_id) or []
            if len(ids) >= STACK:
                raise SlackError("push_limit_reached")
            opened = self._made(user_id, view, self.workspace.new_id("V"))
            opened["root_view_id"] = ids[0] if ids else opened["id"]
            opened["previous_view_id"] = ids[-1] if ids else None
            self.state.put("views", opened["id"], opened)
            self.state.put("stacks", user_id, [*ids, opened["id"]])
        return opened

    def publish(self, user_id: str, view: Doc, given_hash: str | None = None) -> Doc:
        self.workspace.user(user_id)
        with self.state.change():
            current = self.home(user_id)
            if current is not None:
                return self._replace(current, view, given_hash)
            made = self._made(user_id, view, self.workspace.new_id("V"))
            made |= {"root_view_id": made["id"], "previous_view_id": None}
            self.state.put("views", made["id"], made)
            self.state.put("homes", user_id, made["id"])
        return made

    def update(
        self, view: Doc, *, view_id: str | None, external_id: str | None, given_hash: str | None
    ) -> Doc:
        with self.state.change():
            if view_id is None and external_id is not None:
                named = [v for v in self.state.all("views") if v.get("external_id") == external_id]
                view_id = named[-1]["id"] if named else None
            return self._replace(self.get(view_id or ""), view, given_hash)

    def _replace(self, current: Doc, view: Doc, given_hash: str | None) -> Doc:
        if given_hash is not None and given_hash != current["hash"]:
            raise SlackError("hash_conflict")
        made = self._made(current["owner"], view, current["id"], kept=current["state"]["values"])
        made |= {name: current[name] for name in ("root_view_id", "previous_view_id")}
        self.state.put("views", made["id"], made)
        return made

    def _made(self, user_id: str, view: Doc, view_id: str, kept: Doc | None = None) -> Doc:
        external = view.get("external_id") or ""
        if external and any(
            v.get("external_id") == external and v["id"] != view_id for v in self.state.all("views")
        ):
            raise SlackError("duplicate_external_id")
        return {
            "title": {"type": "plain_text", "text": "View Title", "emoji": True},
            "close": None,
            "submit": None,
            "callback_id": "",
            "private_metadata": "",
            "clear_on_close": False,
            "notify_on_close": False,
            **view,
            "external_id": external,
            "id": view_id,
            "team_id": self.workspace.team["id"],
            "app_installed_team_id": self.workspace.team["id"],
            "app_id": cast.APP_ID,
            "bot_id": cast.BOT_ID,
            "hash": f"{self.workspace.epoch()}.{secrets.token_hex(4)}",
            "state": {"values": starting_values(view["blocks"], kept or {})},
            "owner": user_id,
        }

    def fill(self, view_id: str, values: Doc) -> Doc:
        """Keep what the person has typed so far; elements that are not on the view are ignored."""
        with self.state.change():
            view = self.get(view_id)
            filled = {block: dict(fields) for block, fields in view["state"]["values"].items()}
            for block_id, fields in values.items():
                for action_id, value in fields.items():
                    if action_id in filled.get(block_id, {}):
                        filled[block_id][action_id] = {**filled[block_id][action_id], **value}
            view = {**view, "state": {"values": filled}}
            self.state.put("views", view_id, view)
        return view

    def close(self, user_id: str, view_id: str) -> Doc:
        """Take one modal off the stack (with whatever lay on it)."""
        with self.state.change():
            view = self.get(view_id)
            ids: list[str] = self.state.get("stacks", user_id) or []
            left = ids[: ids.index(view_id)] if view_id in ids else ids
            for gone in ids[len(left) :]:
                self.state.drop("views", gone)
            self.state.put("stacks", user_id, left)
        return view

    def clear(self, user_id: str) -> None:
        with self.state.change():
            for view_id in self.state.get("stacks", user_id) or []:
                self.state.drop("views", view_id)
            self.state.put("stacks", user_id, [])


def public(view: Doc) -> Doc:
    """The view as apps see it."""
    return {name: value for name, value in view.items() if name != "owner"}


def starting_values(blocks: list[Doc], kept: Doc) -> Doc:
    """What is filled in before anybody types; answers survive an update under the same ids."""
    values: Doc = {}
    for block_id, element in elements_of(blocks):
        kind = element["type"]
        if kind not in INITIAL:
            continue
        before = kept.get(block_id, {}).get(element["action_id"])
        if before is None or before["type"] != kind:
            field, initial, nothing = INITIAL[kind]
            before = {"type": kind, field: element.get(initial, nothing)}
        values.setdefault(block_id, {})[element["action_id"]] = before
    return values


def complaints(view: Doc) -> dict[str, str]:
    """What Slack itself tells a person before it sends the form anywhere."""
    found = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = _answer(view["state"]["values"][block["block_id"]][element["action_id"]])
        if value in (None, "", []):
            if not block.get("optional"):
                found[block["block_id"]] = "Please complete this required field."
        elif isinstance(value, str) and element["type"] == "plain_text_input":
            least, most = element.get("min_length", 0), element.get("max_length", 3000)
            if not least <= len(value) <= most:
                found[block["block_id"]] = f"Please write between {least} and {most} characters."
    return found


def _answer(value: Doc) -> Any:
    return value.get(INITIAL[value["type"]][0])

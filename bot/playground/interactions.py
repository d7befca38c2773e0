"""Clicks, forms, commands and shortcuts: what Slack sends, and what it does with the answer."""

from typing import Any

from bot.playground import cast, limits, typed
from bot.playground.blocks import elements_of
from bot.playground.delivery import Answer, Delivery
from bot.playground.errors import PlaygroundError, SlackError
from bot.playground.messages import Messages
from bot.playground.responses import Responses
from bot.playground.views import Views, complaints, public, starting_values
from bot.playground.workspace import Doc, Workspace

FAILED = {
    "operation_timeout": "it did not answer within three seconds",
    "dispatch_failed": "it could not be reached or reported a problem",
}
SHOWN_AGAIN: tuple[str, ...] = ("text", "value", "style", "placeholder")
LOOKED_UP = ("external_select", "multi_external_select")
TROUBLE = "We had some trouble connecting. Try again?"


class Interactions:
    """Delivered once, on the caller's time: the person waits for the answer."""

    def __init__(self, messages: Messages, views: Views, responses: Responses, delivery: Delivery) -> None:
        self.workspace: Workspace = messages.workspace
        self.messages = messages
        self.views = views
        self.responses = responses
        self.delivery = delivery

    # Clicks

    def message_action(
        self, user_id: str, channel: Doc, ts: str, action: Doc, state: Doc | None = None
    ) -> Answer:
        message = self._visible(user_id, channel, ts)
        blocks = [
            *message.get("blocks", []),
            *(b for a in message.get("attachments", []) for b in a.get("blocks", [])),
        ]
        whispered = bool(message.get("ephemeral"))
        values = _merged(starting_values(blocks, {}), state or {})
        container = {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel["id"],
            "is_ephemeral": whispered,
        }
        if "thread_ts" in message:
            container["thread_ts"] = message["thread_ts"]
        payload = self._from_person(user_id, "block_actions") | {
            "container": container,
            "channel": {"id": channel["id"], "name": self.workspace.channel_name(channel)},
            "state": {"values": values},
            "response_url": self.responses.link("actions", user_id, channel, message),
            "actions": [self._action(blocks, action)],
        }
        if not whispered:
            payload["message"] = {k: v for k, v in message.items() if k != "metadata"}
        answer = self.delivery.interact(payload)
        if answer.shown:
            self._tell_failure(user_id, channel, "The app", answer.shown)
        return answer

    def view_action(self, user_id: str, view_id: str, action: Doc, state: Doc | None = None) -> Answer:
        view = self._own_view(user_id, view_id)
        done = self._action(view["blocks"], action)
        values = _merged(state or {}, {done["block_id"]: {done["action_id"]: _reported(done)}})
        view = self.views.fill(view_id, values)
        payload = self._from_person(user_id, "block_actions", view_id=view_id) | {
            "container": {"type": "view", "view_id": view_id},
            "view": public(view),
            "actions": [done],
        }
        return self.delivery.interact(payload)

    def _action(self, blocks: list[Doc], action: Doc) -> Doc:
        """The action as Slack reports it, from the element that is really there."""
        named = [(b, e) for b, e in elements_of(blocks) if e["action_id"] == action.get("action_id")]
        # Drawn anew in this moment its block has another id; where there is one of its name, that one is meant.
        wanted = action.get("block_id") if len(named) > 1 else None
        for block_id, element in named:
            if wanted in (None, block_id):
                said = {k: v for k, v in action.items() if v is not None}
                kept = {name: element[name] for name in SHOWN_AGAIN if name in element}
                kind = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
                return {**kept, **said, **kind, "action_ts": self.workspace.stamp()}
        raise PlaygroundError("no_such_element", f"There is no {action.get('action_id')!r} to press there.")

    def suggestions(self, user_id: str, view_id: str, action_id: str, typed: str) -> list[Doc]:
        """What the app offers in a menu of its own for what was typed; nothing where it does not answer."""
        view = self._own_view(user_id, view_id)
        named = [(b, e) for b, e in elements_of(view["blocks"]) if e["action_id"] == action_id]
        looked_up = [(b, e) for b, e in named if e["type"] in LOOKED_UP]
        if not looked_up:
            raise PlaygroundError("no_such_element", f"There is no {action_id!r} to type in there.")
        block_id, element = looked_up[0]
        if len(typed) < element.get("min_query_length", 3):
            return []
        payload = self._from_person(user_id, "block_suggestion") | {
            "container": {"type": "view", "view_id": view_id},
            "view": public(view),
            "action_id": action_id,
            "block_id": block_id,
            "value": typed,
        }
        del payload["trigger_id"]
        answer = self.delivery.interact(payload)
        said = answer.body if isinstance(answer.body, dict) else {}
        return limits.options(said.get("options", [])) if answer.ok else []

    # Forms

    def submit(self, user_id: str, view_id: str, values: Doc) -> Doc:
        """`{"ok", "action"}` or `{"ok", "errors"}`, after Slack's own checks of required fields."""
        self._own_view(user_id, view_id)
        view = self.views.fill(view_id, values)
        errors = complaints(view)
        if errors:
            return {"ok": True, "errors": errors}
        payload = self._from_person(user_id, "view_submission", view_id=view_id) | {
            "view": public(view),
            "response_urls": [],
        }
        answer = self.delivery.interact(payload)
        if not answer.ok:
            return {"ok": False, "error": answer.shown, "message": TROUBLE}
        try:
            return self._after_submission(user_id, view, answer.body)
        except SlackError as refused:
            return {"ok": False, "error": refused.error, "message": TROUBLE, "details": refused.messages}

    def _after_submission(self, user_id: str, view: Doc, body: Any) -> Doc:
        said = body if isinstance(body, dict) else {}
        action = said.get("response_action")
        if action == "errors":
            inputs = {b["block_id"] for b in view["blocks"] if b["type"] == "input"}
            errors = said.get("errors")
            if not isinstance(errors, dict) or not errors or errors.keys() - inputs:
                raise SlackError("invalid_arguments", messages=["errors name blocks that take no input"])
            return {"ok": True, "errors": errors}
        if action == "clear":
            self.views.clear(user_id)
        elif action == "update":
            checked = limits.view(said.get("view"))
            self.views.update(checked, view_id=view["id"], external_id=None, given_hash=None)
        elif action == "push":
            self.views.put_on_top(user_id, limits.view(said.get("view")))
        elif action is None:
            self.views.close(user_id, view["id"])
        else:
            raise SlackError("invalid_arguments", messages=[f"unknown response_action {action!r}"])
        return {"ok": True, "action": action or "close"}

    def close(self, user_id: str, view_id: str) -> None:
        self._own_view(user_id, view_id)
        view = self.views.close(user_id, view_id)
        if view.get("notify_on_close"):
            payload = self._from_person(user_id, "view_closed") | {"view": public(view), "is_cleared": False}
            del payload["trigger_id"]
            self.delivery.interact(payload)

    # Commands and shortcuts

    def command(self, user_id: str, channel: Doc, command: str, text: str) -> Answer:
        known = {c["command"]: c for c in self.workspace.app.commands}
        if command not in known:
            raise PlaygroundError("unknown_command", f"{command} is not a valid command.")
        fields = {
            "token": "playground-verification-token",
            "team_id": self.workspace.team["id"],
            "team_domain": self.workspace.team["domain"],
            "channel_id": channel["id"],
            "channel_name": self.workspace.channel_name(channel),
            "user_id": user_id,
            "user_name": self.workspace.person(user_id)["name"],
            "command": command,
            "text": typed.command_text(self.workspace, known[command], text),
            "api_app_id": cast.APP_ID,
            "is_enterprise_install": "false",
            "response_url": self.responses.link("commands", user_id, channel),
            "trigger_id": self.views.triggers.issue(user_id),
        }
        answer = self.delivery.command(fields)
        if answer.shown:
            self._tell_failure(user_id, channel, command, answer.shown)
        else:
            self._show_reply(user_id, channel, command, answer.body)
        return answer

    def _show_reply(self, user_id: str, channel: Doc, command: str, body: Any) -> None:
        said = {"text": body} if isinstance(body, str) else body
        if not said or not any(said.get(k) for k in ("text", "blocks", "attachments")):
            return
        try:
            content = limits.message_content(said)
        except SlackError:
            self._tell_failure(user_id, channel, command, "dispatch_failed")
            return
        if said.get("response_type") == "in_channel":
            self.messages.from_bot(channel, content)
        else:
            self.messages.whisper(user_id, channel, content)

    def shortcut(self, user_id: str, callback_id: str) -> Answer:
        self._known_shortcut(callback_id, "global")
        payload = self._from_person(user_id, "shortcut") | {
            "callback_id": callback_id,
            "action_ts": self.workspace.stamp(),
        }
        return self.delivery.interact(payload)

    def message_shortcut(self, user_id: str, callback_id: str, channel: Doc, ts: str) -> Answer:
        self._known_shortcut(callback_id, "message")
        message = self._visible(user_id, channel, ts)
        payload = self._from_person(user_id, "message_action") | {
            "callback_id": callback_id,
            "action_ts": self.workspace.stamp(),
            "message_ts": ts,
            "channel": {"id": channel["id"], "name": self.workspace.channel_name(channel)},
            "message": {k: v for k, v in message.items() if k != "metadata"},
            "response_url": self.responses.link("app", user_id, channel),
        }
        answer = self.delivery.interact(payload)
        if answer.shown:
            self._tell_failure(user_id, channel, "The shortcut", answer.shown)
        return answer

    # Shared

    def _known_shortcut(self, callback_id: str, kind: str) -> None:
        if not any(
            s["callback_id"] == callback_id and s["type"] == kind for s in self.workspace.app.shortcuts
        ):
            raise PlaygroundError("unknown_shortcut", f"The app has no {kind} shortcut {callback_id!r}.")

    def _visible(self, user_id: str, channel: Doc, ts: str) -> Doc:
        whispered: Doc | None = self.workspace.state.get(f"ephemeral/{user_id}", ts)
        if whispered is not None:
            return whispered
        if not self.workspace.is_member(channel, user_id):
            raise PlaygroundError("not_in_channel", "They are not in that channel.")
        return self.messages.get(channel["id"], ts)

    def _own_view(self, user_id: str, view_id: str) -> Doc:
        view: Doc | None = self.workspace.state.get("views", view_id)
        if view is None or view["owner"] != user_id:
            raise PlaygroundError("view_not_found", "That window is no longer open.")
        return view

    def _tell_failure(self, user_id: str, channel: Doc, what: str, shown: str) -> None:
        self.messages.slack_says(
            user_id, channel, f"{what} failed with the error “{shown}”: {FAILED[shown]}."
        )

    def _from_person(self, user_id: str, kind: str, view_id: str | None = None) -> Doc:
        user = self.workspace.person(user_id)
        team = self.workspace.team
        return {
            "type": kind,
            "user": {
                "id": user_id,
                "username": user["name"],
                "name": user["name"],
                "team_id": user["team_id"],
            },
            "api_app_id": cast.APP_ID,
            "token": "playground-verification-token",
            "trigger_id": self.views.triggers.issue(user_id, view_id),
            "team": {"id": team["id"], "domain": team["domain"]},
            "enterprise": None,
            "is_enterprise_install": False,
        }


def _merged(values: Doc, more: Doc) -> Doc:
    merged = {block_id: dict(fields) for block_id, fields in values.items()}
    for block_id, fields in more.items():
        for action_id, value in fields.items():
            before = merged.setdefault(block_id, {}).get(action_id, {})
            merged[block_id][action_id] = {**before, **value}
    return merged


def _reported(action: Doc) -> Doc:
    """The part of an action that belongs to the state of the view."""
    return {
        k: v for k, v in action.items() if k == "value" or k.startswith("selected_") or k == "rich_text_value"
    }

"""The least that a body from Slack must hold, so that nothing behind it stumbles: checked once, at the door."""

from typing import Any

Body = dict[str, Any]


def is_readable(body: Body) -> bool:
    """Whether the parts that we rely on are there, each of its kind."""
    match body.get("type"):
        case "event_callback":
            event = body.get("event")
            return isinstance(event, dict) and isinstance(event.get("type"), str)
        case "block_actions":
            return _by_somebody(body) and _is_list_of_named(body.get("actions"), "action_id")
        case "view_submission" | "view_closed":
            return _by_somebody(body) and _is_form(body.get("view"))
        case "message_action":
            return _by_somebody(body) and _is_named(body.get("message"), "ts")
        case "shortcut":
            return _by_somebody(body)
    return True


def _by_somebody(body: Body) -> bool:
    return _is_named(body.get("user"), "id")


def _is_named(part: Any, name: str) -> bool:
    return isinstance(part, dict) and isinstance(part.get(name), str)


def _is_list_of_named(part: Any, name: str) -> bool:
    return isinstance(part, list) and bool(part) and all(_is_named(one, name) for one in part)


def _is_form(view: Any) -> bool:
    if not isinstance(view, dict) or not isinstance(view.get("blocks"), list):
        return False
    state = view.get("state")
    return isinstance(state, dict) and isinstance(state.get("values"), dict)

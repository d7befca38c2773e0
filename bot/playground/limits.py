"""Messages, metadata and views as a whole: what Slack takes, cuts or refuses."""

import json
from typing import Any

from bot.playground.blocks import check_blocks, letters
from bot.playground.checking import Check
from bot.playground.elements import PLAIN, check_options
from bot.playground.errors import SlackError

TEXT_CUT = 40_000
UPDATE_TEXT = 4_000
BLOCKS_TEXT = 13_200
ATTACHMENTS = 100
METADATA_BYTES = 16_000
VIEW_BYTES = 250_000
VIEW_FIELDS = {
    "type",
    "title",
    "blocks",
    "close",
    "submit",
    "private_metadata",
    "callback_id",
    "clear_on_close",
    "notify_on_close",
    "external_id",
    "submit_disabled",
}


def message_content(arguments: dict[str, Any], *, updating: bool = False) -> dict[str, Any]:
    """Text, blocks, attachments and metadata of a call, checked and completed."""
    content: dict[str, Any] = {}
    if arguments.get("markdown_text"):
        if arguments.get("text") or arguments.get("blocks"):
            raise SlackError("markdown_text_conflict")
        content["text"] = str(arguments["markdown_text"])[:12_000]
    if arguments.get("text") is not None:
        content["text"] = _text(arguments["text"], updating=updating)
    if arguments.get("blocks") is not None:
        content["blocks"] = _blocks(arguments["blocks"])
    if arguments.get("attachments") is not None:
        content["attachments"] = _attachments(arguments["attachments"])
    if not (content.get("text") or content.get("blocks") or content.get("attachments")):
        raise SlackError("no_text")
    if arguments.get("metadata") is not None:
        content["metadata"] = metadata(arguments["metadata"])
    if not updating:
        content.setdefault("text", "")
    return content


def _text(text: Any, *, updating: bool) -> str:
    words = str(text)
    if updating and len(words) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    return words[:TEXT_CUT]


def _blocks(blocks: Any) -> list[dict[str, Any]]:
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    check = Check()
    kept = check_blocks(check, blocks, "message", "/blocks")
    if check.messages:
        raise SlackError("invalid_blocks", messages=check.messages)
    if letters(kept) > BLOCKS_TEXT:
        raise SlackError("msg_blocks_too_long")
    return kept


def _attachments(attachments: Any) -> list[dict[str, Any]]:
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return [a | ({"blocks": _blocks(a["blocks"])} if "blocks" in a else {}) for a in attachments]


def metadata(value: Any) -> dict[str, Any]:
    if value == {}:
        return {}
    if not isinstance(value, dict) or not isinstance(value.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(value.get("event_payload"), dict) or not value["event_type"]:
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(value)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": value["event_type"], "event_payload": value["event_payload"]}


def view(value: Any, *, home: bool = False) -> dict[str, Any]:
    """A view as an app may send it, its blocks completed."""
    if not isinstance(value, dict):
        raise SlackError("invalid_arguments", messages=["must provide an object [json-pointer:/view]"])
    check = Check()
    wanted = "home" if home else "modal"
    if value.get("type") != wanted:
        check.fail(f"must be one of: {wanted}", "/view/type")
    check.no_others(value, VIEW_FIELDS, "/view")
    kept = dict(value)
    if not home:
        kept["title"] = check.text(value.get("title"), "/view/title", most=24, types=PLAIN)
        for name in ("submit", "close"):
            if value.get(name) is not None:
                kept[name] = check.text(value[name], f"/view/{name}", most=24, types=PLAIN)
    for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        check.string(value, name, "/view", most=most)
    kept["blocks"] = check_blocks(check, value.get("blocks"), wanted, "/view/blocks")
    asks = any(block["type"] == "input" for block in kept["blocks"])
    if not home and asks and value.get("submit") is None:
        check.fail("missing required field: submit", "/view")
    if check.messages:
        raise SlackError("invalid_arguments", messages=check.messages)
    if len(json.dumps(kept)) > VIEW_BYTES:
        raise SlackError("view_too_large")
    return kept


def options(value: Any) -> list[dict[str, Any]]:
    """The options of a menu as an app may answer them."""
    check = Check()
    kept = check_options(check, value) if isinstance(value, list) else []
    if check.messages:
        raise SlackError("invalid_arguments", messages=check.messages)
    return kept

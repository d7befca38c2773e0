"""Slack's limits on texts, blocks and views, enforced in one place: what is too long is cut, with a way to the rest.

Everything that is sent passes through here, so that no long question can make an API call fail.
"""

from collections.abc import Mapping
from typing import Any

MESSAGE_TEXT = 4_000
SECTION_TEXT = 3_000
FIELD_TEXT = 2_000
HEADER_TEXT = 150
BUTTON_TEXT = 75
OPTION_TEXT = 75
VALUE = 2_000
OPTION_VALUE = 150
TITLE = 24
PLACEHOLDER = 150
ID = 255
METADATA = 3_000
BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
FIELDS = 10
ACTIONS = 25
CONTEXT = 10
OPTIONS = 100
# All blocks of a message together: Slack refuses with msg_blocks_too_long a little above this.
MESSAGE_BLOCKS_CHARACTERS = 12_000

_ELLIPSIS = "…"


def cut(text: str, limit: int, *, more: str = "") -> str:
    """At most `limit` characters, cut at a word where one is near; `more` is a suffix that points to the rest."""
    if len(text) <= limit:
        return text
    room = limit - len(_ELLIPSIS) - (len(more) + 1 if more else 0)
    kept = text[:room]
    # An entity or a link that is cut in half shows as rubbish, or changes its meaning.
    for opening, closing in (("&", ";"), ("<", ">")):
        start = kept.rfind(opening)
        if start >= 0 and closing not in kept[start:] and room - start < 300:
            kept = kept[:start]
    space = kept.rfind(" ", max(0, len(kept) - 60))
    if space > 0:
        kept = kept[:space]
    return kept.rstrip() + _ELLIPSIS + (f" {more}" if more else "")


def fit_blocks(blocks: list[dict[str, Any]], *, limit: int, more: str = "") -> list[dict[str, Any]]:
    fitted = [_fit_block(block, more=more) for block in blocks]
    if len(fitted) > limit:
        rest = {"type": "context", "elements": [{"type": "mrkdwn", "text": more or _ELLIPSIS}]}
        # The buttons are what people came for: they stay.
        buttons = [block for block in fitted[limit - 1 :] if block["type"] == "actions"][:1]
        fitted = [*fitted[: limit - 1 - len(buttons)], rest, *buttons]
    return fitted


def fit_message(text: str, blocks: list[dict[str, Any]] | None, *, more: str = "") -> dict[str, Any]:
    """Arguments for a message that Slack accepts: fallback text always, blocks within every limit."""
    message: dict[str, Any] = {"text": cut(text, MESSAGE_TEXT, more=more)}
    if blocks is not None:
        fitted = fit_blocks(blocks, limit=BLOCKS_IN_MESSAGE, more=more)
        message["blocks"] = _fit_total(fitted, more=more)
    return message


def fit_view(view: Mapping[str, Any]) -> dict[str, Any]:
    fitted = dict(view)
    for key in ("title", "submit", "close"):
        if key in fitted:
            fitted[key] = _fit_text(fitted[key], TITLE)
    fitted["blocks"] = fit_blocks(list(fitted["blocks"]), limit=BLOCKS_IN_VIEW)
    return fitted


def _fit_total(blocks: list[dict[str, Any]], *, more: str) -> list[dict[str, Any]]:
    """Shortens the longest texts until all of them together fit."""
    sections = [b for b in blocks if b["type"] == "section" and "text" in b]
    while sections and sum(_characters(b) for b in blocks) > MESSAGE_BLOCKS_CHARACTERS:
        longest = max(sections, key=_characters)
        size = len(longest["text"]["text"])
        if size < 200:
            break
        longest["text"] = _fit_text(longest["text"], size * 2 // 3, more=more)
    return blocks


def _characters(block: Mapping[str, Any]) -> int:
    text = block.get("text")
    return len(text["text"]) if isinstance(text, Mapping) else 0


def _fit_text(text: Mapping[str, Any], limit: int, *, more: str = "") -> dict[str, Any]:
    # An empty text is refused as well as a long one.
    content = cut(str(text["text"]), limit, more=more if text["type"] == "mrkdwn" else "")
    return {**text, "text": content or " "}


def _fit_block(block: Mapping[str, Any], *, more: str) -> dict[str, Any]:
    fitted = dict(block)
    match block["type"]:
        case "header":
            fitted["text"] = _fit_text(block["text"], HEADER_TEXT)
        case "section":
            if "text" in block:
                fitted["text"] = _fit_text(block["text"], SECTION_TEXT, more=more)
            if "fields" in block:
                fitted["fields"] = [_fit_text(field, FIELD_TEXT) for field in block["fields"][:FIELDS]]
            if "accessory" in block:
                fitted["accessory"] = _fit_element(block["accessory"])
        case "context":
            fitted["elements"] = [
                _fit_text(element, SECTION_TEXT) if "text" in element else element
                for element in block["elements"][:CONTEXT]
            ]
        case "actions":
            fitted["elements"] = [_fit_element(element) for element in block["elements"][:ACTIONS]]
        case "input":
            fitted["label"] = _fit_text(block["label"], FIELD_TEXT)
            fitted["element"] = _fit_element(block["element"])
    return fitted


def _fit_element(element: Mapping[str, Any]) -> dict[str, Any]:
    fitted = dict(element)
    if element["type"] == "button":
        fitted["text"] = _fit_text(element["text"], BUTTON_TEXT)
    if "placeholder" in element:
        fitted["placeholder"] = _fit_text(element["placeholder"], PLACEHOLDER)
    if "initial_value" in element:
        fitted["initial_value"] = str(element["initial_value"])[:SECTION_TEXT]
    if "options" in element:
        fitted["options"] = [_fit_option(option) for option in element["options"][:OPTIONS]]
    if "initial_option" in element:
        fitted["initial_option"] = _fit_option(element["initial_option"])
    return fitted


def _fit_option(option: Mapping[str, Any]) -> dict[str, Any]:
    return {**option, "text": _fit_text(option["text"], OPTION_TEXT)}

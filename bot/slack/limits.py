"""Slack's limits on texts, blocks and views, enforced in one place: what is too long is cut, with a way to the rest.

Everything that is sent passes through here, so that no long question can make an API call fail.
"""

from collections.abc import Iterator, Mapping
from typing import Any

MESSAGE_TEXT = 4_000
SECTION_TEXT = 3_000
FIELD_TEXT = 2_000
LABEL = 2_000
HEADER_TEXT = 150
BUTTON_TEXT = 75
OPTION_TEXT = 75
TITLE = 24
PLACEHOLDER = 150
BLOCKS_IN_MESSAGE = 50
BLOCKS_IN_VIEW = 100
FIELDS = 10
ACTIONS = 25
CONTEXT = 10
OPTIONS = 100
OVERFLOW = 5
# All blocks of a message together: Slack refuses with msg_blocks_too_long a little above this.
MESSAGE_BLOCKS_CHARACTERS = 12_000
# Ids, values and metadata have limits too. They are ours and short, and one that was cut would mean another thing.

_ELLIPSIS = "…"
# Where all texts together are too much, each is cut to the first of these that suffices.
_SHORTER = (2_000, 1_300, 900, 600, 400, 250, 150, 75)


def cut(text: str, limit: int, *, more: str = "", markup: bool = True) -> str:
    """At most `limit` characters, cut at a word where one is near; `more` is a suffix that points to the rest.

    With `markup` (mrkdwn) no entity and no link is cut in half: it would show as rubbish, or mean something else.
    """
    if len(text) <= limit:
        return text
    end = f"{_ELLIPSIS} {more}" if more else _ELLIPSIS
    if len(end) > limit:
        end = _ELLIPSIS
    kept = text[: limit - len(end)]
    space = kept.rfind(" ", max(0, len(kept) - 60))
    if space > 0:
        kept = kept[:space]
    if markup:
        kept = _without_halves(kept)
    return kept.rstrip() + end


def _without_halves(text: str) -> str:
    for opening, closing in (("<", ">"), ("&", ";")):
        start = text.rfind(opening)
        if start >= 0 and closing not in text[start:]:
            text = text[:start]
    return text


def fit_blocks(blocks: list[dict[str, Any]], *, limit: int, more: str = "") -> list[dict[str, Any]]:
    fitted = [_fit_block(block, more=more) for block in blocks]
    if len(fitted) > limit:
        # The buttons are what people came for: they stay.
        buttons = [block for block in fitted[limit - 1 :] if block["type"] == "actions"][:1]
        fitted = [*fitted[: limit - 1 - len(buttons)], _rest(more), *buttons]
    return fitted


def _rest(more: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": more or _ELLIPSIS}]}


def fit_message(text: str, blocks: list[dict[str, Any]] | None, *, more: str = "") -> dict[str, Any]:
    """Arguments for a message that Slack accepts: fallback text always, blocks within every limit."""
    fallback = cut(text, MESSAGE_TEXT, more=more)
    message: dict[str, Any] = {"text": fallback if fallback.strip() else _ELLIPSIS}
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
    """Shortens long texts until all of them together fit; where that is not enough, blocks go, buttons last."""
    for limit in _SHORTER:
        if _letters(blocks) <= MESSAGE_BLOCKS_CHARACTERS:
            return blocks
        for text in _running_texts(blocks):
            text["text"] = cut(text["text"], limit, more=more if limit > 2 * len(more) else "")
    kept = [*blocks, _rest(more)]
    while len(kept) > 2 and _letters(kept) > MESSAGE_BLOCKS_CHARACTERS:
        texts = [n for n, block in enumerate(kept[:-1]) if block["type"] != "actions"]
        del kept[texts[-1] if texts else -2]
    return kept if len(kept) <= len(blocks) else blocks


def _letters(value: Any) -> int:
    """How much text there is, wherever it stands."""
    if isinstance(value, Mapping):
        text = value.get("text")
        return len(text) if isinstance(text, str) else sum(_letters(part) for part in value.values())
    return sum(_letters(part) for part in value) if isinstance(value, list) else 0


def _running_texts(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The texts that may be shortened; all of them are our own copies by now."""
    for block in blocks:
        if block["type"] == "section":
            yield from (text for text in (block.get("text"), *block.get("fields", ())) if text)
        elif block["type"] == "context":
            yield from (element for element in block["elements"] if "text" in element)


def _fit_text(text: Mapping[str, Any], limit: int, *, more: str = "") -> dict[str, Any]:
    markup = text["type"] == "mrkdwn"
    content = cut(str(text["text"]), limit, more=more if markup else "", markup=markup)
    # An empty text is refused as well as a long one.
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
            fitted["element"] = _fit_element(block["element"])
            for key in ("label", "hint"):
                if key in block:
                    fitted[key] = _fit_text(block[key], LABEL)
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
        fitted |= _fit_options(element, OVERFLOW if element["type"] == "overflow" else OPTIONS)
    return fitted


def _fit_options(element: Mapping[str, Any], limit: int) -> dict[str, Any]:
    options = list(element["options"][:limit])
    chosen = element.get("initial_option")
    if chosen is None:
        return {"options": [_fit_option(option) for option in options]}
    if chosen not in options:  # Slack refuses a choice that is not on offer
        options[-1] = chosen
    return {"options": [_fit_option(option) for option in options], "initial_option": _fit_option(chosen)}


def _fit_option(option: Mapping[str, Any]) -> dict[str, Any]:
    return {**option, "text": _fit_text(option["text"], OPTION_TEXT)}

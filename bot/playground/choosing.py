"""What a test or the tour means by “press that” and “fill in this”, in Slack's own shapes."""

from typing import Any

from bot.playground.blocks import elements_of
from bot.playground.errors import PlaygroundError
from bot.playground.views import INITIAL
from bot.playground.workspace import Doc


def action_on(blocks: list[Doc], action_id: str, value: Any) -> Doc:
    """The action a person performs by choosing `value` in the element of that name."""
    found = [(block, e) for block, e in elements_of(blocks) if e["action_id"] == action_id]
    buttons = [(block, e) for block, e in found if e.get("value") == value]
    if not found:
        there = ", ".join(sorted(e["action_id"] for _, e in elements_of(blocks)))
        raise PlaygroundError("no_such_element", f"No {action_id!r} to press there; there is: {there}")
    block_id, element = (buttons or found)[0]
    action = {"action_id": action_id, "block_id": block_id}
    return action if value is None or element["type"] == "button" else action | _chosen(element, value)


def _chosen(element: Doc, value: Any) -> Doc:
    if element["type"] == "overflow":
        return {"selected_option": _option(element, value)}
    if element["type"] not in INITIAL:
        return {"value": value}
    field = INITIAL[element["type"]][0]
    if field == "selected_option":
        value = _option(element, value)
    elif field == "selected_options":
        value = [_option(element, one) for one in value]
    return {field: value}


def _option(element: Doc, value: Any) -> Any:
    groups = element.get("option_groups", [])
    offered = [*element.get("options", []), *(o for group in groups for o in group["options"])]
    for option in offered:
        if option["value"] == value or option == value:
            return {"text": option["text"], "value": option["value"]}
    if element["type"] in ("external_select", "multi_external_select") or value is None:
        return value
    raise PlaygroundError("no_such_option", f"{value!r} is not on offer in {element['action_id']!r}.")


def nested(view: Doc, values: Doc) -> Doc:
    """`{"how": "restarted it"}` or `{block: {action: {…}}}`, both as Slack nests them."""
    nested: Doc = {}
    for name, value in values.items():
        matches = [(b, e) for b, e in elements_of(view["blocks"]) if name in (e["action_id"], b)]
        if not matches:
            raise PlaygroundError("no_such_element", f"The form asks for no {name!r}.")
        block_id, element = matches[0]
        if isinstance(value, dict) and name == block_id and element["action_id"] in value:
            nested.setdefault(block_id, {}).update(value)
        else:
            nested.setdefault(block_id, {})[element["action_id"]] = _chosen(element, value)
    return nested

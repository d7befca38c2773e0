"""Which blocks Slack takes on which surface, and how large they may be."""

from typing import Any

from bot.playground.checking import Check
from bot.playground.elements import (
    ANY_TEXT,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    PLAIN,
    check_element,
)

EVERYWHERE = {"section", "divider", "image", "actions", "context", "header", "input", "rich_text", "video"}
SURFACES: dict[str, tuple[set[str], int]] = {
    "message": (EVERYWHERE | {"markdown", "context_actions", "file", "table"}, 50),
    "modal": (EVERYWHERE, 100),
    "home": (EVERYWHERE, 100),
}
FIELDS: dict[str, set[str]] = {
    "section": {"text", "fields", "accessory", "expand"},
    "divider": set(),
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "actions": {"elements"},
    "context_actions": {"elements"},
    "context": {"elements"},
    "header": {"text", "level"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "markdown": {"text"},
}
"""Blocks that are not listed here (rich_text, video, file, table) are taken as they are."""
MARKDOWN_TOTAL = 12_000


def check_blocks(check: Check, blocks: Any, surface: str, at: str) -> list[dict[str, Any]]:
    """The blocks with the ids that Slack adds; what is wrong goes to `check`."""
    allowed, most = SURFACES[surface]
    if not isinstance(blocks, list):
        check.fail("must be an array", at)
        return []
    if len(blocks) > most:
        check.fail(f"no more than {most} items allowed", at)
    kept, names = [], set()
    for index, block in enumerate(blocks):
        where = f"{at}/{index}"
        if not check.is_object(block, where):
            continue
        if block.get("type") not in allowed:
            check.fail(f"unsupported type: {block.get('type')}", f"{where}/type")
            continue
        tidy = _check_block(check, block, where)
        if tidy["block_id"] in names:
            check.fail(f"`block_id` {tidy['block_id']} already exists", f"{where}/block_id")
        names.add(tidy["block_id"])
        kept.append(tidy)
    written = sum(len(str(block.get("text", ""))) for block in kept if block["type"] == "markdown")
    if written > MARKDOWN_TOTAL:
        check.fail(f"must be less than {MARKDOWN_TOTAL + 1} characters", at)
    return kept


def _check_block(check: Check, block: dict[str, Any], at: str) -> dict[str, Any]:
    kind = block["type"]
    check.string(block, "block_id", at, most=255)
    kept = {**block, "block_id": block.get("block_id") or check.name()}
    if kind in FIELDS:
        check.no_others(block, FIELDS[kind] | {"type", "block_id"}, at)
    if kind == "section":
        _section(check, block, kept, at)
    elif kind == "header":
        kept["text"] = check.text(block.get("text"), f"{at}/text", most=150, types=PLAIN)
    elif kind in ("actions", "context_actions"):
        most, allowed = (25, IN_ACTIONS) if kind == "actions" else (5, IN_CONTEXT_ACTIONS)
        elements = check.listed(block, "elements", at, most=most)
        kept["elements"] = [
            check_element(check, element, f"{at}/elements/{index}", allowed)
            for index, element in enumerate(elements)
        ]
        _unique_action_ids(check, kept["elements"], at)
    elif kind == "context":
        _context(check, block, kept, at)
    elif kind == "image":
        check.string(block, "alt_text", at, most=2000, required=True)
        if not block.get("slack_file"):
            check.string(block, "image_url", at, most=3000, required=True)
        if "title" in block:
            kept["title"] = check.text(block["title"], f"{at}/title", most=2000, types=PLAIN)
    elif kind == "input":
        _input(check, block, kept, at)
    elif kind == "markdown":
        check.string(block, "text", at, most=MARKDOWN_TOTAL, required=True)
    return kept


def _section(check: Check, block: dict[str, Any], kept: dict[str, Any], at: str) -> None:
    if "text" in block or "fields" not in block:
        kept["text"] = check.text(block.get("text"), f"{at}/text", most=3000, types=ANY_TEXT)
    if "fields" in block:
        fields = check.listed(block, "fields", at, most=10)
        kept["fields"] = [
            check.text(field, f"{at}/fields/{index}", most=2000, types=ANY_TEXT)
            for index, field in enumerate(fields)
        ]
    if "accessory" in block:
        kept["accessory"] = check_element(check, block["accessory"], f"{at}/accessory", IN_SECTION)


def _context(check: Check, block: dict[str, Any], kept: dict[str, Any], at: str) -> None:
    kept["elements"] = []
    for index, element in enumerate(check.listed(block, "elements", at, most=10)):
        where = f"{at}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            kept["elements"].append(check_element(check, element, where, {"image"}))
        else:
            kept["elements"].append(check.text(element, where, most=3000, types=ANY_TEXT))


def _input(check: Check, block: dict[str, Any], kept: dict[str, Any], at: str) -> None:
    kept["label"] = check.text(block.get("label"), f"{at}/label", most=2000, types=PLAIN)
    if "hint" in block:
        kept["hint"] = check.text(block["hint"], f"{at}/hint", most=2000, types=PLAIN)
    kept["element"] = check_element(check, block.get("element"), f"{at}/element", IN_INPUT)
    kept.setdefault("optional", False)
    kept.setdefault("dispatch_action", False)


def _unique_action_ids(check: Check, elements: list[dict[str, Any]], at: str) -> None:
    seen: set[str] = set()
    for index, element in enumerate(elements):
        action_id = element.get("action_id", "")
        if action_id in seen:
            check.fail(f"`action_id` {action_id} already exists", f"{at}/elements/{index}/action_id")
        seen.add(action_id)


def elements_of(blocks: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Every interactive element with the id of its block."""
    found = []
    for block in blocks:
        inside = [block.get("accessory"), block.get("element")]
        if block["type"] in ("actions", "context_actions"):
            inside += block["elements"]
        found += [(block["block_id"], e) for e in inside if isinstance(e, dict) and "action_id" in e]
    return found


def letters(value: Any) -> int:
    """How much text the blocks carry, wherever it stands."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(letters(part) for key, part in value.items() if key != "text" or not own)
    if isinstance(value, list):
        return sum(letters(part) for part in value)
    return 0

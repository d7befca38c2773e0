"""What people see in Slack, as words and as things to press."""

import re
from dataclasses import dataclass
from typing import Any

Message = dict[str, Any]


@dataclass(frozen=True)
class Button:
    label: str
    action_id: str
    value: str


def shown_text(message: Message) -> str:
    """Everything that a person reads in a message or a view: without its buttons."""
    parts = [] if message.get("blocks") else [str(message.get("text", ""))]
    for block in message.get("blocks") or ():
        texts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
        parts += [_words(text) for text in texts if isinstance(text, dict) and text.get("type") != "button"]
    return "\n".join(part for part in parts if part)


def reads(sentence: str, text: str) -> bool:
    """Whether `text` holds a sentence of `copy`, with anything filled into its gaps."""
    pattern = ".*".join(re.escape(part) for part in re.split(r"\{\w+\}", sentence))
    return re.search(pattern, text, re.DOTALL) is not None


def _words(text: dict[str, Any]) -> str:
    words = text.get("text", "")
    return words if isinstance(words, str) else ""


def buttons(message: Message) -> list[Button]:
    """Everything that can be pressed, menus opened."""
    found: list[Button] = []
    for block in message.get("blocks") or ():
        elements = [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
        for element in elements:
            if element["type"] == "button":
                found.append(Button(element["text"]["text"], element["action_id"], element["value"]))
            for option in element.get("options", ()):
                found.append(Button(option["text"]["text"], element["action_id"], option["value"]))
    return found


def labelled(found: list[Button], label: str) -> Button:
    for button in found:
        if button.label == label:
            return button
    raise AssertionError(f"no button “{label}”; there is {[b.label for b in found]}")

"""Collects what is wrong with blocks, in Slack's words and with its JSON pointers."""

import secrets
from typing import Any


class Check:
    """One pass over what an app sent; `messages` is empty when Slack would take it."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def fail(self, what: str, at: str) -> None:
        self.messages.append(f"{what} [json-pointer:{at}]")

    def name(self) -> str:
        """What Slack calls something that nobody named."""
        return secrets.token_urlsafe(4)[:5]

    def is_object(self, value: Any, at: str) -> bool:
        if isinstance(value, dict):
            return True
        self.fail("must provide an object", at)
        return False

    def no_others(self, value: dict[str, Any], known: set[str], at: str) -> None:
        for name in value.keys() - known:
            self.fail(f"invalid additional property: {name}", at)

    def string(self, owner: dict[str, Any], name: str, at: str, *, most: int, required: bool = False) -> None:
        value = owner.get(name)
        if value is None:
            if required:
                self.fail(f"missing required field: {name}", at)
            return
        if not isinstance(value, str):
            self.fail("must be a string", f"{at}/{name}")
        elif required and not value:
            self.fail("must be more than 0 characters", f"{at}/{name}")
        elif len(value) > most:
            self.fail(f"must be less than {most + 1} characters", f"{at}/{name}")

    def whole_number(self, owner: dict[str, Any], name: str, at: str, least: int, most: int) -> None:
        value = owner.get(name)
        if value is not None and not (isinstance(value, int) and least <= value <= most):
            self.fail(f"must be an integer from {least} to {most}", f"{at}/{name}")

    def listed(self, owner: dict[str, Any], name: str, at: str, *, most: int, least: int = 1) -> list[Any]:
        value = owner.get(name)
        if not isinstance(value, list):
            self.fail(f"missing required field: {name}", at)
            return []
        if len(value) < least:
            self.fail(f"no fewer than {least} items required", f"{at}/{name}")
        if len(value) > most:
            self.fail(f"no more than {most} items allowed", f"{at}/{name}")
        return value

    def text(self, value: Any, at: str, *, most: int, types: tuple[str, ...]) -> dict[str, Any]:
        """A text object, completed the way Slack completes it."""
        if not isinstance(value, dict):
            self.fail("missing required field: text" if value is None else "must provide an object", at)
            return {}
        if value.get("type") not in types:
            self.fail(f"must be one of: {', '.join(types)}", f"{at}/type")
        self.no_others(value, {"type", "text", "emoji", "verbatim"}, at)
        self.string(value, "text", at, most=most, required=True)
        completed = {"emoji": True} if value.get("type") == "plain_text" else {"verbatim": False}
        return {**completed, **value}

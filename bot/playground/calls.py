"""One Web API call: its arguments as Slack reads them, and the table of methods."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.playground.errors import SlackError

if TYPE_CHECKING:
    from bot.playground.slack import LocalSlack

JSON_FIELDS = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_format",
    "view": "invalid_arguments",
}
FALSE = ("", "0", "false", "False", None)


class Arguments(dict[str, Any]):
    """What was sent, form or JSON alike."""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Arguments":
        read = cls()
        for name, value in given.items():
            if name in JSON_FIELDS and isinstance(value, str):
                try:
                    value = json.loads(value) if value else None
                except ValueError:
                    raise SlackError(JSON_FIELDS[name]) from None
            if value is not None:
                read[name] = value
        return read

    def need(self, name: str) -> str:
        value = self.get(name)
        if value is None or value == "":
            raise SlackError("invalid_arguments", messages=[f"missing required field: {name}"])
        return str(value)

    def text(self, name: str) -> str | None:
        value = self.get(name)
        return None if value in (None, "") else str(value)

    def flag(self, name: str) -> bool:
        return self.get(name) not in FALSE and self.get(name) is not False

    def limit(self, default: int, most: int) -> int:
        try:
            wanted = int(self.get("limit") or default)
        except (TypeError, ValueError):
            raise SlackError("invalid_limit") from None
        if not 1 <= wanted <= most:
            raise SlackError("invalid_limit")
        return wanted


@dataclass(frozen=True)
class Call:
    """What a method gets to work with."""

    local: "LocalSlack"
    arguments: Arguments
    base_url: str


Work = Callable[[Call], dict[str, Any]]


@dataclass(frozen=True)
class Method:
    work: Work
    scopes: tuple[str, ...]
    tier: int
    token: str


METHODS: dict[str, Method] = {}


def method(name: str, *scopes: str, tier: int = 3, token: str = "bot") -> Callable[[Work], Work]:
    """Enter a function in the table. Any one of `scopes` opens the method."""

    def enter(work: Work) -> Work:
        METHODS[name] = Method(work, scopes, tier, token)
        return work

    return enter


def page(items: list[Any], arguments: Arguments, *, default: int, most: int) -> tuple[list[Any], str]:
    """One page and the cursor of the next, empty at the end."""
    limit = arguments.limit(default, most)
    cursor = arguments.text("cursor")
    start = _position(cursor) if cursor else 0
    following = start + limit
    return items[start:following], (f"cGFnZTo{following}=" if following < len(items) else "")


def _position(cursor: str) -> int:
    number = cursor.removeprefix("cGFnZTo").removesuffix("=")
    if not number.isdigit() or f"cGFnZTo{number}=" != cursor:
        raise SlackError("invalid_cursor")
    return int(number)


def next_page(cursor: str) -> dict[str, Any]:
    return {"response_metadata": {"next_cursor": cursor}}

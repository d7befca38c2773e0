"""What a source may ask of the web. Who really asks, waits and proves who we are is handed in from outside."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from kb.importers.source import SourceTrouble

NOT_MODIFIED = 304


class NotThere(SourceTrouble):
    """There is nothing at this address, or we may not know of it."""


class NotAllowed(SourceTrouble):
    """The server knows us too little, or not at all."""


@dataclass(frozen=True)
class Answer:
    """A good answer: 200, or 304 where that was asked for. Header names are in small letters."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            host = urlsplit(self.url).hostname
            remedy = "Look whether the address is right, and whether a sign-in page is in between"
            raise SourceTrouble(f"{host} answered with something that is not the data asked for", remedy)
        return said

    def text(self) -> str:
        """Raises UnicodeDecodeError where it is none."""
        return self.body.decode("utf-8-sig")


class Fetch(Protocol):
    """GET, as often as it takes. Raises `SourceTrouble` when there is no use in going on."""

    def __call__(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer: ...


def listed(said: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in a list of an answer; what is no object is left out."""
    found = said.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def inner(said: Any, *names: str) -> Any:
    """said[a][b][c], or None wherever that is not there."""
    for name in names:
        if not isinstance(said, dict):
            return None
        said = said.get(name)
    return said


def words(value: Any) -> str:
    return value if isinstance(value, str) else ""

"""Which column of an old desk's export holds what: as it was named by hand, or as such files usually call it. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from triage.errors import TriageError

# What other programs call the same thing, the surest first.
_USUALLY = {
    "subject": ("subject", "title", "summary", "short_description"),
    "text": (
        "text", "question", "message", "description", "body", "content", "details", "document", "request",
    ),
    "category": (
        "category", "label", "topic", "topic_group", "queue", "group", "team", "assignment_group", "service",
    ),
    "urgency": ("urgency", "priority", "severity"),
    "at": ("asked_at", "created_at", "created", "opened_at", "opened", "created_on", "date", "timestamp", "at"),
    "channel": ("channel", "channel_id", "source", "contact_type", "via"),
    "id": ("id", "ticket_id", "number", "key", "ticket", "ticket_number", "external_id", "issue_key"),
}  # fmt: skip


class NoSuchColumn(TriageError):
    """The file has no column for what is needed, or not the one that was named."""

    def __init__(self, what: str, found: Sequence[str], *, named: str = "", close: str = "") -> None:
        super().__init__(f"no column {named or what!r} among {', '.join(found)}")
        self.what, self.found, self.named, self.close = what, tuple(found), named, close


@dataclass(frozen=True)
class Named:
    """The columns as somebody named them; what is left open is looked for under its usual names."""

    text: tuple[str, ...] = ()
    category: str | None = None
    urgency: str | None = None
    at: str | None = None
    channel: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Columns:
    """Where everything stands in the file at hand. Several columns of text are read one after the other."""

    text: tuple[str, ...]
    category: str
    urgency: str | None = None
    at: str | None = None
    channel: str | None = None
    id: str | None = None


def columns_of(found: Sequence[str], named: Named) -> Columns:
    """Raises `NoSuchColumn` where text or category cannot be found, or a column that was named."""
    by_plain = {_plain(name): name for name in reversed(found)}

    def look(what: str, given: str | None) -> str | None:
        if given is not None:
            return _as_named(what, given, found)
        return next((by_plain[usual] for usual in _USUALLY[what] if usual in by_plain), None)

    text = tuple(_as_named("text", given, found) for given in named.text) or tuple(
        name for what in ("subject", "text") if (name := look(what, None)) is not None
    )
    category = look("category", named.category)
    if not text:
        raise NoSuchColumn("text", found)
    if category is None:
        raise NoSuchColumn("category", found)
    return Columns(
        text,
        category,
        look("urgency", named.urgency),
        look("at", named.at),
        look("channel", named.channel),
        look("id", named.id),
    )


def all_columns(rows: Iterable[Mapping[str, object]], *, look_at: int = 100) -> list[str]:
    """The names in a file's first rows: a line of JSON need not have all of them."""
    names: dict[str, None] = {}
    for _, row in zip(range(look_at), rows, strict=False):
        names.update(dict.fromkeys(row))
    return list(names)


def _as_named(what: str, given: str, found: Sequence[str]) -> str:
    if given in found:
        return given
    alike = [name for name in found if _plain(name) == _plain(given)]
    if len(alike) == 1:
        return alike[0]
    close = get_close_matches(given, found, 1, 0.6)
    raise NoSuchColumn(what, found, named=given, close=close[0] if close else "")


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.strip().lower()).strip("_")

"""Labelled messages that were most like this one, named without their words: whose they are, is not everybody's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_KINDS = {"past": "an imported ticket", "starter": "an example of the starter set"}


@dataclass(frozen=True)
class Like:
    """`ticket_id` is set where it is a ticket of this desk, which agents may open."""

    called: str
    ticket_id: int | None
    category: str
    likeness: float

    @property
    def figure(self) -> str:
        return f"{round(100 * self.likeness)} % alike"


def nearest(verdict: Mapping[str, Any], names: Mapping[str, str]) -> tuple[Like, ...]:
    """Of a stored verdict, the most alike first; `names` are the categories'. Older verdicts have none."""
    return tuple(_read(verdict.get("nearest") or (), names))


def _read(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Iterator[Like]:
    for row in rows:
        kind, _, number = str(row.get("ref", "")).partition(":")
        ticket_id = int(number) if kind == "ticket" and number.isdecimal() else None
        called = f"ticket {ticket_id}" if ticket_id else _KINDS.get(kind, "a labelled message")
        category = str(row.get("category", ""))
        yield Like(called, ticket_id, names.get(category, category), float(row.get("likeness", 0.0)))

"""How rows can be about a person, and what happens then to each column that can hold one. Values only."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class By(StrEnum):
    """How a row's column leads to the person."""

    PERSON = "person"  # it holds their number
    SLACK = "slack"  # it holds their id in Slack, or that of their direct conversation with the desk
    KEY = "key"  # one of these ids is a part of it
    BODY = "body"  # it is what Slack said about something that they wrote
    TICKET = "ticket"  # it holds the number of a ticket that they asked
    HANDOFF = "handoff"  # it holds the number of a handoff that they wrote


# Stands for the moment of the erasure.
NOW = object()


@dataclass(frozen=True)
class Link:
    by: By
    column: str


@dataclass(frozen=True)
class Treatment:
    """What erasing a person does to one table. Every column that can hold a person or text stands in one place."""

    # A row is theirs where any of these leads to them.
    theirs: tuple[Link, ...] = ()
    # Rows of theirs are deleted.
    goes: bool = False
    # What rows of theirs hold from then on; a callable makes it of what stands there.
    blank: dict[str, Any | Callable[[Any], Any]] = field(default_factory=dict)
    # Somebody may have named them here, in whatever row: the name gives way to “somebody”.
    scrub: tuple[str, ...] = ()
    # The same, but of a name in one word only the whole text counts: “Mark the box” names nobody.
    prose: tuple[str, ...] = ()
    # Numbers of people: they lead to the emptied row, so that counts stay true.
    numbers: tuple[str, ...] = ()
    # Keys, states, hashes, addresses of channels: nothing of a person.
    plain: tuple[str, ...] = ()
    # Treated by code of its own, which is named here.
    apart: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> frozenset[str]:
        return frozenset((*self.blank, *self.scrub, *self.prose, *self.numbers, *self.plain, *self.apart))


def by_person(*columns: str) -> tuple[Link, ...]:
    return tuple(Link(By.PERSON, column) for column in columns)


def of_ticket(column: str = "ticket_id") -> tuple[Link, ...]:
    return (Link(By.TICKET, column),)


def wordless(verdict: Any) -> Any:
    """A verdict without the asker's words: what was decided, how surely and by which rule stays."""
    if not isinstance(verdict, dict):
        return verdict
    kept = {**verdict, "words": [], "reasons": [], "nearest": []}
    if isinstance(person := verdict.get("needs_person"), dict):
        kept["needs_person"] = {**person, "words": []}
    return kept

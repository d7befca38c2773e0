"""What a model learns from: categories with descriptions, and messages with labels that a person gave."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from triage.vocabulary import Urgency

# The label of messages that belong to no category. Not a possible category key: those have no spaces.
OUT = "no category"

_PIECES = re.compile(r"[,.:;!?]|\bor\b|\band\b")


@dataclass(frozen=True)
class Category:
    key: str
    name: str
    description: str

    def as_phrases(self) -> tuple[str, ...]:
        """Name and description as short examples: a new category works from its first day.

        Taken apart, because people list in a description what they would say one at a time (measured: with
        50 messages a category, pieces are worth ten points of accuracy more than the description as a whole).
        """
        parts = (part.strip() for part in _PIECES.split(self.description))
        return (self.name, *(part for part in parts if len(part) > 2))


@dataclass(frozen=True)
class Example:
    """`category` is None for a message that belongs to no category: it teaches what to leave alone.

    `ref` says where the message is kept, so that a decision can point to it without holding its words.
    """

    text: str
    category: str | None
    urgency: Urgency | None = None
    ref: str = ""


def read_categories(document: str) -> tuple[Category, ...]:
    return tuple(Category(row["key"], row["name"], row["description"]) for row in json.loads(document))


def shipped_categories() -> tuple[Category, ...]:
    """What a desk begins with. Beside the starter model and without it, which takes seconds to load."""
    file = Path(__file__).with_name("starter") / "categories.json"
    return read_categories(file.read_text(encoding="utf-8"))


def read_messages(lines: Iterable[str]) -> Iterator[Example]:
    """One JSON object a line, as in the starter data."""
    for line in lines:
        if not line.strip():
            continue
        row = json.loads(line)
        urgency = row.get("urgency")
        yield Example(row["text"], row["category"], Urgency(urgency) if urgency else None)


def read_phrases(document: str) -> tuple[Example, ...]:
    """Category key → phrases; the empty key holds what belongs to no category."""
    return tuple(
        Example(phrase, key or None) for key, phrases in json.loads(document).items() for phrase in phrases
    )


def digest(
    examples: Sequence[Example],
    categories: Sequence[Category],
    *,
    phrases: Sequence[Example] = (),
    recipe: object,
) -> str:
    """One hash for everything a model depends on, so that a stale model can be told from a current one."""
    content = [
        [asdict(category) for category in categories],
        [[example.text, example.category] for example in examples],
        [[phrase.text, phrase.category] for phrase in phrases],
        recipe,
    ]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

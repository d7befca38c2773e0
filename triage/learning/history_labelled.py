"""An old desk's file as labelled messages, without a database: to see what it would be good for. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from triage.classifier.examples import Category
from triage.classifier.rules import judge
from triage.learning.families import families
from triage.learning.history_file import PastRow
from triage.learning.history_names import Names, key_of
from triage.learning.labelled import LabelledMessage

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def as_categories(names: Iterable[str]) -> tuple[Mapping[str, str], tuple[Category, ...]]:
    """A category for each name that stands in a file, and what key it got."""
    keys: dict[str, str] = {}
    for name in names:
        keys[name] = key_of(name, keys.values())
    return keys, tuple(Category(key, name, "") for name, key in keys.items())


def as_messages(rows: Iterable[PastRow], names: Names, *, most: int) -> tuple[LabelledMessage, ...]:
    """The newest labelled rows as learning sees them, oldest first; rows without a date in the file's order."""
    labelled = [row for row in rows if row.category in names.categories]
    labelled.sort(key=lambda row: row.asked_at or _LONG_AGO)
    found = []
    for row in labelled[-most:]:
        text = row.readable()
        if text and judge(text).needs_person is None:
            found.append(_message(row, text, names))
    family = families([message.text for message in found])
    return tuple(replace(message, family=number) for message, number in zip(found, family, strict=True))


def _message(row: PastRow, text: str, names: Names) -> LabelledMessage:
    return LabelledMessage(
        ref=f"line:{row.line}",
        text=text,
        category=names.categories[row.category] or None,
        urgency=names.urgencies.get(row.urgency),
        at=row.asked_at or _LONG_AGO,
        channel_id=row.channel or None,
        by=(),
        standing=1,
    )

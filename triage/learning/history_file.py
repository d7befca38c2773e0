"""Reads an old desk's export, CSV or JSON lines, plain or gzip: looked through once before anything is written."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from kb.errors import FileProblem
from kb.importers.html import looks_like_html, to_markdown
from kb.importers.rows import Row, read_rows
from kb.text import clean, redact
from triage.errors import TriageError
from triage.learning.history_columns import Columns, Named, all_columns, columns_of
from triage.learning.labelled import LONGEST

_LIKE = "{“text”: …, “category”: …}"
_SEVERAL = 20
# More unreadable dates than this share are no slips of single rows, but another way of writing them.
_SLIPS = 0.1
_LONGEST_NAME, _LONGEST_URGENCY = 120, 64


class NoRows(TriageError):
    """The file holds not one ticket."""


class UnreadableDates(TriageError):
    """The column of dates is written in a way that is not known; `example` is one of them."""

    def __init__(self, count: int, example: str) -> None:
        super().__init__(f"{count} dates like {example!r}")
        self.count, self.example = count, example


@dataclass(frozen=True)
class PastRow:
    """One ticket of the file, as it stands there."""

    line: int
    key: str
    text: str
    category: str
    urgency: str
    channel: str
    asked_at: datetime | None

    def readable(self) -> str:
        """Redacted and cleaned, as it is kept."""
        plain = to_markdown(self.text) if looks_like_html(self.text.lstrip()) else self.text
        return redact(clean(plain))[:LONGEST]


@dataclass(frozen=True)
class Survey:
    """What is in a file: everything that has to be known before the first row is written."""

    columns: Columns
    rows: int
    without_text: int
    unlabelled: int
    undated: int
    categories: Mapping[str, int]
    urgencies: Mapping[str, int]
    problems: tuple[FileProblem, ...]  # rows that cannot be read, the first ones
    broken: int  # how many there are of them
    found: tuple[str, ...] = ()
    ahead: int = 0  # dates after the moment of the survey, where that was given


@dataclass(frozen=True)
class HistoryFile:
    """`date_format` is for dates that are neither ISO nor seconds, such as “%m/%d/%Y %H:%M”."""

    path: Path
    named: Named = field(default_factory=Named)
    date_format: str | None = None

    def survey(self, *, now: datetime | None = None) -> Survey:
        """Dates after `now` are counted, because they are not kept.

        Raises `kb.importers.rows.Unreadable`, `NoSuchColumn`, `NoRows`, `UnreadableDates`.
        """
        problems: list[FileProblem] = []
        found = all_columns(row.values for row in self._read(problems))
        if not found:
            raise NoRows(str(self.path))
        return self._counted(columns_of(found, self.named), tuple(found), now)

    def rows(self, columns: Columns) -> Iterator[PastRow]:
        """Every row that has a text."""
        seen: Counter[str] = Counter()
        for row in self._read([]):
            made = self._row(row, columns, seen)
            if made.text:
                yield made

    def batches(self, columns: Columns, size: int) -> Iterator[tuple[PastRow, ...]]:
        rows = self.rows(columns)
        while batch := tuple(islice(rows, size)):
            yield batch

    def _read(self, problems: list[FileProblem]) -> Iterator[Row]:
        return read_rows(self.path, problems, like=_LIKE)

    def _counted(self, columns: Columns, found: tuple[str, ...], now: datetime | None) -> Survey:
        problems: list[FileProblem] = []
        rows = without_text = unlabelled = undated = ahead = 0
        categories, urgencies, wrong = Counter[str](), Counter[str](), list[str]()
        for row in self._read(problems):
            rows += 1
            made = self._row(row, columns, Counter())
            without_text += not made.text
            unlabelled += not made.category
            if made.text and made.category:
                categories[made.category] += 1
            if made.text and made.urgency:
                urgencies[made.urgency] += 1
            undated += made.asked_at is None
            ahead += now is not None and made.asked_at is not None and made.asked_at > now
            written = _cell(row, columns.at)
            if written and made.asked_at is None:
                wrong.append(written)
        if len(wrong) > _SLIPS * rows:
            raise UnreadableDates(len(wrong), wrong[0])
        first, broken = tuple(problems[:_SEVERAL]), len(problems)
        return Survey(
            columns,
            rows,
            without_text,
            unlabelled,
            undated,
            categories,
            urgencies,
            first,
            broken,
            found,
            ahead,
        )

    def _row(self, row: Row, columns: Columns, seen: Counter[str]) -> PastRow:
        text = "\n".join(part for name in columns.text if (part := _cell(row, name)))
        written = _cell(row, columns.at)
        channel = _cell(row, columns.channel)
        return PastRow(
            line=row.line,
            key=_key((_cell(row, columns.id), text, written, channel), seen),
            text=text,
            category=_cell(row, columns.category)[:_LONGEST_NAME],
            urgency=_cell(row, columns.urgency)[:_LONGEST_URGENCY],
            # Where it came in may be somebody's address.
            channel=redact(channel)[:_LONGEST_URGENCY],
            asked_at=moment(written, self.date_format),
        )


def moment(written: str, date_format: str | None = None) -> datetime | None:
    """A date as exports write it; without an offset it is UTC. None where it cannot be read."""
    try:
        if date_format:
            found = datetime.strptime(written, date_format)  # noqa: DTZ007  (its zone is looked at below)
        elif written.replace(".", "", 1).isdigit() and len(written) > 8:
            seconds = float(written)
            found = datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        else:
            found = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _cell(row: Row, name: str | None) -> str:
    """A cell's text without what no database keeps; empty where there is none."""
    value: Any = row.values.get(name) if name is not None else None
    if value is None or isinstance(value, bool | dict | list):
        return ""
    return str(value).encode("utf-8", "replace").decode().replace("\x00", "").strip()


def _key(content: tuple[str, ...], seen: Counter[str]) -> str:
    """A digest of the row, its number there included; the second of the same is another ticket.

    The number alone would do until a second old desk is imported, which counts from one again. The category is not
    in it: corrected there, it is still the same ticket.
    """
    digest = hashlib.sha256("\x00".join(content).encode("utf-8", "replace")).hexdigest()[:40]
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}#{seen[digest]}"

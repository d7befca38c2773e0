"""Labelled messages from a table: columns for text and label, perhaps one that says which part is for judging."""

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bot.bench.bad_batches import Row

_TEST = "test"
_LEARN = "train"


class BadTable(Exception):
    """The file cannot be used, and why."""


@dataclass(frozen=True)
class Table:
    """`learn` and `judge` are split by the column `split`; without one all is to be learned from.

    `incomplete` counts rows without a text or a label.
    """

    learn: tuple[Row, ...]
    judge: tuple[Row, ...]
    incomplete: int


def read_rows(file: Path, *, text: str = "text", label: str = "label") -> list[Row]:
    """Each message once. What a column `split` sets aside for testing is left alone: settings are chosen here."""
    found = {row[text]: row[label] for row in _read(file, text, label) if row.get("split") != _TEST}
    rows = [Row(words, of) for words, of in found.items() if words and of]
    if len({row.label for row in rows}) < 2:
        raise BadTable(f"{file} holds fewer than two categories")
    return rows


def read_table(file: Path, *, text: str = "text", label: str = "label") -> Table:
    """Every row as it stands, twice if it is there twice. CSV, TSV or JSON lines, packed with gzip or not."""
    learn: list[Row] = []
    judge: list[Row] = []
    incomplete = 0
    for found in _read(file, text, label):
        row = Row(found[text].strip(), found[label].strip())
        if not row.text or not row.label:
            incomplete += 1
        else:
            (learn if found.get("split", _LEARN) == _LEARN else judge).append(row)
    if not learn and not judge:
        raise BadTable(f"{file} holds no row with a text and a label")
    return Table(tuple(learn), tuple(judge), incomplete)


def _read(file: Path, text: str, label: str) -> Iterator[dict[str, str]]:
    """Rows with at least both columns, as texts."""
    kind = file.suffixes[-2] if file.suffix == ".gz" and len(file.suffixes) > 1 else file.suffix
    try:
        with (
            gzip.open(file, "rt", encoding="utf-8-sig", newline="")
            if file.suffix == ".gz"
            else file.open(encoding="utf-8-sig", newline="") as lines
        ):
            rows = (
                _objects(lines)
                if kind in (".jsonl", ".ndjson")
                else _table(lines, "\t" if kind == ".tsv" else ",")
            )
            for number, row in enumerate(rows, 1):
                if missing := [column for column in (text, label) if column not in row]:
                    raise BadTable(
                        f"{file} has no column “{missing[0]}” in row {number}, but {', '.join(row)}"
                    )
                yield row
    except FileNotFoundError:
        raise BadTable(f"{file} does not exist") from None
    except UnicodeDecodeError as error:
        raise BadTable(f"{file} is not UTF-8 (byte {error.start:,}); save it as UTF-8") from None
    except (gzip.BadGzipFile, csv.Error, EOFError, IsADirectoryError, json.JSONDecodeError) as error:
        raise BadTable(f"{file} cannot be read: {error}") from None


def _table(lines: IO[str], delimiter: str) -> Iterator[dict[str, str]]:
    for row in csv.DictReader(lines, delimiter=delimiter):
        yield {str(column): str(value or "") for column, value in row.items() if column is not None}


def _objects(lines: IO[str]) -> Iterator[dict[str, str]]:
    for line in lines:
        if line.strip():
            row: Any = json.loads(line)
            if not isinstance(row, dict):
                raise BadTable("a line is not an object")
            yield {str(key): "" if value is None else str(value) for key, value in row.items()}

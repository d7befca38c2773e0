"""Labelled messages from a table: columns for text and label, perhaps one that says which part is for testing."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

from bot.bench.bad_batches import Row

_TEST = "test"


class BadTable(Exception):
    """The file cannot be used, and why."""


def read_rows(file: Path, *, text: str = "text", label: str = "label") -> list[Row]:
    """Each message once. What a column `split` sets aside for testing is left alone: settings are chosen here."""
    try:
        found = dict(_read(file, text, label))
    except FileNotFoundError:
        raise BadTable(f"{file} does not exist") from None
    except (UnicodeDecodeError, gzip.BadGzipFile, csv.Error, EOFError, IsADirectoryError) as error:
        raise BadTable(f"{file} cannot be read: {error}") from None
    rows = [Row(words, of) for words, of in found.items()]
    if len({row.label for row in rows}) < 2:
        raise BadTable(f"{file} holds fewer than two categories")
    return rows


def _read(file: Path, text: str, label: str) -> Iterator[tuple[str, str]]:
    packed = file.suffix == ".gz"
    with (
        gzip.open(file, "rt", encoding="utf-8", newline="")
        if packed
        else file.open(encoding="utf-8", newline="") as lines
    ):
        table = csv.DictReader(lines)
        for column in (text, label):
            if column not in (table.fieldnames or ()):
                raise BadTable(f"{file} has no column “{column}”, but {', '.join(table.fieldnames or ())}")
        for row in table:
            if row.get("split") != _TEST and row[text] and row[label]:
                yield row[text], row[label]

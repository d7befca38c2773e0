"""Finds out what `evenhand kb import` was given, and opens it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.cli.program import Stop
from bot.settings import Settings
from kb.importers.markdown import MarkdownFolder
from kb.importers.source import Source
from kb.importers.table import TableFile


class Kind(StrEnum):
    MARKDOWN = "markdown"
    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True)
class Given:
    """What somebody typed."""

    what: str
    kind: Kind | None
    language: str | None
    name: str


_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json")


def guess(what: str) -> Kind:
    """The kind of source by its looks alone."""
    path = Path(what)
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    table = next((suffix for suffix in suffixes if suffix in _TABLES), None)
    if table is not None and not re.match(r"https?://", what):
        return Kind.CSV if table in (".csv", ".tsv") else Kind.JSONL
    if path.is_dir():
        return Kind.MARKDOWN
    if not path.exists():
        raise Stop(
            f"There is no file or folder {what}.", "Give a path, or a web address with https://", code=2
        )
    raise Stop(f"It is not clear what {what} is.", f"Say it with --source: {', '.join(Kind)}", code=2)


def open_source(given: Given, settings: Settings) -> Source:
    kind = given.kind or guess(given.what)
    language = given.language or "en"
    if kind is Kind.MARKDOWN:
        return MarkdownFolder(Path(given.what), language, given.name)
    return TableFile(Path(given.what), language, given.name)

"""CSV and JSONL files, one article a row. The whole file is checked before the first row is imported."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kb.articles import MAX_BODY, slug_of
from kb.errors import FileProblem, ImportRefused
from kb.importers.frontmatter import KEYS, LISTS, Reading, understand
from kb.importers.html import looks_like_html, to_markdown
from kb.importers.rows import Row, Unreadable, is_jsonl, read_rows
from kb.importers.source import Page, Remote, Skipped, Start, short_key, stamped
from kb.importers.tidy import MAX_CATEGORY, each_once, one_line, tidy

_AT_ONCE = 100
_MOST_PROBLEMS = 50
_COLUMNS = (*KEYS, "body", "id", "url")
# What other programs call the same thing.
_ALSO_CALLED = {
    "text": "body", "content": "body", "answer": "body", "question": "title", "subject": "title", "name": "title",
    "labels": "aliases", "examples": "aliases", "alias": "aliases", "symptom": "symptoms", "code": "codes",
    "lang": "language", "locale": "language", "review_on": "review", "external_id": "id", "link": "url",
}  # fmt: skip


@dataclass
class TableFile:
    """`language` is for rows that name none; `name` tells this file from others that were imported."""

    path: Path
    language: str = "en"
    name: str = ""
    ignored: tuple[str, ...] = ()  # columns that mean nothing here
    _ids: dict[str, int] = field(default_factory=dict)
    _slugs: dict[str, int] = field(default_factory=dict)
    _total: int = 0
    _digest: str = ""

    @property
    def key(self) -> str:
        return short_key(f"{'jsonl' if is_jsonl(self.path) else 'csv'}:{self.name or self.path.name}")

    def check(self) -> None:
        """Raises ImportRefused with every problem of the file, before anything was imported."""
        problems: list[FileProblem] = []
        self._ids, self._slugs, self._total = {}, {}, 0
        digest, columns = hashlib.sha256(), dict[str, None]()
        try:
            for row in read_rows(self.path, problems):
                columns.update(dict.fromkeys(map(str, row.values)))
                found = self._read(row, problems)
                digest.update((found.stamp if isinstance(found, Remote) else found.external_id).encode())
                self._total += 1
                if isinstance(found, Remote):
                    self._once(found, row.line, problems)
                if len(problems) > _MOST_PROBLEMS:
                    break
        except Unreadable as unreadable:
            problems.append(unreadable.problem)
        if not problems and not self._total:
            remedy = "Begin a CSV with a line of column names such as title,body; JSONL has one object a line"
            problems.append(FileProblem(self.path, 1, "the file holds no articles", remedy))
        # Without a column, every row lacks it: one line says so.
        problems = (self._columns(columns) if self._total else []) or problems
        if problems:
            raise ImportRefused(tuple(problems))
        self._digest = digest.hexdigest()[:16]
        self.ignored = tuple(name for name in columns if _column(name) is None)

    def pages(self, start: Start) -> Iterator[Page]:
        self.check()
        digest, _, done = (start.cursor or "").partition(":")
        # A cursor into a file that was changed meanwhile means nothing.
        at = int(done) if digest == self._digest else 0
        articles: list[Remote] = []
        skipped: list[Skipped] = []
        for number, row in enumerate(read_rows(self.path, []), start=1):
            if number <= at:
                continue
            found = self._read(row, [])
            if isinstance(found, Remote):
                articles.append(found)
            else:
                skipped.append(found)
            if len(articles) + len(skipped) == _AT_ONCE:
                cursor = f"{self._digest}:{number}"
                yield Page(tuple(articles), tuple(skipped), cursor=cursor, total=self._total)
                articles, skipped = [], []
        yield Page(tuple(articles), tuple(skipped), total=self._total)

    def _columns(self, columns: dict[str, None]) -> list[FileProblem]:
        """A misspelt column would lose what stands in it, so it is told; others are only left out."""
        problems = []
        known = {_column(name) for name in columns}
        for wanted in ("title", "body"):
            if wanted not in known:
                problems.append(
                    FileProblem(self.path, 1, f"there is no {wanted}", f"Add {wanted} to every row")
                )
        for name in columns:
            if _column(name) is None and (close := get_close_matches(_plain(name), _COLUMNS, 1, 0.8)):
                said, remedy = f"unknown column {name!r}", f"Did you mean {close[0]}? Rename or remove it"
                problems.append(FileProblem(self.path, 1, said, remedy))
        return problems

    def _once(self, article: Remote, line: int, problems: list[FileProblem]) -> None:
        for kept, value, what in (
            (self._ids, article.external_id, "id"),
            (self._slugs, article.slug, "slug"),
        ):
            if value is None:
                continue
            first = kept.setdefault(value, line)
            if first != line:
                said = f"the {what} {value!r} stands on line {first} already"
                problems.append(FileProblem(self.path, line, said, "Give each row an id of its own"))

    def _read(self, row: Row, problems: list[FileProblem]) -> Remote | Skipped:
        reading = Reading(self.path, {}, {}, dict.fromkeys(_COLUMNS, row.line), [])
        values = _by_column(row, reading)
        body = tidy(values.pop("body", ""))
        if not is_jsonl(self.path) and looks_like_html(body):
            body = to_markdown(body)
        external_id, url = one_line(values.pop("id", "")), one_line(values.pop("url", ""))
        reading.values.update(
            {key: one_line(value) for key, value in values.items() if key not in LISTS and value}
        )
        title = reading.values.get("title", "")
        # Other programs' categories may be whole paths; a label need not be whole.
        reading.values["category"] = reading.values.get("category", "")[:MAX_CATEGORY].strip()
        external_id = short_key(external_id or reading.values.get("slug") or slug_of(title))
        if title and not reading.problems and (why := _not_an_article(body)):
            return Skipped(external_id, title, f"line {row.line}: {why}")
        reading.values.setdefault("slug", slug_of(title))
        found = understand(body, row.line, reading, usual_language=self.language)
        problems += reading.problems
        return stamped(
            Remote(
                external_id=external_id,
                stamp="",
                content=found.content,
                placement=found.placement,
                url=url,
                slug=one_line(values.get("slug", "")) or None,
                status=found.status,
            )
        )


def _not_an_article(body: str) -> str | None:
    if not body:
        return "it has no text"
    return f"its text is over {MAX_BODY:,} characters: split it" if len(body) > MAX_BODY else None


def _by_column(row: Row, reading: Reading) -> dict[str, str]:
    """The row's texts by our names; lists go into the reading at once."""
    found: dict[str, str] = {}
    for name, value in row.values.items():
        column = _column(name)
        if column is None or (column in found and _plain(name) != column):
            continue
        if column in LISTS:
            items = _items(value)
            if items is None:
                remedy = "Write texts with ; between them, or a JSON list of texts"
                reading.refuse(row.line, f"{name} is no list of texts", remedy)
            else:
                reading.lists[column] = each_once((*reading.lists.get(column, ()), *items))
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            found[column] = str(value)
        elif value is not None:
            reading.refuse(row.line, f"{name} is no text", "Write it as one text in quotes")
    return found


def _items(value: Any) -> list[str] | None:
    if value is None:
        return []
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            try:
                return _items(json.loads(value))
            except (ValueError, RecursionError):
                return None
        return re.split(r"[;\n]", value)
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return [str(item) for item in value]
    return None


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _column(name: str) -> str | None:
    plain = _plain(name)
    return plain if plain in _COLUMNS else _ALSO_CALLED.get(plain)

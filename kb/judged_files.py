"""Reads judged sets that somebody hands in: articles, questions and judgements, plain or gzip.

What is wrong is told with the file and the line, because such files are long and made by scripts.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kb.entries import Entry
from kb.importers.rows import Unreadable, plain_lines
from kb.language import detect


class BadFile(ValueError):
    """A file that cannot be read as what it is given for; names the place."""

    def __init__(self, path: Path, why: str, line: int | None = None) -> None:
        place = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{place}: {why}")
        self.path, self.line, self.why = path, line, why


@dataclass(frozen=True)
class JudgedQuestion:
    """A question and how well which article answers it (article id → grade above 0); none if nothing does."""

    name: str
    text: str
    grades: Mapping[int, float]
    split: str = ""

    @property
    def answerable(self) -> bool:
        return bool(self.grades)


@dataclass(frozen=True)
class JudgedFiles:
    entries: tuple[Entry, ...]
    questions: tuple[JudgedQuestion, ...]
    solved: tuple[
        tuple[str, int], ...
    ] = ()  # earlier questions, oldest first, and the article that solved each


def read_files(
    articles: Path, queries: Path, qrels: Path | None = None, feedback: Path | None = None
) -> JudgedFiles:
    """Without `qrels` the questions' own `rel` counts. Ids of articles are their places in the file."""
    entries = _in_their_language(
        [_entry(articles, line, number, row) for number, (line, row) in enumerate(_rows(articles))]
    )
    names: dict[str, int] = {}
    for entry in entries:
        if names.setdefault(entry.slug, entry.article_id) != entry.article_id:
            raise BadFile(articles, f"the id {entry.slug!r} stands there twice")
    questions = _questions(queries, names, qrels)
    if not questions:
        raise BadFile(queries, "holds no questions")
    return JudgedFiles(entries, questions, tuple(_solved(feedback, names)) if feedback else ())


def _questions(path: Path, names: Mapping[str, int], qrels: Path | None) -> tuple[JudgedQuestion, ...]:
    judged = _judgements(qrels, names) if qrels else None
    rows: dict[str, tuple[int, dict[str, Any]]] = {}
    for line, row in _rows(path):
        name = _words(path, line, row, "id")
        if name in rows:
            raise BadFile(path, f"the id {name!r} stands there twice", line)
        rows[name] = line, row
    if judged is not None and rows and not rows.keys() & judged.keys():
        raise BadFile(qrels or path, f"judges none of the questions of {path}")
    questions: list[JudgedQuestion] = []
    for name, (line, row) in rows.items():
        grades = _own_grades(path, line, row, names) if judged is None else judged.get(name, {})
        answerable = row.get("answerable")
        if answerable is True and not grades:
            raise BadFile(path, f"question {name!r} is answerable, but no article is named for it", line)
        text = _words(path, line, row, "text", "title")
        split = str(row.get("split") or "")
        questions.append(JudgedQuestion(name, text, {} if answerable is False else grades, split))
    return tuple(questions)


def _own_grades(path: Path, line: int, row: dict[str, Any], names: Mapping[str, int]) -> dict[int, float]:
    grades: dict[int, float] = {}
    for name in _rel(path, line, row):
        if name not in names:
            raise BadFile(path, f"the article {name!r} is not among the articles", line)
        grades[names[name]] = 1
    return grades


def _judgements(path: Path, names: Mapping[str, int]) -> dict[str, dict[int, float]]:
    """Question → article → grade. Questions of other parts of the set may be judged in the same file."""
    judged: dict[str, dict[int, float]] = {}
    for line, text in _lines(path):
        parts = text.split("\t")
        score = _number(parts[-1])
        if line == 1 and score is None:
            continue  # names of the columns
        if len(parts) != 3 or score is None:
            raise BadFile(path, "is not “question, article, score” with tabs between", line)
        question, article = parts[0].strip(), parts[1].strip()
        if score <= 0:
            continue
        if article not in names:
            raise BadFile(path, f"the article {article!r} is not among the articles", line)
        judged.setdefault(question, {})[names[article]] = score
    return judged


def _solved(path: Path, names: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Articles that are gone since then, and questions that none solved, teach nothing."""
    for line, row in _rows(path):
        text = _words(path, line, row, "text", "title")
        for name in _rel(path, line, row):
            if name in names:
                yield text, names[name]


def _entry(path: Path, line: int, number: int, row: dict[str, Any]) -> Entry:
    def words(key: str) -> tuple[str, ...]:
        listed = row.get(key) or []
        if not isinstance(listed, list):
            raise BadFile(path, f"{key!r} is not a list", line)
        return tuple(str(one) for one in listed)

    return Entry(
        article_id=number,
        slug=_words(path, line, row, "id"),
        revision=1,
        title=str(row.get("title") or ""),
        summary=str(row.get("summary") or ""),
        body=str(row.get("body") or ""),
        aliases=words("examples") + words("aliases"),
        symptoms=words("symptoms"),
        codes=words("codes"),
        category=str(row.get("category") or ""),
        language=str(row.get("language") or ""),
    )


def _in_their_language(entries: list[Entry]) -> tuple[Entry, ...]:
    """Articles that do not say their language get the one they are written in; what cannot be told is like the rest."""
    told = {
        entry.article_id: detect("\n".join((entry.title, *entry.aliases, entry.summary, entry.body)))
        for entry in entries
        if not entry.language
    }
    seen = Counter(language for language in told.values() if language)
    usual = seen.most_common(1)[0][0] if seen else "en"
    return tuple(
        replace(entry, language=entry.language or told[entry.article_id] or usual) for entry in entries
    )


def _words(path: Path, line: int, row: dict[str, Any], *keys: str) -> str:
    """The first of the fields that is there; an empty question is still a question."""
    for key in keys:
        if isinstance(value := row.get(key), str | int) and not isinstance(value, bool):
            return str(value)
    raise BadFile(path, f"has no {keys[0]!r}", line)


def _rel(path: Path, line: int, row: dict[str, Any]) -> list[str]:
    named = row.get("rel") or []
    if not isinstance(named, list):
        raise BadFile(path, "'rel' is not a list of article ids", line)
    return [str(name) for name in named]


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, text in _lines(path):
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as broken:
            raise BadFile(path, f"is not JSON ({broken})", line) from None
        if not isinstance(row, dict):
            raise BadFile(path, "is not a JSON object", line)
        yield line, row


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with something on them, counted from 1. Packed files are known by their first bytes, not by name."""
    try:
        for number, line in enumerate(plain_lines(path), 1):
            if line.strip():
                yield number, line.rstrip("\r\n")
    except Unreadable as unreadable:
        raise BadFile(path, unreadable.problem.problem, unreadable.problem.line or None) from None

"""Judged questions: sets of articles and questions with known answers, for fitting and measuring search."""

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.importers.frontmatter import ArticleFile
from kb.index import Entry

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True)
class Judged:
    """A question and the ids of the articles that answer it; none if nothing does."""

    text: str
    answers: frozenset[int]

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


@dataclass(frozen=True)
class JudgedSet:
    name: str
    entries: tuple[Entry, ...]
    questions: tuple[Judged, ...]


def read_judged(folder: Path, *, split: str | None = None) -> JudgedSet:
    """A folder with articles.jsonl and queries.jsonl, plain or gzip. Where questions of that split are marked, only
    they are read."""
    entries = tuple(_entry(number, row) for number, row in enumerate(_rows(folder, "articles")))
    by_name = {entry.slug: entry.article_id for entry in entries}
    rows = list(_rows(folder, "queries"))
    if any(row.get("split") == split for row in rows):
        rows = [row for row in rows if row.get("split") == split]
    questions = tuple(
        Judged(str(row["text"]), frozenset(by_name[name] for name in row["rel"] if name in by_name))
        for row in rows
        if not row["answerable"] or any(name in by_name for name in row["rel"])
    )
    return JudgedSet(folder.name, entries, questions)


def held_out_aliases(articles: list[ArticleFile], *, folds: int = 5) -> Iterator[JudgedSet]:
    """Articles judged by their own aliases: a third is taken out and asked instead, and in each fold some articles
    are missing altogether, so that their aliases have no answer.
    """
    for fold in range(folds):
        entries: list[Entry] = []
        questions: list[Judged] = []
        for number, article in enumerate(articles):
            said = article.content
            if number % folds == fold:
                questions += [Judged(alias, frozenset()) for alias in said.aliases]
                continue
            asked = [alias for at, alias in enumerate(said.aliases) if at % 3 == fold % 3]
            kept = tuple(alias for alias in said.aliases if alias not in asked)
            answers = frozenset({number})
            questions += [Judged(alias, answers) for alias in asked]
            questions += [
                Judged(f"{alias} {code}", answers) for alias, code in zip(asked, said.codes, strict=False)
            ]
            questions += [Judged(f"error {code}", answers) for code in said.codes]
            entries.append(
                Entry(
                    number,
                    article.slug,
                    1,
                    said.title,
                    said.summary,
                    said.body,
                    kept,
                    said.symptoms,
                    said.codes,
                )
            )
        yield JudgedSet(f"starter {fold + 1}", tuple(entries), tuple(questions))


def with_typos(text: str, rate: float, rng: random.Random) -> str:
    """Each letter, by chance, hits a neighbouring key, is dropped, doubled or swapped with the next one."""
    typed: list[str] = []
    at = 0
    while at < len(text):
        letter = text[at]
        at += 1
        if not letter.isalpha() or rng.random() >= rate:
            typed.append(letter)
            continue
        slip = rng.randrange(4)
        if slip == 0:
            typed.append(rng.choice(_neighbours(letter.lower())))
        elif slip == 1:
            typed += [letter, letter]
        elif slip == 2 and at < len(text):
            typed += [text[at], letter]
            at += 1
    return "".join(typed)


def _neighbours(letter: str) -> str:
    for row in _KEYBOARD:
        if (at := row.find(letter)) >= 0:
            return row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    return letter


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    packed, plain = folder / f"{name}.jsonl.gz", folder / f"{name}.jsonl"
    with (
        gzip.open(packed, "rt", encoding="utf-8")
        if packed.exists()
        else plain.open(encoding="utf-8") as lines
    ):
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _entry(number: int, row: dict[str, Any]) -> Entry:
    return Entry(
        article_id=number,
        slug=str(row["id"]),
        revision=1,
        title=str(row["title"]),
        summary=str(row.get("summary") or ""),
        body=str(row.get("body") or ""),
        aliases=tuple(row.get("examples") or ()),
        category=str(row.get("category") or ""),
    )

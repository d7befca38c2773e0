"""Other ways to search the same articles, each with the settings that were best for it on the judged sets.

What is not installed is not taken part in; `why_not` says what would bring it.
"""

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process, utils

from kb.entries import Entry
from kb.evaluation import DEPTH
from kb.text import is_stop_word, stem

Ranked = tuple[tuple[int, float], ...]
Find = Callable[[str], Ranked]
_WORD = re.compile(r"\w+")
_MOST_WORDS = 150


@dataclass(frozen=True)
class Peer:
    """`build` reads the articles and returns the way to ask them."""

    name: str
    package: str  # empty if Python brings it
    build: Callable[[Sequence[Entry]], Find]

    @property
    def version(self) -> str | None:
        """None if it is not installed."""
        if not self.package:
            return sqlite3.sqlite_version
        try:
            return version(self.package)
        except PackageNotFoundError:
            return None

    @property
    def why_not(self) -> str:
        return f"{self.name} is left out: pip install {self.package}"


def _whole(entry: Entry) -> str:
    return "\n".join((entry.title, *entry.aliases, *entry.symptoms, entry.summary, entry.body))


def _telling(question: str) -> list[str]:
    """Without the small words, which cost these engines a fifth on long questions."""
    words = _WORD.findall(question.lower())[:_MOST_WORDS]
    return [word for word in dict.fromkeys(words) if not is_stop_word(word)]


def _wratio(entries: Sequence[Entry]) -> Find:
    texts = [utils.default_process(f"{entry.title}\n{entry.body}") for entry in entries]

    def find(question: str) -> Ranked:
        best = process.extract(utils.default_process(question), texts, scorer=fuzz.WRatio, limit=DEPTH)
        return tuple((entries[at].article_id, score / 100) for _, score, at in best)

    return find


def _token_set(entries: Sequence[Entry]) -> Find:
    texts = [
        (entry.article_id, utils.default_process(phrasing))
        for entry in entries
        for phrasing in entry.phrasings
    ]
    phrasings = [text for _, text in texts]

    def find(question: str) -> Ranked:
        scores = process.cdist([utils.default_process(question)], phrasings, scorer=fuzz.token_set_ratio)[0]
        best: dict[int, float] = {}
        for at in np.argsort(-scores, kind="stable").tolist():
            best.setdefault(texts[at][0], float(scores[at]) / 100)
            if len(best) == DEPTH:
                break
        return tuple(best.items())

    return find


def _bm25s(entries: Sequence[Entry]) -> Find:
    import bm25s

    def words(texts: list[str]) -> Any:
        stemmed = lambda found: [stem(word) for word in found]  # noqa: E731
        return bm25s.tokenize(texts, stopwords="en", stemmer=stemmed, return_ids=False, show_progress=False)

    ranker = bm25s.BM25()
    ranker.index(words([_whole(entry) for entry in entries]), show_progress=False)

    def find(question: str) -> Ranked:
        asked = [word for word in words([question])[0] if word in ranker.vocab_dict]
        if not asked:
            return ()
        scores = ranker.get_scores(asked)
        best = np.argsort(-scores, kind="stable")[:DEPTH].tolist()
        return tuple((entries[at].article_id, float(scores[at])) for at in best if scores[at] > 0)

    return find


def _tantivy(entries: Sequence[Entry]) -> Find:
    import tantivy

    build = tantivy.SchemaBuilder()
    build.add_integer_field("article", stored=True)
    fields = ("title", "aliases", "text")
    for field in fields:
        build.add_text_field(field, tokenizer_name="en_stem")
    index = tantivy.Index(build.build())
    writer = index.writer(50_000_000, 1)
    for entry in entries:
        writer.add_document(
            tantivy.Document(
                article=entry.article_id,
                title=entry.title,
                aliases="\n".join((*entry.aliases, *entry.symptoms)),
                text=f"{entry.summary}\n{entry.body}",
            )
        )
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    boosts, fuzzy = {"title": 1.5, "aliases": 1.3, "text": 1.0}, dict.fromkeys(fields, (False, 1, True))

    def find(question: str) -> Ranked:
        words = " ".join(_telling(question))
        if not words:
            return ()
        asked, _ = index.parse_query_lenient(words, list(fields), field_boosts=boosts, fuzzy_fields=fuzzy)
        exact, _ = index.parse_query_lenient(words, list(fields), field_boosts=boosts)
        both = tantivy.Query.boolean_query([(tantivy.Occur.Should, asked), (tantivy.Occur.Should, exact)])
        hits = searcher.search(both, DEPTH).hits
        return tuple((int(searcher.doc(place)["article"][0]), float(score)) for score, place in hits)

    return find


def _fts5(entries: Sequence[Entry]) -> Find:
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE article USING fts5(title, aliases, body, tokenize='porter unicode61')"
    )
    database.executemany(
        "INSERT INTO article (rowid, title, aliases, body) VALUES (?, ?, ?, ?)",
        (
            (at, entry.title, "\n".join((*entry.aliases, *entry.symptoms)), f"{entry.summary}\n{entry.body}")
            for at, entry in enumerate(entries)
        ),
    )
    ranked = (
        "SELECT rowid, bm25(article, 3.0, 2.5, 1.0) AS rank FROM article WHERE article MATCH ? "
        f"ORDER BY rank LIMIT {DEPTH}"
    )

    def find(question: str) -> Ranked:
        words = " OR ".join(f'"{word}"' for word in _telling(question))
        rows = database.execute(ranked, (words,)).fetchall() if words else []
        return tuple((entries[at].article_id, -float(score)) for at, score in rows)

    return find


PEERS = (
    Peer("rapidfuzz WRatio, title and body", "rapidfuzz", _wratio),
    Peer("rapidfuzz token_set, title and aliases", "rapidfuzz", _token_set),
    Peer("bm25s", "bm25s", _bm25s),
    Peer("tantivy, fuzzy", "tantivy", _tantivy),
    Peer("SQLite FTS5, porter", "", _fts5),
)

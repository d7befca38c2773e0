"""An immutable picture of one workspace's published articles, laid out for searching."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from kb.articles import Content, Placement, kb_version
from kb.codes import Codes, code_pieces, code_term
from kb.models import ArticleStatus, Audience
from kb.postings import Floats, Groups, Postings, postings
from kb.queries import all_articles
from kb.text import is_stop_word, stem, tokens
from kb.typos import Vocabulary

K1 = 1.2
_MAX_INDEXED = 100_000  # characters of a body; a book would drown the other articles
_LINK_TARGET = re.compile(r"\]\([^)\s]*[^)]*\)|https?://\S+")
_GRAM_SIZES = (3, 4, 5)


@dataclass(frozen=True)
class Field:
    """One part of an article with its weight and how much its length counts (BM25's b)."""

    name: str
    weight: float
    b: float


TITLE, ALIASES, SUMMARY, BODY = (
    Field("title", 3.0, 0.5),
    Field("aliases", 2.5, 0.2),
    Field("summary", 2.0, 0.5),
    Field("body", 1.0, 0.75),
)
FIELDS = (TITLE, ALIASES, SUMMARY, BODY)


@dataclass(frozen=True)
class Entry:
    """What the index keeps of an article to show it."""

    article_id: int
    slug: str
    revision: int
    title: str
    summary: str
    body: str
    aliases: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    category: str = ""
    language: str = "en"
    audience: Audience = Audience.EVERYONE

    @classmethod
    def of(cls, article_id: int, slug: str, revision: int, content: Content, placement: Placement) -> "Entry":
        return cls(
            article_id=article_id,
            slug=slug,
            revision=revision,
            title=content.title,
            summary=content.summary,
            body=content.body,
            aliases=content.aliases,
            symptoms=content.symptoms,
            codes=content.codes,
            category=placement.category,
            language=placement.language,
            audience=placement.audience,
        )

    @cached_property
    def phrasings(self) -> tuple[str, ...]:
        """The title and every other way people put it, in the order of the index's phrasing units."""
        return (self.title, *self.aliases, *self.symptoms)


@dataclass(frozen=True, eq=False)
class Index:
    """Articles are rows, in the order of `entries`. Aliases, and the phrasings of title and aliases, are units of
    their own, because a question matches one of them and not all of them together.
    """

    team_id: str
    version: int
    entries: tuple[Entry, ...]
    languages: tuple[str, ...]
    terms: dict[str, int]
    idf: Floats
    unknown_idf: float
    fields: tuple[tuple[Field, Postings], ...]
    alias_starts: NDArray[np.int64]  # article → its alias units
    phrasing_starts: NDArray[np.int64]  # article → its phrasing units
    phrasing_terms: Groups
    article_terms: Groups
    grams: dict[str, int]
    gram_idf: Floats
    gram_postings: Postings
    vocabulary: Vocabulary
    codes: Codes

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def term_names(self) -> tuple[str, ...]:
        return tuple(self.terms)


def load_index(session: Session, team_id: str) -> Index:
    """The picture as the database has it now."""
    # The version is read first: an edit that lands in between only makes the next check rebuild once more.
    version = kb_version(session, team_id)
    published = all_articles(session, team_id, status=ArticleStatus.PUBLISHED)
    entries = [
        Entry.of(article.id, article.slug, article.revision, article.content, article.placement)
        for article in published
    ]
    return build_index(entries, team_id=team_id, version=version)


def build_index(entries: Sequence[Entry], *, team_id: str = "", version: int = 0) -> Index:
    """Reads every article once. Half a second for a few hundred."""
    return _Builder().build(tuple(entries), team_id, version)


class _Builder:
    """Holds the growing vocabularies while the articles are read."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self.grams: dict[str, int] = {}
        self.words: Counter[str] = Counter()

    def build(self, entries: tuple[Entry, ...], team_id: str, version: int) -> Index:
        units: dict[str, list[Counter[int]]] = {field.name: [] for field in FIELDS}
        phrasings: list[Counter[int]] = []
        article_terms: list[set[int]] = []
        alias_counts, phrasing_counts = [0], [0]
        for entry in entries:
            words: set[str] = set()
            read = partial(self._read, language=entry.language, words=words)
            title, summary = read(entry.title), read(entry.summary)
            codes = read(" ".join(entry.codes)) + self._codes(entry)
            aliases = [read(alias) for alias in (*entry.aliases, *entry.symptoms)]
            body = read(_LINK_TARGET.sub(" ", entry.body[:_MAX_INDEXED]))
            units["title"].append(title)
            units["summary"].append(summary)
            units["body"].append(body)
            units["aliases"] += [*aliases, codes]
            alias_counts.append(len(units["aliases"]))
            phrasings += [title, *aliases]
            phrasing_counts.append(len(phrasings))
            article_terms.append({term for part in (title, summary, body, codes, *aliases) for term in part})
            self.words.update(words)
        document_counts = np.zeros(len(self.terms), dtype=np.float32)
        for held in article_terms:
            document_counts[list(held)] += 1
        grams = self._grams(entries)
        return Index(
            team_id=team_id,
            version=version,
            entries=entries,
            languages=tuple(dict.fromkeys(entry.language for entry in entries)) or ("en",),
            terms=self.terms,
            idf=_idf(document_counts, len(entries)),
            unknown_idf=float(_idf(np.zeros(1, dtype=np.float32), len(entries))[0]),
            fields=tuple((field, _bm25(units[field.name], field, len(self.terms))) for field in FIELDS),
            alias_starts=np.asarray(alias_counts, dtype=np.int64),
            phrasing_starts=np.asarray(phrasing_counts, dtype=np.int64),
            phrasing_terms=Groups.of(phrasings),
            article_terms=Groups.of(sorted(held) for held in article_terms),
            grams=self.grams,
            gram_idf=grams[0],
            gram_postings=grams[1],
            vocabulary=Vocabulary(self.words),
            codes=Codes((row, entry.codes) for row, entry in enumerate(entries)),
        )

    def _read(self, text: str, *, language: str, words: set[str]) -> Counter[int]:
        terms = self.terms
        read = tokens(text)
        words.update(read)
        return Counter(
            terms.setdefault(stem(word, language), len(terms)) for word in read if not is_stop_word(word)
        )

    def _codes(self, entry: Entry) -> Counter[int]:
        pieces = (code_term(piece) for code in entry.codes for piece in code_pieces(code))
        return Counter(self.terms.setdefault(piece, len(self.terms)) for piece in pieces)

    def _grams(self, entries: Iterable[Entry]) -> tuple[Floats, Postings]:
        """Letter sequences of every phrasing, each unit of length 1 (cosine)."""
        counts = [
            Counter(self.grams.setdefault(gram, len(self.grams)) for gram in letter_grams(phrasing))
            for entry in entries
            for phrasing in entry.phrasings
        ]
        seen = np.zeros(len(self.grams), dtype=np.float32)
        for unit in counts:
            seen[list(unit)] += 1
        idf = np.log((1 + len(counts)) / (1 + seen)).astype(np.float32) + 1
        weighted = [
            unit_length({gram: (1 + math.log(n)) * float(idf[gram]) for gram, n in unit.items()})
            for unit in counts
        ]
        return idf, postings(weighted, len(self.grams))


def letter_grams(text: str) -> list[str]:
    """Sequences of three to five letters within each word, the word's edges marked by blanks."""
    grams: list[str] = []
    for word in tokens(text):
        padded = f" {word} "
        for size in _GRAM_SIZES:
            grams += [padded[at : at + size] for at in range(max(1, len(padded) - size + 1))]
    return grams


def unit_length(weights: dict[int, float]) -> dict[int, float]:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else weights


def _idf(document_counts: Floats, articles: int) -> Floats:
    idf: Floats = np.log(1 + (articles - document_counts + 0.5) / (document_counts + 0.5)).astype(np.float32)
    return idf


def _bm25(units: Sequence[Counter[int]], field: Field, term_count: int) -> Postings:
    """BM25's part that does not depend on the question; idf comes in when searching."""
    lengths = [unit.total() for unit in units]
    filled = [length for length in lengths if length]
    average = sum(filled) / len(filled) if filled else 1.0
    return postings(
        [
            {
                term: count * (K1 + 1) / (count + K1 * (1 - field.b + field.b * length / average))
                for term, count in unit.items()
            }
            for unit, length in zip(units, lengths, strict=True)
        ],
        term_count,
    )

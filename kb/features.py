"""What the ranker looks at: a few named numbers for each article that might answer."""

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kb.grams import letter_grams
from kb.index import Index
from kb.memory_set import Memory, Vote
from kb.models import Audience
from kb.postings import Floats, Ints, largest
from kb.question import Question
from kb.ranker import FEATURES
from kb.reading import ALIASES, TITLE
from kb.segment import K1, Segment

_BY_WORDS, _BY_LETTERS, _BY_MEANING = 25, 10, 25
_AS_MUCH = 0.05  # of the question
_CLOSELY = ("meaning", "meaning_phrasing", "meaning_three")  # as in vectors.CLOSELY
_COLUMN = {name: at for at, name in enumerate(FEATURES)}


@dataclass(frozen=True, eq=False)
class Candidates:
    """Rows of the index worth a closer look, with their features in the order of FEATURES."""

    rows: NDArray[np.int64]
    features: Floats
    phrasings: tuple[int, ...]  # for each row, which of its phrasings fits best
    codes: dict[int, tuple[str, float]]
    votes: dict[int, Vote]  # by row
    vector: Floats | None = None  # the question's, where meaning is known


def candidates(
    index: Index,
    question: Question,
    audiences: frozenset[Audience],
    *,
    left_out: Collection[int] | None = None,
) -> Candidates:
    """For those who look back: `left_out` are rows of the memory that came of this very question, and must not tell."""
    visible = index.visible(audiences)
    codes = {row: code for row, code in index.lexicon.codes.find(question.text).items() if visible[row]}
    asked = Asked.of(question, index.lexicon.idf)
    words = index.word_scores(asked.terms, asked.sure * index.lexicon.idf[asked.terms]) * visible
    letters = index.letter_scores(*_letters(index, question)) * visible
    vector = _vector(index, question)
    meaning = index.meaning.scores(vector) * visible if index.meaning and vector is not None else None
    votes = _votes(index, question, vector, visible, left_out or ())
    rows = _worth_a_look(words, letters, meaning, [*codes, *votes])
    table = _Table(rows)
    table["words"] = words[rows] / ((K1 + 1) * (TITLE.weight + ALIASES.weight) * asked.total)
    table["words_gap"] = _lead(table["words"])
    table["letters"] = letters[rows]
    table["letters_gap"] = _lead(letters[rows])
    table["known"] = known_share(question)
    table["length"] = math.log1p(len(question.words))
    table["code"] = [codes.get(row, ("", 0.0))[1] for row in rows.tolist()]
    if index.meaning and vector is not None:
        for name, cosines in zip(_CLOSELY, index.meaning.closely(vector, rows).T, strict=True):
            table[name], table[f"{name}_gap"] = cosines, _lead(cosines)
    if index.memory:
        _remember(table, index, index.memory, votes, left_out)
    best = np.zeros(len(rows), dtype=np.int64)
    for segment, own, places in index.located(rows):
        covers, matches, best[places] = _phrasings(segment, asked, own)
        table["phrasing"][places], table["phrasing_match"][places] = covers, matches
        table["coverage"][places] = _coverage(segment, asked, own)
    fits = np.maximum(table["phrasing"], table["code"])
    table["rivals"] = np.log1p((fits[None, :] >= fits[:, None] - _AS_MUCH).sum(axis=1) - 1)
    return Candidates(rows, table.features, tuple(best.tolist()), codes, votes, vector)


class _Table:
    """The features of some rows, a column by its name."""

    def __init__(self, rows: NDArray[np.int64]) -> None:
        self.rows = rows
        self.features: Floats = np.zeros((len(rows), len(FEATURES)), dtype=np.float32)

    def __getitem__(self, name: str) -> Floats:
        return self.features[:, _COLUMN[name]]

    def __setitem__(self, name: str, values: ArrayLike) -> None:
        self.features[:, _COLUMN[name]] = values


def _vector(index: Index, question: Question) -> Floats | None:
    if index.meaning is None or not question.words:
        return None
    return index.meaning.encode(question.meant(index.meaning.knows))


def _votes(
    index: Index,
    question: Question,
    vector: Floats | None,
    visible: NDArray[np.bool_],
    left_out: Collection[int],
) -> dict[int, Vote]:
    """By row; what solved a like question before is worth a look whatever its words are."""
    if not index.memory:
        return {}
    votes = index.memory.votes(question.repaired, vector, left_out=left_out)
    rows = index.rows_of(list(votes)).tolist()
    return {row: vote for row, vote in zip(rows, votes.values(), strict=True) if row >= 0 and visible[row]}


def _remember(
    table: _Table, index: Index, memory: Memory, votes: dict[int, Vote], left_out: Collection[int] | None
) -> None:
    told = [votes.get(row, Vote()) for row in table.rows.tolist()]
    table["memory_words"] = [vote.words for vote in told]
    table["memory_meaning"] = [vote.meaning for vote in told]
    count = len(index)
    table["popularity"] = [
        memory.popularity(article, count, left_out=left_out)
        for article in index.article_ids[table.rows].tolist()
    ]


@dataclass(frozen=True, eq=False)
class Asked:
    """The question's terms in ascending order: how sure each is, and how much of the question it covers."""

    terms: Ints
    sure: Floats
    worth: Floats
    total: float
    idf: Floats

    @classmethod
    def of(cls, question: Question, idf: Floats) -> "Asked":
        sure: dict[int, float] = {}
        worth: dict[int, float] = {}
        for word in question.words:
            for term, certain in word.terms.items():
                sure[term] = max(sure.get(term, 0.0), certain)
                worth[term] = worth.get(term, 0.0) + certain * word.idf
        terms = np.array(sorted(sure), dtype=np.int32)
        return cls(
            terms,
            np.array([sure[term] for term in terms.tolist()], dtype=np.float32),
            np.array([worth[term] for term in terms.tolist()], dtype=np.float32),
            sum(word.idf for word in question.words) or 1.0,
            idf,
        )

    def find(self, terms: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places among these terms that the question holds, and which of its own they are."""
        if not len(self.terms):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        own = np.minimum(np.searchsorted(self.terms, terms), len(self.terms) - 1)
        held = np.flatnonzero(self.terms[own] == terms)
        return held, own[held]

    def covers(self, terms: Ints, owners: NDArray[np.int64], count: int) -> Floats:
        """For each owner, the share of the question that its terms cover."""
        held, own = self.find(terms)
        covered = np.bincount(owners[held], weights=self.worth[own], minlength=count) / self.total
        # Two readings of one misspelt word may stand in the same text; it is still one word.
        return np.minimum(covered, 1.0).astype(np.float32)


def _phrasings(
    segment: Segment, asked: Asked, rows: NDArray[np.int64]
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """For each row: best cover, best two-way match, and which phrasing matches best."""
    first, past = segment.phrasing_starts[rows], segment.phrasing_starts[rows + 1]
    counts = past - first
    group_starts = np.cumsum(counts) - counts
    units = np.arange(int(counts.sum())) + np.repeat(first - group_starts, counts)
    terms, owners = segment.phrasing_terms.of_rows(units)
    cover = asked.covers(terms, owners, len(units))
    held, own = asked.find(terms)
    idf = asked.idf[terms]
    whole = np.bincount(owners, weights=idf, minlength=len(units))
    found = np.bincount(owners[held], weights=idf[held] * asked.sure[own], minlength=len(units))
    answered = found / np.maximum(whole, 1e-9)
    match = 2 * cover * answered / np.maximum(cover + answered, 1e-9)
    best = np.array(
        [
            int(np.argmax(match[start : start + count]))
            for start, count in zip(group_starts.tolist(), counts.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
    return np.maximum.reduceat(cover, group_starts), match[group_starts + best], best


def _coverage(segment: Segment, asked: Asked, rows: NDArray[np.int64]) -> Floats:
    return asked.covers(*segment.article_terms.of_rows(rows), len(rows))


def _letters(index: Index, question: Question) -> tuple[Ints, Floats]:
    """The question's letter sequences, of length 1 together; common ones are left out as in the articles."""
    numbers = Counter(map(index.lexicon.grams.get, letter_grams(question.repaired)))
    counted = {gram: count for gram, count in numbers.items() if gram is not None}
    grams = np.fromiter(counted, np.int32, len(counted))
    counts = np.fromiter(counted.values(), np.float32, len(counted))
    weights = (1 + np.log(counts)) * index.lexicon.gram_idf[grams]
    kept = weights > 0
    grams, weights = grams[kept], weights[kept]
    length = math.sqrt(float(weights @ weights)) or 1.0
    return grams, (weights / length).astype(np.float32)


def _worth_a_look(
    words: Floats, letters: Floats, meaning: Floats | None, named: list[int]
) -> NDArray[np.int64]:
    chosen = [largest(words, _BY_WORDS), largest(letters, _BY_LETTERS), np.asarray(named, dtype=np.int64)]
    if meaning is not None:
        chosen.append(largest(meaning, _BY_MEANING))
    return np.unique(np.concatenate(chosen))


def _lead(scores: Floats) -> Floats:
    """How far each is before the best other one. The best of all rows are always among the candidates."""
    if len(scores) < 2:
        return scores
    second, first = np.partition(scores, -2)[-2:]
    lead: Floats = np.where(scores >= first, scores - second, scores - first).astype(np.float32)
    return lead


def known_share(question: Question) -> float:
    """How much of the question's weight lies in words that articles use as they were written."""
    total = sum(word.idf for word in question.words)
    return sum(word.idf for word in question.words if word.known) / total if total else 0.0

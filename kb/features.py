"""What the ranker looks at: a few named numbers for each article that might answer."""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index import Index
from kb.models import Audience
from kb.postings import Floats, Ints, largest
from kb.question import Question
from kb.reading import ALIASES, TITLE
from kb.segment import K1, Segment, letter_grams

FEATURES = (
    "words",  # BM25 over the fields, relative to a title and alias that hold every word
    "words_gap",  # its lead over the best other article (negative: how far behind)
    "phrasing",  # share of the question that the best phrasing (title, alias or symptom) covers
    "phrasing_match",  # the same, and how much of that phrasing the question covers
    "coverage",  # share of the question that the whole article covers
    "letters",  # cosine of letter sequences with the best phrasing
    "letters_gap",  # its lead over the best other article
    "code",  # an error code in the question is one of the article's
    "known",  # share of the question's words that any article uses as they were written
    "rivals",  # logarithm of how many other articles name the code or have a phrasing that covers as much
    "length",  # logarithm of the number of telling words
)
_BY_WORDS, _BY_LETTERS = 25, 10
_AS_MUCH = 0.05  # of the question


@dataclass(frozen=True, eq=False)
class Candidates:
    """Rows of the index worth a closer look, with their features in the order of FEATURES."""

    rows: NDArray[np.int64]
    features: Floats
    phrasings: tuple[int, ...]  # for each row, which of its phrasings fits best
    codes: dict[int, tuple[str, float]]


def candidates(index: Index, question: Question, audiences: frozenset[Audience]) -> Candidates:
    visible = index.visible(audiences)
    codes = {row: code for row, code in index.lexicon.codes.find(question.text).items() if visible[row]}
    asked = Asked.of(question, index.lexicon.idf)
    words = index.word_scores(asked.terms, asked.sure * index.lexicon.idf[asked.terms]) * visible
    letters = index.letter_scores(*_letters(index, question)) * visible
    rows = _worth_a_look(words, letters, codes)
    features = np.zeros((len(rows), len(FEATURES)), dtype=np.float32)
    ideal = (K1 + 1) * (TITLE.weight + ALIASES.weight) * asked.total
    features[:, 0] = words[rows] / ideal
    features[:, 1] = _lead(words[rows]) / ideal
    features[:, 5] = letters[rows]
    features[:, 6] = _lead(letters[rows])
    features[:, 8] = _known_share(question)
    features[:, 10] = math.log1p(len(question.words))
    features[:, 7] = [codes.get(row, ("", 0.0))[1] for row in rows.tolist()]
    best = np.zeros(len(rows), dtype=np.int64)
    for segment, own, places in index.located(rows):
        features[places, 2], features[places, 3], best[places] = _phrasings(segment, asked, own)
        features[places, 4] = _coverage(segment, asked, own)
    covers = np.maximum(features[:, 2], features[:, 7])
    features[:, 9] = np.log1p((covers[None, :] >= covers[:, None] - _AS_MUCH).sum(axis=1) - 1)
    return Candidates(rows, features, tuple(best.tolist()), codes)


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


def _worth_a_look(words: Floats, letters: Floats, codes: dict[int, tuple[str, float]]) -> NDArray[np.int64]:
    named = np.fromiter(codes, np.int64, len(codes))
    return np.unique(np.concatenate([largest(words, _BY_WORDS), largest(letters, _BY_LETTERS), named]))


def _lead(scores: Floats) -> Floats:
    """How far each is before the best other one. The best of all rows are always among the candidates."""
    if len(scores) < 2:
        return scores
    second, first = np.partition(scores, -2)[-2:]
    lead: Floats = np.where(scores >= first, scores - second, scores - first).astype(np.float32)
    return lead


def _known_share(question: Question) -> float:
    total = sum(word.idf for word in question.words)
    return sum(word.idf for word in question.words if word.known) / total if total else 0.0

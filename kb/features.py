"""What the ranker looks at: a few named numbers for each article that might answer."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index import ALIASES, K1, TITLE, Index, letter_grams, unit_length
from kb.models import Audience
from kb.postings import Floats, best_of_group
from kb.question import Question

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

    rows: NDArray[np.intp]
    features: Floats
    phrasings: tuple[int, ...]  # for each row, which of its phrasings fits best
    codes: dict[int, tuple[str, float]]


def candidates(index: Index, question: Question, audiences: frozenset[Audience]) -> Candidates:
    visible = np.fromiter(
        (entry.audience in audiences for entry in index.entries), dtype=bool, count=len(index)
    )
    codes = {row: code for row, code in index.codes.find(question.text).items() if visible[row]}
    words = np.where(visible, _word_scores(index, question), 0)
    letters = np.where(visible, _letter_scores(index, question), 0)
    rows = _worth_a_look(words, letters, codes, visible)
    features = np.zeros((len(rows), len(FEATURES)), dtype=np.float32)
    ideal = (K1 + 1) * (TITLE.weight + ALIASES.weight) * sum(word.idf for word in question.words) or 1.0
    features[:, 0] = words[rows] / ideal
    features[:, 1] = _lead(words, rows) / ideal
    features[:, 5] = letters[rows]
    features[:, 6] = _lead(letters, rows)
    features[:, 8] = _known_share(question)
    features[:, 10] = math.log1p(len(question.words))
    best: list[int] = []
    asked = _Asked(question)
    for at, row in enumerate(rows.tolist()):
        covered, matched, phrasing = _best_phrasing(index, asked, row)
        best.append(phrasing)
        features[at, 2:5] = covered, matched, asked.cover(index.article_terms[row])
        features[at, 7] = codes.get(row, ("", 0.0))[1]
    covers = np.maximum(features[:, 2], features[:, 7])
    features[:, 9] = np.log1p((covers[None, :] >= covers[:, None] - _AS_MUCH).sum(axis=1) - 1)
    return Candidates(rows, features, tuple(best), codes)


def _word_scores(index: Index, question: Question) -> Floats:
    weights: dict[int, float] = {}
    for word in question.words:
        for term, sure in word.terms.items():
            weights[term] = max(weights.get(term, 0.0), sure)
    terms = np.fromiter(weights, dtype=np.int32, count=len(weights))
    weighted = np.fromiter(weights.values(), dtype=np.float32, count=len(weights)) * index.idf[terms]
    total = np.zeros(len(index), dtype=np.float32)
    for field, lists in index.fields:
        scores = lists.scores(terms, weighted)
        if field is ALIASES:
            scores = best_of_group(scores, index.alias_starts)
        total += field.weight * scores
    return total


def _letter_scores(index: Index, question: Question) -> Floats:
    counts = Counter(index.grams[gram] for gram in letter_grams(question.repaired) if gram in index.grams)
    weights = unit_length(
        {gram: (1 + math.log(n)) * float(index.gram_idf[gram]) for gram, n in counts.items()}
    )
    terms = np.fromiter(weights, dtype=np.int32, count=len(weights))
    weighted = np.fromiter(weights.values(), dtype=np.float32, count=len(weights))
    return best_of_group(index.gram_postings.scores(terms, weighted), index.phrasing_starts)


def _worth_a_look(
    words: Floats, letters: Floats, codes: dict[int, tuple[str, float]], visible: NDArray[np.bool_]
) -> NDArray[np.intp]:
    chosen = {*_top(words, _BY_WORDS), *_top(letters, _BY_LETTERS), *codes}
    return np.asarray(sorted(row for row in chosen if visible[row]), dtype=np.intp)


def _top(scores: Floats, count: int) -> list[int]:
    best = np.argpartition(-scores, count)[:count] if len(scores) > count else np.arange(len(scores))
    found: list[int] = best[scores[best] > 0].tolist()
    return found


def _lead(scores: Floats, rows: NDArray[np.intp]) -> Floats:
    if len(scores) < 2:
        return scores[rows]
    second, first = np.partition(scores, -2)[-2:]
    own = scores[rows]
    lead: Floats = np.where(own >= first, own - second, own - first).astype(np.float32)
    return lead


def _known_share(question: Question) -> float:
    total = sum(word.idf for word in question.words)
    return sum(word.idf for word in question.words if word.known) / total if total else 0.0


class _Asked:
    """The question turned round, term → words, because a phrasing holds few terms and a question may hold many."""

    def __init__(self, question: Question) -> None:
        self._total = sum(word.idf for word in question.words) or 1.0
        self.sure: dict[int, float] = {}
        self._weights: dict[int, list[tuple[int, float]]] = {}
        for at, word in enumerate(question.words):
            for term, sure in word.terms.items():
                self.sure[term] = max(self.sure.get(term, 0.0), sure)
                self._weights.setdefault(term, []).append((at, sure * word.idf))

    def cover(self, held: Iterable[int]) -> float:
        """The share of the question's weight that these terms cover; each word counts once."""
        covered: dict[int, float] = {}
        for term in self._weights.keys() & held:
            for at, weight in self._weights[term]:
                covered[at] = max(covered.get(at, 0.0), weight)
        return sum(covered.values()) / self._total


def _best_phrasing(index: Index, asked: _Asked, row: int) -> tuple[float, float, int]:
    """Best cover, best two-way match, and which phrasing matches best."""
    first = int(index.phrasing_starts[row])
    covered = matched = 0.0
    best = 0
    for at in range(first, int(index.phrasing_starts[row + 1])):
        held = index.phrasing_terms[at]
        if not any(term in asked.sure for term in held):
            continue
        cover = asked.cover(held)
        weights = index.idf[held].tolist()
        answered = sum(w * asked.sure.get(term, 0.0) for term, w in zip(held, weights, strict=True)) / sum(
            weights
        )
        match = 2 * cover * answered / (cover + answered)
        covered = max(covered, cover)
        if match > matched:
            matched, best = match, at - first
    return covered, matched, best

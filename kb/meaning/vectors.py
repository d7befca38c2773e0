"""The vectors of many articles, and how near a question is to each of them: in a few milliseconds, in little memory.

Vectors are kept as one signed byte a dimension. Where they are many, the question is first compared with nothing but
their signs, and only the nearest few hundred are scored in full.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from kb.meaning.signs import estimates, nearest, sign_words

Vectors = NDArray[np.float32]
Codes = NDArray[np.int8]
Grown = TypeVar("Grown", NDArray[np.int8], NDArray[np.uint8])

# As plain numbers these many vectors of 384 dimensions are 15 MB, and comparing with all of them takes 3 ms.
EXACT_UP_TO = 10_000
_SCORED_IN_FULL = 1_000
_SAMPLE = 1_000  # vectors from all over, to learn what is usual


# The nearest part; the nearest title or alias; the mean of the three nearest of these, which one odd alias cannot sway.
CLOSELY = ("part", "phrasing", "three phrasings")


class Kind(IntEnum):
    """Which part of an article a vector stands for."""

    TITLE = 0
    ALIAS = 1  # or a symptom
    BODY = 2  # or the summary


class Encodes(Protocol):
    """The part of the encoder that reading texts in bulk needs."""

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class Questions(Protocol):
    """The part of the encoder that searching needs."""

    def encode_question(self, text: str) -> Vectors: ...

    def knows(self, word: str) -> bool: ...


class Reader(Questions, Protocol):
    """An encoder as far as vectors have to know it."""

    @property
    def id(self) -> str: ...

    @property
    def dims(self) -> int: ...


@dataclass(frozen=True, eq=False)
class Coded:
    """One article's vectors, as they are stored."""

    article_id: int
    kinds: NDArray[np.uint8]
    codes: Codes  # a row a part

    @classmethod
    def of(cls, article_id: int, kinds: Sequence[Kind], vectors: Vectors) -> "Coded":
        return cls(article_id, np.asarray(kinds, dtype=np.uint8), to_codes(vectors))


def to_codes(vectors: Vectors) -> Codes:
    """Each row stretched to the range of a byte: its direction is kept to three digits, its length is not."""
    widest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-9)
    codes: Codes = np.rint(vectors * (127 / widest)).astype(np.int8)
    return codes


@dataclass(frozen=True, eq=False)
class Shelf:
    """Vectors laid side by side, those of one article next to each other."""

    article_ids: NDArray[np.int64]
    starts: NDArray[np.int64]  # article → its first vector; the last number is how many there are
    kinds: NDArray[np.uint8]
    codes: Codes

    @classmethod
    def of(cls, articles: Iterable[Coded], dims: int, *, expected: int = 0) -> "Shelf":
        """`expected` is how many vectors there will be, about: laid down once, a large shelf needs no second copy."""
        article_ids, starts = array("q"), array("q", [0])
        kinds = np.empty(expected, dtype=np.uint8)
        codes = np.empty((expected, dims), dtype=np.int8)
        for article in articles:
            first, past = starts[-1], starts[-1] + len(article.codes)
            if first == past:
                continue
            if past > len(kinds):
                kinds, codes = _longer(kinds, past * 2), _longer(codes, past * 2)
            kinds[first:past], codes[first:past] = article.kinds, article.codes
            article_ids.append(article.article_id)
            starts.append(past)
        held = starts[-1]
        return cls(
            np.array(article_ids, dtype=np.int64),
            np.array(starts, dtype=np.int64),
            kinds[:held],
            codes[:held],
        )

    def __len__(self) -> int:
        return len(self.article_ids)

    def prepare(self) -> None:
        """Computes now what the first question would otherwise wait for."""
        self.best(np.zeros(self.codes.shape[1], dtype=np.float32))

    @property
    def megabytes(self) -> float:
        parts = (self.codes, self.kinds, self.article_ids, self.starts, self._shrink, self._owners)
        signs = () if self._is_small else self._signs
        full = (self._full,) if self._is_small else ()
        return float(sum(part.nbytes for part in (*parts, *signs, *full))) / 1e6

    def best(self, question: Vectors) -> Vectors:
        """Each article's nearest vector, as a cosine. Beyond the nearest few hundred vectors it is an estimate."""
        if not len(self):
            return np.empty(0, dtype=np.float32)
        if self._is_small:
            return self._by_article(self._full @ question)
        apart = self._signs_apart(question)
        near = nearest(apart, _SCORED_IN_FULL)
        scored = np.union1d(near, self._sample)
        cosines = self._cosines(question, scored)
        best = self._by_article(estimates(apart, scored, cosines))
        self._put(best, scored, cosines)
        return best

    def closely(self, question: Vectors, articles: NDArray[np.int64]) -> Vectors:
        """For some articles, by their places here, a row of cosines in the order of CLOSELY, none of them estimated."""
        counts = self.starts[articles + 1] - self.starts[articles]
        vectors = np.repeat(self.starts[articles], counts) + _count_up(counts)
        if not len(vectors):
            return np.zeros((0, len(CLOSELY)), dtype=np.float32)
        cosines = self._cosines(question, vectors)
        first = np.cumsum(counts) - counts
        phrased = np.where(self.kinds[vectors] == Kind.BODY, np.float32(-1), cosines)
        return np.stack(
            [
                np.maximum.reduceat(cosines, first),
                np.maximum(np.maximum.reduceat(phrased, first), 0),
                _mean_of_three(phrased, np.repeat(np.arange(len(counts)), counts), len(counts)),
            ],
            axis=1,
        ).astype(np.float32)

    def of_body(self, question: Vectors, article: int) -> Vectors:
        """The cosine of each window of an article's body, in their order."""
        vectors = np.arange(self.starts[article], self.starts[article + 1])
        return self._cosines(question, vectors[self.kinds[vectors] == Kind.BODY])

    @property
    def _is_small(self) -> bool:
        return len(self.codes) <= EXACT_UP_TO

    @cached_property
    def _shrink(self) -> Vectors:
        """What brings each row of codes to length 1."""
        squares = np.einsum("vd,vd->v", self.codes, self.codes, dtype=np.float32)
        shrink: Vectors = (1 / np.sqrt(np.maximum(squares, 1))).astype(np.float32)
        return shrink

    @cached_property
    def _full(self) -> Vectors:
        full: Vectors = self.codes * self._shrink[:, None]
        return full

    @cached_property
    def _owners(self) -> NDArray[np.int32]:
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))

    @cached_property
    def _signs(self) -> tuple[NDArray[np.uint64], ...]:
        middle = np.rint(self._middle[None, :] / self._shrink.mean()).astype(np.int8)
        return sign_words(self.codes > middle)

    @cached_property
    def _middle(self) -> Vectors:
        """What all texts have in common would otherwise decide most of the signs."""
        some = self._sample
        middle: Vectors = (self.codes[some] * self._shrink[some, None]).mean(axis=0, dtype=np.float32)
        return middle

    @cached_property
    def _sample(self) -> NDArray[np.int64]:
        return np.arange(0, len(self.codes), max(1, len(self.codes) // _SAMPLE))

    def _signs_apart(self, question: Vectors) -> NDArray[np.int16]:
        asked = sign_words(question[None, :] > self._middle)
        apart = np.zeros(len(self.codes), dtype=np.int16)
        for word, wanted in zip(self._signs, asked, strict=True):
            apart += np.bitwise_count(word ^ wanted[0])
        return apart

    def _cosines(self, question: Vectors, vectors: NDArray[np.int64]) -> Vectors:
        cosines: Vectors = (self.codes[vectors].astype(np.float32) @ question) * self._shrink[vectors]
        return cosines

    def _by_article(self, cosines: Vectors) -> Vectors:
        best: Vectors = np.maximum.reduceat(cosines, self.starts[:-1])
        return best

    def _put(self, best: Vectors, vectors: NDArray[np.int64], cosines: Vectors) -> None:
        """What was scored in full stands instead of every estimate of the same article."""
        owners = self._owners[vectors]
        best[owners] = -1
        np.maximum.at(best, owners, cosines)


@dataclass(frozen=True, eq=False)
class Meaning:
    """What the articles of an index mean. A few that changed lie on a shelf of their own, over the large one.

    `places` tells for each shelf in which row of the index its articles stand now; -1 for those that do not.
    """

    shelves: tuple[Shelf, ...]
    places: tuple[NDArray[np.int64], ...]
    rows: int
    encoder: Questions | None = None

    @classmethod
    def of(cls, shelves: Sequence[Shelf], article_ids: NDArray[np.int64]) -> "Meaning":
        """`article_ids` names the article of each row of the index. A later shelf outdoes an earlier one, and where
        an article has two rows, the later row is its own.
        """
        return cls(tuple(shelves), _places(shelves, article_ids), len(article_ids))

    def over(self, article_ids: NDArray[np.int64]) -> "Meaning":
        """The same vectors for an index whose rows have changed."""
        return replace(self, places=_places(self.shelves, article_ids), rows=len(article_ids))

    def with_encoder(self, encoder: Questions) -> "Meaning":
        return replace(self, encoder=encoder)

    def encode(self, text: str) -> Vectors:
        if self.encoder is None:
            raise ValueError("nothing here can read a question: the meaning was made without an encoder")
        return self.encoder.encode_question(text)

    def knows(self, word: str) -> bool:
        """Whether the encoder has this word, in lower case, as one of its own."""
        return self.encoder is not None and self.encoder.knows(word)

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Which rows have vectors at all; the others score 0."""
        known = np.zeros(self.rows, dtype=np.bool_)
        for places in self.places:
            known[places[places >= 0]] = True
        return known

    def scores(self, question: Vectors) -> Vectors:
        """The cosine of each row's nearest part. Exact for the nearest few hundred, elsewhere perhaps an estimate."""
        scores = np.zeros(self.rows, dtype=np.float32)
        for shelf, places in zip(self.shelves, self.places, strict=True):
            here = places >= 0
            scores[places[here]] = shelf.best(question)[here]
        return scores

    def closely(self, question: Vectors, rows: NDArray[np.int64]) -> Vectors:
        """A row of cosines for each of these rows, in the order of CLOSELY, none of them an estimate."""
        scores = np.zeros((len(rows), len(CLOSELY)), dtype=np.float32)
        for shelf, place_of in zip(self.shelves, self._place_of_row, strict=True):
            on_shelf = place_of[rows]
            here = on_shelf >= 0
            scores[here] = shelf.closely(question, on_shelf[here])
        return scores

    def of_body(self, question: Vectors, row: int) -> Vectors:
        """How near each window of that row's body is; nothing where its vectors are not there yet."""
        for shelf, place_of in zip(self.shelves, self._place_of_row, strict=True):
            if place_of[row] >= 0:
                return shelf.of_body(question, int(place_of[row]))
        return np.empty(0, dtype=np.float32)

    @cached_property
    def _place_of_row(self) -> tuple[NDArray[np.int64], ...]:
        found = []
        for places in self.places:
            of_row = np.full(self.rows, -1, dtype=np.int64)
            here = np.flatnonzero(places >= 0)
            of_row[places[here]] = here
            found.append(of_row)
        return tuple(found)


def _places(shelves: Sequence[Shelf], article_ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    by_id = np.argsort(article_ids, kind="stable")
    ordered = article_ids[by_id]
    places: list[NDArray[np.int64]] = []
    taken = np.zeros(len(article_ids), dtype=np.bool_)
    for shelf in reversed(shelves):
        if not len(article_ids):
            places.append(np.full(len(shelf), -1, dtype=np.int64))
            continue
        last = np.searchsorted(ordered, shelf.article_ids, side="right") - 1
        rows = by_id[np.maximum(last, 0)]
        rows = np.where((last >= 0) & (article_ids[rows] == shelf.article_ids) & ~taken[rows], rows, -1)
        taken[rows[rows >= 0]] = True
        places.append(rows)
    return tuple(reversed(places))


def _longer(rows: Grown, length: int) -> Grown:
    longer = np.empty((length, *rows.shape[1:]), dtype=rows.dtype)
    longer[: len(rows)] = rows
    return longer


def _mean_of_three(cosines: Vectors, owners: NDArray[np.int64], count: int) -> Vectors:
    """Each owner's mean of its three highest, or of as many as it has."""
    order = np.lexsort((-cosines, owners))
    places = _count_up(np.bincount(owners, minlength=count))
    best = order[(places < 3) & (cosines[order] >= 0)]
    held = np.bincount(owners[best], minlength=count)
    summed = np.bincount(owners[best], weights=cosines[best], minlength=count)
    return (summed / np.maximum(held, 1)).astype(np.float32)


def _count_up(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, … for each count, one after the other."""
    ends = np.cumsum(counts)
    return np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(ends - counts, counts)

"""The memory laid out for searching: which past questions are like this one, and what solved them.

A nearest-neighbour vote: the likest few past questions speak for the article that solved them, and against one that
did not help. It is immutable; what was confirmed since is added with `plus`, what was forgotten goes with `without`.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from kb.likeness import Likeness
from kb.meaning.vectors import Coded, Codes, Shelf, Vectors

_NEIGHBOURS = 10
_LEAST_LIKE = 0.15  # cosine of words; below, two questions share one common word
_LEAST_MEANT = 0.35  # cosine of meaning; unrelated questions of one trade come to 0.2
_PRIOR = 2.0  # outcomes an article is credited with before there are any
_REASONS = 3
_SURE_AFTER = 10.0  # outcomes
_SINKS_AT_MOST = 2.5
_USUAL_AT_MOST = 0.8
_CLEARLY_LIKE = 0.3

# How surely an article at that place was read at all: a tap on “Not quite” says less about the third than the first,
# and a solution found there more. After Joachims and others, 2005, on how far down people look.
_SEEN = (1.0, 0.6, 0.4)


@dataclass(frozen=True)
class Known:
    """One remembered question. `rank` is where the article stood among those shown, None where it was not shown."""

    key: int
    text: str
    article_id: int
    helped: bool = True
    rank: int | None = None


@dataclass(frozen=True)
class Vote:
    """What the past says about one article for one question; `solved` are the questions that speak for it."""

    words: float = 0.0
    meaning: float = 0.0
    solved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """How often an article solved a question, and how often it was read and did not."""

    solved: float = 0.0
    failed: float = 0.0


class Memory:
    """Made by `of`; all of it is shared between threads and never changed."""

    def __init__(self, known: Mapping[int, Known], words: Likeness, meant: Mapping[int, Codes]) -> None:
        self._known, self._words, self._meant = dict(known), words, dict(meant)
        self._records = _records(self._known.values())
        self._total = sum(record.solved for record in self._records.values())
        failed = sum(record.failed for record in self._records.values())
        # Half a success and half a failure, so that the first outcomes do not make anything certain.
        self._usual = min(_USUAL_AT_MOST, (self._total + 0.5) / (self._total + failed + 1))
        dims = next((codes.shape[-1] for codes in self._meant.values()), 0)
        held = [Coded(key, _ONE, codes.reshape(1, -1)) for key, codes in sorted(self._meant.items())]
        self._shelf = Shelf.of(held, dims) if held else None

    @classmethod
    def of(cls, known: Iterable[Known], meant: Mapping[int, Codes] | None = None) -> "Memory":
        """`meant` holds the questions' embeddings as `to_codes` makes them, by key; not all need one."""
        kept = {one.key: one for one in known}
        return cls(kept, Likeness.of((key, one.text) for key, one in kept.items()), meant or {})

    def __len__(self) -> int:
        return len(self._known)

    def plus(self, known: Iterable[Known], meant: Mapping[int, Codes] | None = None) -> "Memory":
        """With later outcomes; the same key replaces."""
        later = {one.key: one for one in known}
        words = self._words.plus((key, one.text) for key, one in later.items())
        return Memory({**self._known, **later}, words, {**self._meant, **(meant or {})})

    def without(self, keys: Iterable[int]) -> "Memory":
        gone = set(keys)
        if not gone:
            return self
        return Memory(
            {key: one for key, one in self._known.items() if key not in gone},
            self._words.without(gone),
            {key: codes for key, codes in self._meant.items() if key not in gone},
        )

    def votes(self, text: str, meaning: Vectors | None, *, left_out: Collection[int] = ()) -> dict[int, Vote]:
        """Article → what the likest past questions say about it.

        With the rows `left_out` it is as if this memory were `without` them, and costs nothing to ask for.
        """
        near = self._words.near(text, count=_NEIGHBOURS + len(left_out), least=_LEAST_LIKE)
        kept = [one for one in near if one.key not in left_out][:_NEIGHBOURS]
        like = {one.key: one.likeness for one in kept}
        meant = self._meant_alike(meaning, left_out)
        words, sense = self._tally(like), self._tally(meant)
        together = {key: max(like.get(key, 0.0), meant.get(key, 0.0)) for key in like.keys() | meant.keys()}
        return {
            article: Vote(words.get(article, 0.0), sense.get(article, 0.0), self._solved(article, together))
            for article in words.keys() | sense.keys()
        }

    def popularity(self, article_id: int, articles: int, *, left_out: Collection[int] | None = None) -> float:
        """Logarithm of how much more often than the average article it solved something; 0 while nothing is known.

        With rows left out, every article is taken to have solved as much less: were it only the one that those rows
        are about, whoever learns from this would learn that the right article is the one that is short of one.
        """
        short = 0.0 if left_out is None else self._counted(left_out)
        solved = max(0.0, self._records.get(article_id, Record()).solved - short)
        return math.log((solved + _PRIOR) / (max(0.0, self._total - short) / max(1, articles) + _PRIOR))

    def record(self, article_id: int) -> Record:
        return self._records.get(article_id, Record())

    def sinking(self, article_id: int) -> float:
        """What an article loses, in logarithmic odds, because it helps less often than articles here usually do.

        Never above 0: what helped is told by votes and popularity. The share is drawn towards the usual one until
        there is enough to tell (a beta prior worth a few outcomes).
        """
        record = self._records.get(article_id)
        if record is None or not record.failed:
            return 0.0
        helped = (record.solved + _SURE_AFTER * self._usual) / (record.solved + record.failed + _SURE_AFTER)
        return max(-_SINKS_AT_MOST, min(0.0, _log_odds(helped) - _log_odds(self._usual)))

    def _counted(self, keys: Collection[int]) -> float:
        """How much these rows count in an article's record; at least one outcome."""
        rows = (self._known[key] for key in keys if key in self._known)
        return max(1.0, sum(1 / _seen(one.rank) for one in rows if one.helped))

    def _meant_alike(self, meaning: Vectors | None, left_out: Collection[int]) -> dict[int, float]:
        if meaning is None or self._shelf is None:
            return {}
        scores = self._shelf.best(meaning)
        count = min(_NEIGHBOURS + len(left_out), len(scores))
        best = np.argpartition(-scores, count - 1)[:count]
        near = [(float(scores[at]), int(self._shelf.article_ids[at])) for at in best]
        kept = sorted((one for one in near if one[1] not in left_out), reverse=True)[:_NEIGHBOURS]
        return {key: score for score, key in kept if score >= _LEAST_MEANT}

    def _tally(self, like: Mapping[int, float]) -> dict[int, float]:
        votes: defaultdict[int, float] = defaultdict(float)
        for key, likeness in like.items():
            one = self._known[key]
            votes[one.article_id] += likeness**2 * (1.0 if one.helped else -_seen(one.rank))
        return dict(votes)

    def _solved(self, article: int, like: Mapping[int, float]) -> tuple[str, ...]:
        for_it = [
            (likeness, key)
            for key, likeness in like.items()
            if likeness >= _CLEARLY_LIKE
            and self._known[key].article_id == article
            and self._known[key].helped
        ]
        return tuple(self._known[key].text for _, key in sorted(for_it, reverse=True)[:_REASONS])


_ONE = np.zeros(1, dtype=np.uint8)


def _records(known: Iterable[Known]) -> dict[int, Record]:
    solved: defaultdict[int, float] = defaultdict(float)
    failed: defaultdict[int, float] = defaultdict(float)
    for one in known:
        if one.helped:
            solved[one.article_id] += 1 / _seen(one.rank)
        else:
            failed[one.article_id] += _seen(one.rank)
    return {
        article: Record(solved.get(article, 0.0), failed.get(article, 0.0))
        for article in solved.keys() | failed.keys()
    }


def _log_odds(share: float) -> float:
    return math.log(share / (1 - share))


def _seen(rank: int | None) -> float:
    return 1.0 if rank is None else _SEEN[min(rank, len(_SEEN)) - 1]

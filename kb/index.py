"""An immutable picture of one workspace's published articles, laid out for searching."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from kb.articles import kb_version
from kb.entries import Entry
from kb.language import detect
from kb.lexicon import Lexicon
from kb.meaning.vectors import Meaning
from kb.memory_set import Memory
from kb.models import Audience
from kb.postings import Floats, Ints, best_of_group
from kb.published import published_entries
from kb.ranker import Ranker
from kb.reading import ALIASES, FIELDS, Progress
from kb.segment import Segment, lay_out, lay_out_later

__all__ = ["Entry", "Index", "build_index", "load_index"]

_AUDIENCES = tuple(Audience)
_LOOKED_AT = 200


@dataclass(frozen=True, eq=False)
class Index:
    """A base, and beside it the few articles that changed since it was built. Articles are rows, the base's first;
    a row of the base whose article changed or went is no longer alive.
    """

    team_id: str
    version: int
    segments: tuple[Segment, ...]
    alive: NDArray[np.bool_]
    lexicon: Lexicon
    base_lexicon: Lexicon
    # What the articles mean, row by row; None where search goes by words alone.
    meaning: Meaning | None = None
    memory: Memory | None = None
    # The desk's own weights; None where the shipped ones serve.
    ranker: Ranker | None = None

    def __len__(self) -> int:
        return int(self.alive.sum())

    @property
    def languages(self) -> tuple[str, ...]:
        return self.lexicon.languages

    @cached_property
    def written_in(self) -> tuple[str, ...]:
        """The languages of the articles by what they are labelled with, and by a look at some of them: an import
        may have labelled everything alike.
        """
        entries = self.entries
        some = entries[:: max(1, len(entries) // _LOOKED_AT)]
        seen = (detect(f"{entry.title}\n{entry.summary}\n{entry.body}") for entry in some)
        labelled = (language[:2] for language in self.languages) if entries else ()
        return tuple(dict.fromkeys((*labelled, *(language for language in seen if language))))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The articles that can be found."""
        rows = chain.from_iterable(segment.entries for segment in self.segments)
        return tuple(entry for entry, alive in zip(rows, self.alive.tolist(), strict=True) if alive)

    @cached_property
    def article_ids(self) -> NDArray[np.int64]:
        """Row → article."""
        return np.concatenate([segment.article_ids for segment in self.segments])

    @property
    def changes_waiting(self) -> int:
        """How many articles stand beside the base, or are hidden in it; building anew takes them in."""
        return int((~self.alive).sum()) + (len(self.segments[1].entries) if len(self.segments) > 1 else 0)

    def place(self, row: int) -> tuple[Segment, int]:
        """The segment that holds a row, and the row's place in it."""
        base = len(self.segments[0].entries)
        return (self.segments[0], row) if row < base else (self.segments[1], row - base)

    def entry(self, row: int) -> Entry:
        segment, own = self.place(row)
        return segment.entries[own]

    def visible(self, audiences: frozenset[Audience]) -> NDArray[np.bool_]:
        """Row → whether these audiences may find it."""
        if audiences not in self._visible_to:
            allowed = [number for number, audience in enumerate(_AUDIENCES) if audience in audiences]
            self._visible_to[audiences] = self.alive & np.isin(self._audiences, allowed)
        return self._visible_to[audiences]

    @cached_property
    def _visible_to(self) -> dict[frozenset[Audience], NDArray[np.bool_]]:
        """Filled as it is asked for: there are few kinds of reader."""
        return {}

    @cached_property
    def _audiences(self) -> NDArray[np.uint8]:
        rows = chain.from_iterable(segment.entries for segment in self.segments)
        return np.fromiter((_AUDIENCES.index(entry.audience) for entry in rows), np.uint8, len(self.alive))

    def word_scores(self, terms: Ints, weights: Floats) -> Floats:
        """Row → BM25 summed over the fields; of the aliases only the best one counts."""
        return np.concatenate([_word_scores(segment, terms, weights) for segment in self.segments])

    def letter_scores(self, grams: Ints, weights: Floats) -> Floats:
        """Row → cosine of letter sequences with the best phrasing."""
        return np.concatenate(
            [
                best_of_group(segment.grams.scores(grams, weights), segment.phrasing_starts)
                for segment in self.segments
            ]
        )

    def located(
        self, rows: NDArray[np.int64]
    ) -> Iterable[tuple[Segment, NDArray[np.int64], NDArray[np.int64]]]:
        """Each segment with its own rows among these, and the places they have among them."""
        first = 0
        for segment in self.segments:
            own = np.flatnonzero((rows >= first) & (rows < first + len(segment.entries)))
            if len(own):
                yield segment, rows[own] - first, own
            first += len(segment.entries)

    def rows_of(self, articles: Sequence[int]) -> NDArray[np.int64]:
        """The row in which each article can be found; -1 for those that cannot."""
        ids, wanted = self._living, np.asarray(articles, dtype=np.int64)
        places = np.minimum(np.searchsorted(ids[0], wanted), max(0, len(ids[0]) - 1))
        if not len(ids[0]):
            return np.full(len(wanted), -1, dtype=np.int64)
        return np.where(ids[0][places] == wanted, ids[1][places], -1)

    @cached_property
    def _living(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ids of the articles that can be found, ascending, and their rows."""
        rows = np.flatnonzero(self.alive)
        order = np.argsort(self.article_ids[rows], kind="stable")
        return self.article_ids[rows][order], rows[order]

    def with_memory(self, memory: Memory | None) -> "Index":
        """The same articles, and what the desk has learned about them."""
        return replace(self, memory=memory)

    def with_ranker(self, ranker: Ranker | None) -> "Index":
        """The same articles, ranked by these weights; None for the shipped ones."""
        return replace(self, ranker=ranker)

    def with_changes(self, changed: Iterable[Entry], gone: Iterable[int], *, version: int) -> "Index":
        """The picture after an edit: changed and new articles, and the ids of those nobody may find any more.

        Takes a few milliseconds however large the base is; see `changes_waiting` for when to build anew.
        """
        base = self.segments[0]
        later = {
            entry.article_id: entry for entry in (self.segments[1].entries if len(self.segments) > 1 else ())
        }
        removed = set(gone)
        fresh = {entry.article_id: entry for entry in changed}
        kept = {key: entry for key, entry in (later | fresh).items() if key not in removed or key in fresh}
        touched = np.fromiter(later.keys() | fresh.keys() | removed, dtype=np.int64)
        alive = self.alive[: len(base.entries)] & ~np.isin(base.article_ids, touched)
        if not kept:
            bare = replace(self, version=version, segments=(base,), alive=alive, lexicon=self.base_lexicon)
            return bare.with_meaning(self.meaning)
        segment, lexicon = lay_out_later(list(kept.values()), self.base_lexicon, len(base.entries))
        changed_index = replace(
            self,
            version=version,
            segments=(base, segment),
            alive=np.concatenate([alive, np.ones(len(kept), dtype=bool)]),
            lexicon=lexicon,
        )
        return changed_index.with_meaning(self.meaning)

    def with_meaning(self, meaning: Meaning | None) -> "Index":
        """The same picture with these vectors, whatever rows they were laid out for."""
        return replace(self, meaning=meaning and meaning.over(self.article_ids))


def load_index(session: Session, team_id: str, *, progress: Progress | None = None) -> Index:
    """The picture as the database has it now."""
    # The version is read first: an edit that lands in between only makes the next check look once more.
    version = kb_version(session, team_id)
    entries = list(published_entries(session, team_id))
    return build_index(entries, team_id=team_id, version=version, progress=progress)


def build_index(
    entries: Sequence[Entry], *, team_id: str = "", version: int = 0, progress: Progress | None = None
) -> Index:
    """Reads every article once, and tells `progress` how many it has read."""
    segment, lexicon = lay_out(entries, progress)
    return Index(
        team_id=team_id,
        version=version,
        segments=(segment,),
        alive=np.ones(len(segment.entries), dtype=bool),
        lexicon=lexicon,
        base_lexicon=lexicon,
    )


def _word_scores(segment: Segment, terms: Ints, weights: Floats) -> Floats:
    total = np.zeros(len(segment.entries), dtype=np.float32)
    for field, lists in zip(FIELDS, segment.fields, strict=True):
        scores = lists.scores(terms, weights)
        if field is ALIASES:
            scores = best_of_group(scores, segment.alias_starts)
        total += field.weight * scores
    return total

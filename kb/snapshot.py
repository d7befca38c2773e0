"""Everything that searching one workspace needs, as the database had it at one moment; and the step to a later one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import kb_version
from kb.index import Index, load_index
from kb.meaning import store
from kb.meaning.vectors import Coded, Codes, Meaning, Reader, Shelf, to_codes
from kb.memory import RememberedQuestion, changed_since, memory_version
from kb.memory_set import Known, Memory
from kb.models import Article, ArticleStatus
from kb.own_weights import serving
from kb.published import published_among

# So many changes may stand beside the base; then it is laid out anew.
_MOST_BESIDE, _FEWEST_BESIDE, _SHARE_BESIDE = 500, 20, 0.05
# More than this at once would hold up the question that comes upon them.
_MOST_AT_ONCE = 1_000


@dataclass(frozen=True)
class Stamps:
    """How often articles, vectors and the memory were written to."""

    articles: int
    meaning: int
    memory: int

    @classmethod
    def read(cls, session: Session, team_id: str) -> "Stamps":
        return cls(
            kb_version(session, team_id),
            store.meaning_version(session, team_id),
            memory_version(session, team_id),
        )

    def is_before(self, other: "Stamps") -> bool:
        """Whether any of them is: the database was set back."""
        return self.articles < other.articles or self.meaning < other.meaning or self.memory < other.memory


@dataclass(frozen=True, eq=False)
class Snapshot:
    index: Index
    stamps: Stamps
    reader: Reader | None
    shelf: Shelf | None = None
    # Vectors that were stored since the shelf was filled.
    beside: Mapping[int, Coded] = field(default_factory=dict)

    @property
    def wants_building(self) -> bool:
        articles = _room(len(self.index)) < self.index.changes_waiting
        return articles or _room(len(self.shelf or ())) < len(self.beside)

    def follow(self, session: Session) -> "Snapshot | None":
        """The picture of now. None if too much has changed, or the database was set back: load it whole."""
        stamps = Stamps.read(session, self.index.team_id)
        if stamps == self.stamps:
            return self
        if stamps.is_before(self.stamps):
            return None
        index = self._index_of(session, stamps)
        beside = self._beside_of(session, stamps)
        if index is None or beside is None:
            return None
        if stamps.memory != self.stamps.memory:
            own = serving(session, index.team_id, by_meaning=self.reader is not None)
            index = index.with_memory(self._memory_of(session)).with_ranker(own)
        return _with_meaning(replace(self, index=index, stamps=stamps, beside=beside))

    def _memory_of(self, session: Session) -> Memory:
        rows = changed_since(session, self.index.team_id, self.stamps.memory)
        before = self.index.memory or Memory.of([])
        if len(rows) > _MOST_AT_ONCE:
            return _remembered(session, self.index.team_id, self.reader)
        kept = [row for row in rows if row.forgotten_at is None]
        gone = [row.id for row in rows if row.forgotten_at is not None]
        return before.without(gone).plus(map(_known, kept), _meant(kept, self.reader))

    def _index_of(self, session: Session, stamps: Stamps) -> Index | None:
        if stamps.articles == self.stamps.articles:
            return self.index
        ids = session.execute(
            select(Article.id, Article.status)
            .where(Article.team_id == self.index.team_id, Article.changed_in > self.stamps.articles)
            .limit(_MOST_AT_ONCE + 1)
        ).all()
        if len(ids) > _MOST_AT_ONCE:
            return None
        changed = published_among(
            session,
            self.index.team_id,
            [key for key, status in ids if status == ArticleStatus.PUBLISHED],
        )
        # One that was archived between the two questions is gone as well.
        gone = {key for key, _ in ids} - {entry.article_id for entry in changed}
        return self.index.with_changes(changed, gone, version=stamps.articles)

    def _beside_of(self, session: Session, stamps: Stamps) -> Mapping[int, Coded] | None:
        if self.reader is None or stamps.meaning == self.stamps.meaning:
            return self.beside
        beside = dict(self.beside)
        for coded in store.load(session, self.index.team_id, self.reader.id, since=self.stamps.meaning):
            beside[coded.article_id] = coded
            if len(beside) > len(self.beside) + _MOST_AT_ONCE:
                return None
        return beside


def load_snapshot(session: Session, team_id: str, reader: Reader | None) -> Snapshot:
    """The picture as the database has it now; the stamps are read first, so what lands in between is read twice."""
    stamps = Stamps.read(session, team_id)
    own = serving(session, team_id, by_meaning=reader is not None)
    memory = _remembered(session, team_id, reader)
    index = load_index(session, team_id).with_memory(memory).with_ranker(own)
    if reader is None:
        return Snapshot(index, stamps, reader)
    expected = store.count_vectors(session, team_id, reader.id)
    shelf = Shelf.of(store.load(session, team_id, reader.id), reader.dims, expected=expected)
    shelf.prepare()
    return _with_meaning(Snapshot(index, stamps, reader, shelf))


def _remembered(session: Session, team_id: str, reader: Reader | None) -> Memory:
    rows = [row for row in changed_since(session, team_id, 0) if row.forgotten_at is None]
    return Memory.of(map(_known, rows), _meant(rows, reader))


def _known(row: RememberedQuestion) -> Known:
    return Known(row.id, row.text, row.article_id, row.helped, row.rank)


def _meant(rows: Iterable[RememberedQuestion], reader: Reader | None) -> dict[int, Codes]:
    """The questions' vectors, as far as the background has read them with the model that is used now."""
    if reader is None:
        return {}
    return {
        row.id: to_codes(np.frombuffer(row.meaning, dtype=np.float16).astype(np.float32)[None, :])[0]
        for row in rows
        if row.meaning is not None and row.meaning_model == reader.id
    }


def _with_meaning(snapshot: Snapshot) -> Snapshot:
    if snapshot.reader is None or snapshot.shelf is None:
        return snapshot
    later = Shelf.of(snapshot.beside.values(), snapshot.reader.dims)
    meaning = Meaning.of([snapshot.shelf, later], snapshot.index.article_ids).with_encoder(snapshot.reader)
    return replace(snapshot, index=snapshot.index.with_meaning(meaning))


def _room(base: int) -> float:
    return min(_MOST_BESIDE, max(_FEWEST_BESIDE, _SHARE_BESIDE * base))

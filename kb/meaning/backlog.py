"""What still has to be read into vectors: articles as they stand now, and questions that the desk remembers."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy.orm import Session

from kb import memory
from kb.entries import Entry
from kb.index import Index
from kb.meaning import store
from kb.meaning.encoder import Encoder
from kb.meaning.parts import parts_of
from kb.meaning.vectors import Coded, Codes, Encodes, Meaning, Shelf, to_codes
from kb.memory_set import Known, Memory
from kb.published import published_among
from kb.text import clean

# Finding out what is missing looks at every article: a third of a second for 100,000.
_FOUND_AT_ONCE = 200


@dataclass(frozen=True)
class Waiting:
    """Some of what has no vectors yet, taken out of the database."""

    entries: tuple[Entry, ...]
    questions: tuple[tuple[int, str], ...]

    def __bool__(self) -> bool:
        return bool(self.entries or self.questions)


@dataclass
class Backlog:
    """What one workspace still has to read. Whatever was taken and not kept is found again later."""

    team_id: str
    model: str
    _articles: deque[int] = field(default_factory=deque)

    @property
    def is_empty(self) -> bool:
        """Whether the next look asks the database again what is missing."""
        return not self._articles

    def take(self, session: Session, *, most: int) -> Waiting:
        """The next few; nothing at all means that everything is read. Questions come first: they are short, and
        each of them is something a person has confirmed.
        """
        questions = memory.without_meaning(session, self.team_id, self.model, limit=most)
        if not self._articles:
            self._articles.extend(store.missing(session, self.team_id, self.model, limit=_FOUND_AT_ONCE))
        next_ones = [self._articles.popleft() for _ in range(min(most, len(self._articles)))]
        return Waiting(
            tuple(published_among(session, self.team_id, next_ones)),
            tuple((question.id, question.text) for question in questions),
        )


def read_article(encoder: Encoder, entry: Entry) -> Coded:
    parts = parts_of(entry)
    return Coded.of(
        entry.article_id, [part.kind for part in parts], encoder.encode([part.text for part in parts])
    )


def read_questions(encoder: Encoder, questions: Sequence[tuple[int, str]]) -> dict[int, bytes]:
    """By the question's id, as the memory keeps them."""
    vectors = encoder.encode([text for _, text in questions]).astype(np.float16)
    return {key: vector.tobytes() for (key, _), vector in zip(questions, vectors, strict=True)}


def keep(
    session: Session,
    team_id: str,
    model: str,
    *,
    articles: Sequence[tuple[Coded, int]],
    questions: dict[int, bytes],
) -> None:
    """Each article comes with the revision that was read: one edited since then is found missing again."""
    store.save(session, team_id, model, articles)
    if questions:
        memory.save_meaning(session, team_id, model, questions)


def meaning_of(index: Index, encoder: Encoder, progress: Callable[[], None] | None = None) -> Meaning:
    """Reads a whole index now, without a database; `progress` is called after each article."""
    read = []
    for entry in index.entries:
        read.append(read_article(encoder, entry))
        if progress is not None:
            progress()
    shelf = Shelf.of(read, encoder.dims)
    return Meaning.of([shelf], index.article_ids).with_encoder(encoder)


def memory_of(
    solved: Sequence[tuple[str, int]], encoder: Encodes | None, progress: Callable[[], None] | None = None
) -> Memory:
    """The memory of a desk that learned these questions and what solved each, oldest first, without a database."""
    known = [Known(key, clean(text), article) for key, (text, article) in enumerate(solved)]
    if encoder is None:
        return Memory.of(known)
    meant: dict[int, Codes] = {}
    for one in known:
        meant[one.key] = to_codes(encoder.encode([one.text]))[0]
        if progress is not None:
            progress()
    return Memory.of(known, meant)

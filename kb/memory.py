"""What the desk learned: questions that an article solved, or did not, because a person said so.

Silence is never written here. Each row can be looked at, forgotten, and taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from kb.text import clean, redact

_LONGEST = 2_000  # characters kept of a question; the first words tell what it is about


class SaidBy(StrEnum):
    REQUESTER = "requester"  # pressed “That solved it” or “Not quite”
    AGENT = "agent"  # linked the article when resolving
    IMPORT = "import"  # brought in from an earlier desk


class RememberedQuestion(Base):
    """A question, redacted, with an article and whether it helped."""

    __tablename__ = "remembered_question"
    __table_args__ = (
        UniqueConstraint("ticket_id", "article_id"),
        Index("ix_remembered_question_team_id_changed_in", "team_id", "changed_in"),
        Index("ix_remembered_question_article_id", "article_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32))
    # A plain number: the knowledge base knows tickets only as the occasion of a question.
    ticket_id: Mapped[int | None] = mapped_column(Id)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    helped: Mapped[bool]
    said_by: Mapped[SaidBy] = mapped_column(one_of(SaidBy))
    # Where the article stood among those shown, from 1; None where nobody was shown it.
    rank: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The memory's version as of the last write to this row: readers ask for what changed since theirs.
    changed_in: Mapped[int]
    # The question's embedding and the model it is from, filled in the background.
    meaning: Mapped[bytes | None] = mapped_column(LargeBinary)
    meaning_model: Mapped[str | None] = mapped_column(String(16))


class MemoryVersion(Base):
    """Counts the writes to one workspace's memory; apart from the articles' own, which long imports hold."""

    __tablename__ = "memory_version"

    team_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int]


@dataclass(frozen=True)
class RememberedView:
    """A row as people may see it."""

    id: int
    text: str
    helped: bool
    said_by: SaidBy
    at: datetime


def remember(
    session: Session,
    team_id: str,
    *,
    text: str,
    article_id: int,
    helped: bool,
    said_by: SaidBy,
    now: datetime,
    rank: int | None = None,
    ticket_id: int | None = None,
) -> None:
    """Keeps what a person confirmed; about the same ticket and article the newest word counts.

    The text is cleaned and redacted here. Nothing is kept of a question without words.
    """
    kept = redact(clean(text))[:_LONGEST].strip()
    if not any(sign.isalnum() for sign in kept):
        return
    version = count_write(session, team_id)
    said = {"text": kept, "helped": helped, "said_by": said_by, "rank": rank, "at": now}
    fresh = {"forgotten_at": None, "changed_in": version, "meaning": None, "meaning_model": None}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(RememberedQuestion)
        .values(team_id=team_id, ticket_id=ticket_id, article_id=article_id, **said, **fresh)
        .on_conflict_do_update(index_elements=["ticket_id", "article_id"], set_={**said, **fresh})
    )


def forget(session: Session, team_id: str, remembered_id: int, *, now: datetime) -> bool:
    """From now on this question says nothing about its article. False if it was forgotten already."""
    changed = session.execute(
        update(RememberedQuestion)
        .where(
            RememberedQuestion.team_id == team_id,
            RememberedQuestion.id == remembered_id,
            RememberedQuestion.forgotten_at.is_(None),
        )
        .values(forgotten_at=now, changed_in=count_write(session, team_id))
        .returning(RememberedQuestion.id)
    )
    return changed.first() is not None


def forget_ticket(session: Session, team_id: str, ticket_id: int, *, now: datetime) -> int:
    """Forgets what one ticket taught, because it was reopened: the article had not solved it after all."""
    changed = session.scalars(
        update(RememberedQuestion)
        .where(
            RememberedQuestion.team_id == team_id,
            RememberedQuestion.ticket_id == ticket_id,
            RememberedQuestion.helped.is_(True),
            RememberedQuestion.forgotten_at.is_(None),
        )
        .values(forgotten_at=now, changed_in=count_write(session, team_id))
        .returning(RememberedQuestion.id)
    )
    return len(changed.all())


def roll_back(session: Session, team_id: str, *, since: datetime, now: datetime) -> int:
    """Forgets everything that was learned from that moment on; returns how many questions that were."""
    changed = session.scalars(
        update(RememberedQuestion)
        .where(
            RememberedQuestion.team_id == team_id,
            RememberedQuestion.at >= since,
            RememberedQuestion.forgotten_at.is_(None),
        )
        .values(forgotten_at=now, changed_in=count_write(session, team_id))
        .returning(RememberedQuestion.id)
    )
    return len(changed.all())


def restore_rolled_back(session: Session, team_id: str, *, forgotten_at: datetime) -> int:
    """Takes a roll-back of that very moment back."""
    changed = session.scalars(
        update(RememberedQuestion)
        .where(RememberedQuestion.team_id == team_id, RememberedQuestion.forgotten_at == forgotten_at)
        .values(forgotten_at=None, changed_in=count_write(session, team_id))
        .returning(RememberedQuestion.id)
    )
    return len(changed.all())


def remembered(session: Session, team_id: str, article_id: int, *, limit: int = 200) -> list[RememberedView]:
    """What is known about one article, newest first."""
    rows = session.scalars(
        select(RememberedQuestion)
        .where(
            RememberedQuestion.team_id == team_id,
            RememberedQuestion.article_id == article_id,
            RememberedQuestion.forgotten_at.is_(None),
        )
        .order_by(RememberedQuestion.at.desc(), RememberedQuestion.id.desc())
        .limit(limit)
    )
    return [RememberedView(row.id, row.text, row.helped, row.said_by, row.at) for row in rows]


def memory_version(session: Session, team_id: str) -> int:
    """How often this workspace's memory was written to; 0 if never."""
    return session.scalar(select(MemoryVersion.version).where(MemoryVersion.team_id == team_id)) or 0


def changed_since(session: Session, team_id: str, version: int) -> Sequence[RememberedQuestion]:
    """The rows written after that version, forgotten ones among them."""
    return session.scalars(
        select(RememberedQuestion)
        .where(RememberedQuestion.team_id == team_id, RememberedQuestion.changed_in > version)
        .order_by(RememberedQuestion.id)
    ).all()


def without_meaning(
    session: Session, team_id: str, model: str, *, limit: int
) -> Sequence[RememberedQuestion]:
    """Rows that have no embedding of this model yet."""
    return session.scalars(
        select(RememberedQuestion)
        .where(
            RememberedQuestion.team_id == team_id,
            RememberedQuestion.forgotten_at.is_(None),
            RememberedQuestion.meaning_model.is_distinct_from(model),
        )
        .order_by(RememberedQuestion.id)
        .limit(limit)
    ).all()


def save_meaning(session: Session, team_id: str, model: str, meanings: dict[int, bytes]) -> None:
    """Keeps embeddings (float16, by row id) and tells readers of them."""
    version = count_write(session, team_id)
    for remembered_id, meaning in meanings.items():
        session.execute(
            update(RememberedQuestion)
            .where(RememberedQuestion.team_id == team_id, RememberedQuestion.id == remembered_id)
            .values(meaning=meaning, meaning_model=model, changed_in=version)
        )


def count_write(session: Session, team_id: str) -> int:
    """Tells every reader that something learned has changed; returns the version that stamps it."""
    # The row's lock makes the order of versions the order of commits, as with the articles' own.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return session.execute(
        insert(MemoryVersion)
        .values(team_id=team_id, version=1)
        .on_conflict_do_update(
            index_elements=[MemoryVersion.team_id], set_={"version": MemoryVersion.version + 1}
        )
        .returning(MemoryVersion.version)
    ).scalar_one()

"""The table of article vectors, and a counter that tells readers of new ones."""

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id


class ArticleMeaning(Base):
    """One article's vectors by one model, computed from one revision. Until a later one is read, they stand for it."""

    __tablename__ = "article_meaning"
    __table_args__ = (
        UniqueConstraint("article_id", "model"),
        Index("ix_article_meaning_team_id_changed_in", "team_id", "changed_in"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    revision: Mapped[int]
    model: Mapped[str] = mapped_column(String(16))
    # One byte a part: title, alias or body.
    kinds: Mapped[bytes] = mapped_column(LargeBinary)
    # One signed byte a dimension, part after part.
    codes: Mapped[bytes] = mapped_column(LargeBinary)
    # The meaning's version as of the last write to this row: readers ask for what changed since theirs.
    changed_in: Mapped[int]


class MeaningVersion(Base):
    """Counts the writes to one workspace's vectors; apart from the articles' own, which long imports hold."""

    __tablename__ = "meaning_version"

    team_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int]

"""Where imported articles came from, and how far each import got."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from kb.models import ArticleStatus


class ArticleSource(Base):
    """An article's origin, and what it was when it last came from there."""

    __tablename__ = "article_source"
    __table_args__ = (UniqueConstraint("team_id", "source", "external_id"), Index(None, "article_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(255))
    external_id: Mapped[str] = mapped_column(String(255))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(Text)
    stamp: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64))
    # The revision this import wrote: a later one was written by somebody here, and is not overwritten.
    revision: Mapped[int]
    status: Mapped[ArticleStatus | None] = mapped_column(one_of(ArticleStatus))  # the source's last word
    gone: Mapped[bool] = mapped_column(default=False)  # archived because it was no longer there
    seen_in: Mapped[int] = mapped_column(Id)  # the last run that met it
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportRun(Base):
    """One import. Without `finished_at` it was cut off, and the next one goes on at its cursor."""

    __tablename__ = "import_run"
    __table_args__ = (Index(None, "team_id", "source"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(255))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Every page raises this by a compare-and-swap, so that two imports of one source cannot interleave.
    steps: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)  # how many articles of the source there were before
    cursor: Mapped[str | None] = mapped_column(Text)
    since: Mapped[str | None] = mapped_column(Text)
    whole: Mapped[bool] = mapped_column(default=False)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)

"""The tables of the knowledge base: articles, their saved versions, and a counter that tells readers of edits."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of


class ArticleStatus(StrEnum):
    DRAFT = "draft"  # being written or reviewed; search does not know it
    PUBLISHED = "published"  # may be suggested
    ARCHIVED = "archived"  # kept for its history only


class Audience(StrEnum):
    PUBLIC = "public"  # also guests of shared channels
    EVERYONE = "everyone"  # all members of the workspace
    AGENTS = "agents"  # the desk only


class Article(Base):
    """An article's lasting part; what it says stands in its revisions."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("team_id", "slug"),
        Index(None, "team_id", "status"),
        Index(None, "team_id", "changed_in"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32))
    slug: Mapped[str] = mapped_column(String(120))
    status: Mapped[ArticleStatus] = mapped_column(one_of(ArticleStatus))
    audience: Mapped[Audience] = mapped_column(one_of(Audience))
    language: Mapped[str] = mapped_column(String(16))
    category: Mapped[str] = mapped_column(String(64))
    owner: Mapped[str] = mapped_column(String(120))
    review_on: Mapped[date | None] = mapped_column(Date)
    revision: Mapped[int]  # the current one
    # The workspace's version as of the last write to this article: readers ask for what changed since theirs.
    changed_in: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The first time: what it changed is counted from then on.
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArticleRevision(Base):
    """What an article said from one save to the next; never changed once written."""

    __tablename__ = "article_revision"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    aliases: Mapped[list[str]] = mapped_column(JSON)
    symptoms: Mapped[list[str]] = mapped_column(JSON)
    codes: Mapped[list[str]] = mapped_column(JSON)
    author: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KbVersion(Base):
    """Counts the writes to one workspace's articles, so that readers see cheaply whether anything changed."""

    __tablename__ = "kb_version"

    team_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int]

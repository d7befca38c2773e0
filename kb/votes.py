"""Was it helpful? One vote a person and article, which may be changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, UtcDateTime
from kb.errors import NoSuchArticle
from kb.models import Article


class ArticleVote(Base):
    """What one person says about one article."""

    __tablename__ = "article_vote"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    voter: Mapped[str] = mapped_column(String(32), primary_key=True)  # the person's id in Slack
    helpful: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Votes:
    helpful: int = 0
    not_helpful: int = 0

    @property
    def total(self) -> int:
        return self.helpful + self.not_helpful


def vote(
    session: Session, team_id: str, article_id: int, *, voter: str, helpful: bool, now: datetime
) -> None:
    """The newest word of a person counts; raises NoSuchArticle."""
    if session.scalar(select(Article.id).where(Article.team_id == team_id, Article.id == article_id)) is None:
        raise NoSuchArticle(team_id, article_id)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(ArticleVote)
        .values(article_id=article_id, voter=voter, helpful=helpful, at=now)
        .on_conflict_do_update(index_elements=["article_id", "voter"], set_={"helpful": helpful, "at": now})
    )


def votes(session: Session, team_id: str, article_id: int) -> Votes:
    return votes_of(session, team_id, [article_id]).get(article_id, Votes())


def votes_of(session: Session, team_id: str, article_ids: Iterable[int]) -> dict[int, Votes]:
    """By article; those without a vote are left out."""
    rows = session.execute(
        select(ArticleVote.article_id, ArticleVote.helpful, func.count())
        .join(Article, Article.id == ArticleVote.article_id)
        .where(Article.team_id == team_id, ArticleVote.article_id.in_(list(article_ids)))
        .group_by(ArticleVote.article_id, ArticleVote.helpful)
    )
    counted: dict[int, dict[bool, int]] = {}
    for article_id, helpful, count in rows:
        counted.setdefault(article_id, {})[helpful] = count
    return {key: Votes(found.get(True, 0), found.get(False, 0)) for key, found in counted.items()}


def said_by(session: Session, article_id: int, voter: str) -> bool | None:
    """What this person voted; None where they did not."""
    return session.scalar(
        select(ArticleVote.helpful).where(ArticleVote.article_id == article_id, ArticleVote.voter == voter)
    )

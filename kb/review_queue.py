"""What waits for somebody who keeps the knowledge base right: due by date, flagged, and drafts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from kb.models import Article, ArticleStatus
from kb.queries import ArticleView, articles_where
from kb.review import ArticleFlag, Flag, open_flags


@dataclass(frozen=True)
class ToReview:
    article: ArticleView
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class ReviewQueue:
    """Each article stands in one list: drafts apart, then what is flagged, then what is only due."""

    flagged: tuple[ToReview, ...]
    due: tuple[ToReview, ...]
    drafts: tuple[ToReview, ...]

    @property
    def total(self) -> int:
        return len(self.flagged) + len(self.due) + len(self.drafts)


def review_queue(session: Session, team_id: str, *, today: date, limit: int = 200) -> ReviewQueue:
    """The longest waiting first; at most `limit` of each kind."""
    flags = open_flags(session, team_id)

    def listed(*conditions: ColumnElement[bool], by: Any) -> tuple[ToReview, ...]:
        found = articles_where(session, team_id, *conditions, order_by=(by, Article.id), limit=limit)
        return tuple(ToReview(article, tuple(flags.get(article.id, ()))) for article in found)

    is_draft = Article.status == ArticleStatus.DRAFT
    flagged = _flagged()
    first_raised = (
        select(func.min(ArticleFlag.raised_at))
        .where(ArticleFlag.article_id == Article.id, ArticleFlag.settled_at.is_(None))
        .scalar_subquery()
    )
    return ReviewQueue(
        flagged=listed(~is_draft, flagged, by=first_raised),
        due=listed(_due(today), ~flagged, by=Article.review_on),
        drafts=listed(is_draft, by=Article.updated_at),
    )


def count_to_review(session: Session, team_id: str, *, today: date) -> int:
    waiting = or_(Article.status == ArticleStatus.DRAFT, _flagged(), _due(today))
    return session.scalar(select(func.count(Article.id)).where(Article.team_id == team_id, waiting)) or 0


def _flagged() -> ColumnElement[bool]:
    return exists().where(ArticleFlag.article_id == Article.id, ArticleFlag.settled_at.is_(None))


def _due(today: date) -> ColumnElement[bool]:
    return (Article.status == ArticleStatus.PUBLISHED) & (Article.review_on <= today)

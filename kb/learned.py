"""What search learned lately, of all articles, and what was forgotten again: to be looked at and taken back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from kb.memory import RememberedQuestion, SaidBy
from kb.models import Article, ArticleRevision


@dataclass(frozen=True)
class Learned:
    """A question that people confirmed for an article, or against it."""

    id: int
    article_id: int
    title: str
    text: str
    helped: bool
    said_by: SaidBy
    at: datetime


@dataclass(frozen=True)
class Forgotten:
    """Questions that were forgotten at one and the same moment."""

    at: datetime
    count: int


def learned(session: Session, team_id: str, *, limit: int, offset: int = 0) -> list[Learned]:
    """Newest first."""
    is_current = and_(ArticleRevision.article_id == Article.id, ArticleRevision.number == Article.revision)
    rows = session.execute(
        select(RememberedQuestion, ArticleRevision.title)
        .join(Article, Article.id == RememberedQuestion.article_id)
        .join(ArticleRevision, is_current)
        .where(*_known(team_id, None))
        .order_by(RememberedQuestion.at.desc(), RememberedQuestion.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        Learned(row.id, row.article_id, title, row.text, row.helped, row.said_by, row.at)
        for row, title in rows
    ]


def count_learned(session: Session, team_id: str, *, since: datetime | None = None) -> int:
    query = select(func.count()).select_from(RememberedQuestion).where(*_known(team_id, since))
    return session.scalar(query) or 0


def forgotten(session: Session, team_id: str, *, limit: int = 10) -> list[Forgotten]:
    """The newest first. A question that was learned anew since then is no longer among them."""
    rows = session.execute(
        select(RememberedQuestion.forgotten_at, func.count())
        .where(RememberedQuestion.team_id == team_id, RememberedQuestion.forgotten_at.is_not(None))
        .group_by(RememberedQuestion.forgotten_at)
        .order_by(RememberedQuestion.forgotten_at.desc())
        .limit(limit)
    )
    return [Forgotten(at, count) for at, count in rows if at is not None]


def _known(team_id: str, since: datetime | None) -> list[ColumnElement[bool]]:
    known = [RememberedQuestion.team_id == team_id, RememberedQuestion.forgotten_at.is_(None)]
    return known if since is None else [*known, RememberedQuestion.at >= since]

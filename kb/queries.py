"""The read side of the knowledge base, for screens, commands and cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from kb.articles import Content, Placement
from kb.errors import NoSuchArticle, NoSuchRevision
from kb.models import Article, ArticleRevision, ArticleStatus, Audience


@dataclass(frozen=True)
class ArticleView:
    """An article as it stands now, detached from the session."""

    id: int
    slug: str
    status: ArticleStatus
    audience: Audience
    language: str
    category: str
    owner: str
    review_on: date | None
    revision: int
    title: str
    summary: str
    body: str
    aliases: tuple[str, ...]
    symptoms: tuple[str, ...]
    codes: tuple[str, ...]
    author: str
    created_at: datetime
    updated_at: datetime

    @property
    def content(self) -> Content:
        return Content(self.title, self.summary, self.body, self.aliases, self.symptoms, self.codes)

    @property
    def placement(self) -> Placement:
        return Placement(self.category, self.language, self.audience, self.owner, self.review_on)


@dataclass(frozen=True)
class RevisionView:
    number: int
    content: Content
    author: str
    created_at: datetime


class ArticleOrder(StrEnum):
    TITLE = "title"
    CHANGED = "changed"  # newest first


_ORDERS: dict[ArticleOrder, tuple[Any, ...]] = {
    ArticleOrder.TITLE: (func.lower(ArticleRevision.title), Article.id),
    ArticleOrder.CHANGED: (Article.updated_at.desc(), Article.id.desc()),
}


def list_articles(
    session: Session,
    team_id: str,
    *,
    status: ArticleStatus | None = None,
    category: str | None = None,
    language: str | None = None,
    audience: Audience | None = None,
    text: str | None = None,
    order: ArticleOrder = ArticleOrder.TITLE,
    limit: int = 50,
    offset: int = 0,
) -> list[ArticleView]:
    """One page of articles. `text` is looked for in title, summary and slug, not ranked."""
    # The ids first: sorting whole articles would carry every text along.
    page = session.scalars(
        _current(team_id)
        .where(*_that_are(status, category, language, audience), *_saying(text))
        .with_only_columns(Article.id)
        .order_by(*_ORDERS[order])
        .limit(limit)
        .offset(offset)
    ).all()
    rows = session.execute(_current(team_id).where(Article.id.in_(page)))
    found = {article.id: _view(article, revision) for article, revision in rows}
    return [found[article_id] for article_id in page]


def count_articles(
    session: Session,
    team_id: str,
    *,
    status: ArticleStatus | None = None,
    category: str | None = None,
    language: str | None = None,
    audience: Audience | None = None,
    text: str | None = None,
) -> int:
    matching = _current(team_id).where(*_that_are(status, category, language, audience), *_saying(text))
    return session.scalar(matching.with_only_columns(func.count())) or 0


def languages_used(session: Session, team_id: str) -> list[str]:
    rows = session.scalars(select(Article.language).where(Article.team_id == team_id).distinct())
    return sorted(rows)


def articles_where(
    session: Session, team_id: str, *conditions: ColumnElement[bool], order_by: Sequence[Any], limit: int
) -> list[ArticleView]:
    """For read sides that know better what they look for."""
    rows = session.execute(_current(team_id).where(*conditions).order_by(*order_by).limit(limit))
    return [_view(article, revision) for article, revision in rows]


def all_articles(session: Session, team_id: str, *, status: ArticleStatus) -> list[ArticleView]:
    rows = session.execute(_current(team_id).where(Article.status == status).order_by(Article.id))
    return [_view(article, revision) for article, revision in rows]


def get_article(session: Session, team_id: str, article: int | str) -> ArticleView:
    """By id or by slug; raises NoSuchArticle."""
    named = Article.id == article if isinstance(article, int) else Article.slug == article
    row = session.execute(_current(team_id).where(named)).first()
    if row is None:
        raise NoSuchArticle(team_id, article)
    return _view(row[0], row[1])


@dataclass(frozen=True)
class Saved:
    """That somebody saved a revision, without what it says."""

    number: int
    author: str
    created_at: datetime


def get_history(session: Session, team_id: str, article_id: int) -> list[Saved]:
    """Who saved when, newest first."""
    rows = session.execute(
        select(ArticleRevision.number, ArticleRevision.author, ArticleRevision.created_at)
        .join(Article, Article.id == ArticleRevision.article_id)
        .where(Article.team_id == team_id, Article.id == article_id)
        .order_by(ArticleRevision.number.desc())
    )
    return [Saved(*row) for row in rows]


def get_revision(session: Session, team_id: str, article_id: int, number: int) -> RevisionView:
    """What the article said then; raises NoSuchRevision."""
    row = session.scalars(
        select(ArticleRevision)
        .join(Article, Article.id == ArticleRevision.article_id)
        .where(Article.team_id == team_id, Article.id == article_id, ArticleRevision.number == number)
    ).first()
    if row is None:
        raise NoSuchRevision(team_id, article_id, number)
    return RevisionView(row.number, _content(row), row.author, row.created_at)


def _current(team_id: str) -> Select[Article, ArticleRevision]:
    is_current = and_(ArticleRevision.article_id == Article.id, ArticleRevision.number == Article.revision)
    return (
        select(Article, ArticleRevision).join(ArticleRevision, is_current).where(Article.team_id == team_id)
    )


def _that_are(
    status: ArticleStatus | None, category: str | None, language: str | None, audience: Audience | None
) -> list[ColumnElement[bool]]:
    wanted = (
        (Article.status, status),
        (Article.category, category),
        (Article.language, language),
        (Article.audience, audience),
    )
    return [column == value for column, value in wanted if value is not None]


def _saying(text: str | None) -> list[ColumnElement[bool]]:
    return [
        or_(
            ArticleRevision.title.icontains(word, autoescape=True),
            ArticleRevision.summary.icontains(word, autoescape=True),
            Article.slug.icontains(word, autoescape=True),
        )
        for word in (text or "").split()[:8]
    ]


def _content(revision: ArticleRevision) -> Content:
    return Content(
        title=revision.title,
        summary=revision.summary,
        body=revision.body,
        aliases=tuple(revision.aliases),
        symptoms=tuple(revision.symptoms),
        codes=tuple(revision.codes),
    )


def _view(article: Article, revision: ArticleRevision) -> ArticleView:
    said = _content(revision)
    return ArticleView(
        id=article.id,
        slug=article.slug,
        status=article.status,
        audience=article.audience,
        language=article.language,
        category=article.category,
        owner=article.owner,
        review_on=article.review_on,
        revision=article.revision,
        title=said.title,
        summary=said.summary,
        body=said.body,
        aliases=said.aliases,
        symptoms=said.symptoms,
        codes=said.codes,
        author=revision.author,
        created_at=article.created_at,
        updated_at=article.updated_at,
    )

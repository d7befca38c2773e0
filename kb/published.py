"""Published articles as the index keeps them, read a page at a time: a hundred thousand are not held twice."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from kb.entries import Entry
from kb.models import Article, ArticleRevision, ArticleStatus
from kb.paging import in_pages

_ROWS_AT_ONCE = 1_000
# SQLite takes some thousands of parameters in one statement; this many is plenty.
_IDS_AT_ONCE = 500

_ENTRY = (
    Article.id,
    Article.slug,
    Article.revision,
    ArticleRevision.title,
    ArticleRevision.summary,
    ArticleRevision.body,
    ArticleRevision.aliases,
    ArticleRevision.symptoms,
    ArticleRevision.codes,
    Article.category,
    Article.language,
    Article.audience,
)


def published_entries(session: Session, team_id: str) -> Iterator[Entry]:
    """All of them, by their ids."""
    return _entries(session, _published(team_id))


def published_among(session: Session, team_id: str, article_ids: Sequence[int]) -> list[Entry]:
    """Those of the given ones that are published, as they stand now."""
    found: list[Entry] = []
    for at in range(0, len(article_ids), _IDS_AT_ONCE):
        some = article_ids[at : at + _IDS_AT_ONCE]
        found += _entries(session, _published(team_id).where(Article.id.in_(some)))
    return found


def _published(team_id: str) -> Select[*tuple[object, ...]]:
    is_current = and_(ArticleRevision.article_id == Article.id, ArticleRevision.number == Article.revision)
    return (
        select(*_ENTRY)
        .join(ArticleRevision, is_current)
        .where(Article.team_id == team_id, Article.status == ArticleStatus.PUBLISHED)
    )


def _entries(session: Session, query: Select[*tuple[object, ...]]) -> Iterator[Entry]:
    for row in in_pages(session, query, Article.id, rows=_ROWS_AT_ONCE):
        yield Entry(
            article_id=row.id,
            slug=row.slug,
            revision=row.revision,
            title=row.title,
            summary=row.summary,
            body=row.body,
            aliases=tuple(row.aliases),
            symptoms=tuple(row.symptoms),
            codes=tuple(row.codes),
            category=row.category,
            language=row.language,
            audience=row.audience,
        )

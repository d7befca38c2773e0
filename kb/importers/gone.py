"""Archives what is no longer at its source, unless that would be so much that a mistake is likelier."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import archive
from kb.importers.models import ArticleSource
from kb.importers.report import Report
from kb.models import Article, ArticleRevision, ArticleStatus
from kb.review import FlagReason, raise_flag

_MOST = 0.5  # of the articles that were known before


def archive_gone(
    session: Session,
    team_id: str,
    source: str,
    *,
    seen_in: int,
    seen: Collection[str],
    known_before: int,
    wish_all: bool,
    dry_run: bool,
    report: Report,
    now: datetime,
) -> None:
    """After a run that looked at everything. A dry run names in `seen` what others find written down."""
    rows = [
        (row, article, title)
        for row, article, title in _not_seen(session, team_id, source, seen_in)
        if row.external_id not in seen
    ]
    if len(rows) > max(1, known_before * _MOST) and not wish_all:
        report.held_back = len(rows)
        return
    report.held_back = 0
    for row, article, title in rows:
        if article.revision != row.revision:
            why = "is gone at its source, but was edited here; it was kept"
            report.conflicts.add(row.external_id, title, why)
            if not dry_run:
                detail = f"No longer there: {row.url or source}"
                raise_flag(
                    session, team_id, article.id, reason=FlagReason.SOURCE_GONE, detail=detail, now=now
                )
            continue
        report.archived.add(row.external_id, title, "is no longer at its source")
        if not dry_run:
            archive(session, team_id, article.id, now=now)
            row.gone = True


def _not_seen(
    session: Session, team_id: str, source: str, seen_in: int
) -> list[tuple[ArticleSource, Article, str]]:
    rows = session.execute(
        select(ArticleSource, Article, ArticleRevision.title)
        .join(Article, Article.id == ArticleSource.article_id)
        .join(
            ArticleRevision,
            (ArticleRevision.article_id == Article.id) & (ArticleRevision.number == Article.revision),
        )
        .where(
            ArticleSource.team_id == team_id,
            ArticleSource.source == source,
            ArticleSource.seen_in != seen_in,
            Article.status != ArticleStatus.ARCHIVED,
        )
        .order_by(ArticleSource.id)
    )
    return [(row, article, title) for row, article, title in rows]

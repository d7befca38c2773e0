"""Gives an article the status that its file or source wants."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb.articles import archive, publish
from kb.models import ArticleStatus


def settle(
    session: Session,
    team_id: str,
    article_id: int,
    current: ArticleStatus,
    *,
    wanted: ArticleStatus,
    now: datetime,
) -> bool:
    """Says whether anything changed; a published article does not become a draft again."""
    if wanted == current or wanted is ArticleStatus.DRAFT:
        return False
    if wanted is ArticleStatus.PUBLISHED:
        publish(session, team_id, article_id, now=now)
    else:
        archive(session, team_id, article_id, now=now)
    return True

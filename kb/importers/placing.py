"""Gives an article the status that its file or source wants."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb.articles import archive, back_to_draft, publish
from kb.models import ArticleStatus

_WAYS = {
    ArticleStatus.DRAFT: back_to_draft,
    ArticleStatus.PUBLISHED: publish,
    ArticleStatus.ARCHIVED: archive,
}


def place(
    session: Session,
    team_id: str,
    article_id: int,
    current: ArticleStatus,
    *,
    wanted: ArticleStatus,
    now: datetime,
) -> bool:
    """Says whether anything changed."""
    if wanted == current:
        return False
    _WAYS[wanted](session, team_id, article_id, now=now)
    return True

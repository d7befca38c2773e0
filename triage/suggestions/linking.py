"""Which articles an agent can name as the one that solved a ticket: any that is published, offered or not."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.index import Index
from kb.models import Article, ArticleStatus
from kb.queries import list_articles
from kb.search import DESK, consider
from triage.errors import UnknownArticle
from triage.suggestions.models import Suggestion
from triage.tickets.models import Ticket

_OFFERED = 20
# With so many titles that hold the typed words, nobody needs the search as well.
_ENOUGH = 5


def to_link(session: Session, ticket: Ticket, typed: str, index: Index) -> list[tuple[int, str]]:
    """Number and title. Before anything is typed: what was shown on the ticket, then what was considered."""
    if not typed:
        return _considered(session, ticket)
    found = {
        article.id: article.title
        for article in list_articles(
            session, ticket.team_id, status=ArticleStatus.PUBLISHED, text=typed, limit=_OFFERED
        )
    }
    if len(found) < _ENOUGH:
        # Somebody who types a question, or makes a typo, finds it as well.
        matches = consider(index, typed, limit=_ENOUGH, audience=DESK, cutoff=0.0).considered
        found |= {match.article_id: match.title for match in matches if match.article_id not in found}
    return list(found.items())[:_OFFERED]


def named(session: Session, team_id: str, written: str) -> int:
    """The published article with this title, short name or number. Raises `UnknownArticle`."""
    wanted = " ".join(written.split())
    near = list_articles(session, team_id, status=ArticleStatus.PUBLISHED, text=wanted, limit=_OFFERED)
    exact = [a for a in near if wanted.casefold() in (a.title.casefold(), a.slug)]
    if not exact and wanted.isascii() and wanted.isdigit() and len(wanted) < 16:
        by_number = select(Article.id).where(
            Article.team_id == team_id,
            Article.id == int(wanted),
            Article.status == ArticleStatus.PUBLISHED,
        )
        if (number := session.scalar(by_number)) is not None:
            return number
    # Part of a title will do where it fits one article alone.
    fitting = exact or near
    if len(fitting) != 1:
        raise UnknownArticle(wanted)
    return fitting[0].id


def _considered(session: Session, ticket: Ticket) -> list[tuple[int, str]]:
    rows = session.scalars(
        select(Suggestion)
        .join(Article, Article.id == Suggestion.article_id)
        .where(Suggestion.ticket_id == ticket.id, Article.status == ArticleStatus.PUBLISHED)
        .order_by(Suggestion.shown_in_round.is_(None), Suggestion.rank)
        .limit(_OFFERED)
    )
    return [(row.article_id, row.title) for row in rows]

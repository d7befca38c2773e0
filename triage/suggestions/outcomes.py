"""What people said about the articles: kept with the ticket, and in the same transaction remembered by the search.

Silence is no outcome. A reopened ticket takes back that an article solved it: it is not known to be wrong, only no
longer confirmed, so the memory forgets it instead of learning the opposite.
"""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kb import memory
from kb.errors import NoSuchArticle
from kb.memory import SaidBy
from kb.models import ArticleStatus
from kb.queries import ArticleView, get_article
from kb.review import FlagReason, raise_flag, stopped_helping
from triage.errors import UnknownArticle
from triage.suggestions.models import Suggestion
from triage.tickets.human_first import is_human_first
from triage.tickets.models import Ticket
from triage.vocabulary import Outcome

# So many of the newest outcomes tell whether an article still helps.
_NEWEST = 30
LINKED_BY_HAND = "linked by whoever resolved it"


def solved_by(session: Session, ticket: Ticket, article_id: int, *, said_by: SaidBy, now: datetime) -> bool:
    """The requester, or the agent who resolved it, says that this article solved it. False if it was never offered."""
    row = _offered(session, ticket, article_id)
    if row is None:
        return False
    _confirm(session, ticket, row, said_by=said_by, now=now)
    return True


def linked(session: Session, ticket: Ticket, article_id: int, *, now: datetime) -> None:
    """An agent says that a published article solved it, whether it was offered or not. Raises `UnknownArticle`."""
    row = _offered(session, ticket, article_id)
    if row is None:
        article = _published(session, ticket.team_id, article_id)
        last = session.scalar(select(func.max(Suggestion.rank)).where(Suggestion.ticket_id == ticket.id))
        row = Suggestion(
            ticket_id=ticket.id,
            article_id=article.id,
            revision=article.revision,
            rank=(last or 0) + 1,
            title=article.title,
            passage=article.summary,
            chance=0.0,
            reasons=[LINKED_BY_HAND],
            shown_in_round=None,
            good_enough=False,
        )
        session.add(row)
    _confirm(session, ticket, row, said_by=SaidBy.AGENT, now=now)


def not_helpful(session: Session, ticket: Ticket, *, said_by: SaidBy, now: datetime) -> None:
    """What was shown so far did not help."""
    rows = session.scalars(
        select(Suggestion)
        .where(
            Suggestion.ticket_id == ticket.id,
            Suggestion.shown_in_round.is_not(None),
            Suggestion.outcome.is_(None),
        )
        .order_by(Suggestion.rank)
    ).all()
    for row in rows:
        row.outcome, row.outcome_at = Outcome.NOT_HELPFUL, now
        session.flush()
        _remember(session, ticket, row, helped=False, said_by=said_by, now=now)
        _look_at(session, ticket.team_id, row.article_id, row.revision, now=now)


def take_back(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """The ticket was reopened: nothing has solved it so far."""
    came_back = session.execute(
        update(Suggestion)
        .where(Suggestion.ticket_id == ticket.id, Suggestion.outcome == Outcome.SOLVED)
        .values(outcome=Outcome.CAME_BACK, outcome_at=now)
        .returning(Suggestion.id)
    ).all()
    if came_back:
        memory.forget_ticket(session, ticket.team_id, ticket.id, now=now)


def _confirm(session: Session, ticket: Ticket, row: Suggestion, *, said_by: SaidBy, now: datetime) -> None:
    row.outcome, row.outcome_at = Outcome.SOLVED, now
    session.flush()
    _remember(session, ticket, row, helped=True, said_by=said_by, now=now)


def _remember(
    session: Session, ticket: Ticket, row: Suggestion, *, helped: bool, said_by: SaidBy, now: datetime
) -> None:
    if is_human_first(session, ticket):
        return
    memory.remember(
        session,
        ticket.team_id,
        text=ticket.question,
        article_id=row.article_id,
        helped=helped,
        said_by=said_by,
        now=now,
        rank=row.rank if row.shown_in_round else None,
        ticket_id=ticket.id,
    )


def _look_at(session: Session, team_id: str, article_id: int, revision: int, *, now: datetime) -> None:
    """Asks for a review where this revision has stopped helping those who were shown it."""
    newest = session.scalars(
        select(Suggestion.outcome)
        .where(
            Suggestion.article_id == article_id,
            Suggestion.revision == revision,
            Suggestion.outcome.in_((Outcome.SOLVED, Outcome.NOT_HELPFUL)),
        )
        .order_by(Suggestion.outcome_at.desc(), Suggestion.id.desc())
        .limit(_NEWEST)
    ).all()
    if stopped_helping([outcome is Outcome.SOLVED for outcome in reversed(newest)]):
        solved = sum(outcome is Outcome.SOLVED for outcome in newest)
        detail = f"It solved {solved} of the last {len(newest)} questions for which it was tried."
        raise_flag(session, team_id, article_id, reason=FlagReason.STOPPED_HELPING, detail=detail, now=now)


def _offered(session: Session, ticket: Ticket, article_id: int) -> Suggestion | None:
    return session.scalars(
        select(Suggestion).where(Suggestion.ticket_id == ticket.id, Suggestion.article_id == article_id)
    ).first()


def _published(session: Session, team_id: str, article_id: int) -> ArticleView:
    try:
        article = get_article(session, team_id, article_id)
    except NoSuchArticle:
        raise UnknownArticle(str(article_id)) from None
    if article.status is not ArticleStatus.PUBLISHED:
        raise UnknownArticle(str(article_id))
    return article

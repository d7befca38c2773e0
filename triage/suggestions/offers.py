"""Which articles are shown on a ticket, and in which round."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kb.memory import SaidBy
from kb.search import Match
from triage.suggestions import outcomes
from triage.suggestions.models import Suggestion
from triage.tickets.models import Ticket
from triage.vocabulary import Outcome

SHOWN_AT_MOST = 3
# An article far behind the best one is kept back for "Not quite" instead of crowding the answer.
_CLOSE_TO_BEST = 0.6


def offer(
    session: Session, ticket: Ticket, matches: Sequence[Match], below: Sequence[Match] = ()
) -> list[Match]:
    """Replaces what was offered: the best matches are shown and returned, the rest kept with the decision."""
    judged = _forget_unjudged(session, ticket)
    fresh = [match for match in matches if match.article_id not in judged]
    return offer_first(session, ticket, fresh, [match for match in below if match.article_id not in judged])


def offer_first(
    session: Session, ticket: Ticket, matches: Sequence[Match], below: Sequence[Match] = ()
) -> list[Match]:
    """The same for a ticket that was offered nothing yet."""
    shown = [match for match in matches[:SHOWN_AT_MOST] if match.chance >= _CLOSE_TO_BEST * matches[0].chance]
    rows = [
        {
            "ticket_id": ticket.id,
            "article_id": match.article_id,
            "revision": match.revision,
            "rank": rank,
            "title": match.title,
            "passage": match.passage,
            "chance": match.chance,
            "reasons": list(match.reasons),
            "shown_in_round": 1 if match in shown else None,
            "good_enough": rank <= len(matches),
        }
        for rank, match in enumerate([*matches, *below], start=1)
    ]
    session.flush()
    if rows:
        session.execute(_INTO_TABLE, rows)
    return shown


# By the table, not by its class, which would look at each row as at an object; asked for something back, all rows go
# in one statement.
_TABLE = Suggestion.metadata.tables[Suggestion.__tablename__]
_INTO_TABLE = insert(_TABLE).returning(_TABLE.c.id)


def _forget_unjudged(session: Session, ticket: Ticket) -> set[int]:
    """What nobody said anything of goes; the articles that were judged."""
    before = session.execute(
        select(Suggestion.article_id, Suggestion.outcome).where(Suggestion.ticket_id == ticket.id)
    ).all()
    if any(outcome is None for _, outcome in before):
        unjudged = (Suggestion.ticket_id == ticket.id, Suggestion.outcome.is_(None))
        session.execute(delete(Suggestion).where(*unjudged))
    return {article_id for article_id, outcome in before if outcome is not None}


def shown(session: Session, ticket: Ticket) -> list[Suggestion]:
    """What the requester sees now: the newest round."""
    return newest_round(tried(session, ticket))


def newest_round(rows: Sequence[Suggestion]) -> list[Suggestion]:
    """Of everything that was shown, in its order, what is seen now."""
    newest = max((row.shown_in_round or 0 for row in rows), default=0)
    return [row for row in rows if row.shown_in_round == newest]


def round_shown(session: Session, ticket: Ticket) -> int:
    """1 for the first answer, 2 for the next best article; 0 while nothing is shown."""
    return max((row.shown_in_round or 0 for row in shown(session, ticket)), default=0)


def tried(session: Session, ticket: Ticket) -> list[Suggestion]:
    """Everything that was shown, in the order in which it was."""
    rows = session.scalars(
        select(Suggestion)
        .where(Suggestion.ticket_id == ticket.id, Suggestion.shown_in_round.is_not(None))
        .order_by(Suggestion.shown_in_round, Suggestion.rank)
    )
    return list(rows)


def next_best(session: Session, ticket: Ticket, *, now: datetime) -> Suggestion | None:
    """After "Not quite": what was shown did not help; the next good one is shown, once a ticket."""
    rounds = {row.shown_in_round for row in tried(session, ticket)}
    outcomes.not_helpful(session, ticket, said_by=SaidBy.REQUESTER, now=now)
    if 2 in rounds:
        return None
    candidate = session.scalars(
        select(Suggestion)
        .where(
            Suggestion.ticket_id == ticket.id,
            Suggestion.shown_in_round.is_(None),
            Suggestion.good_enough.is_(True),
        )
        .order_by(Suggestion.rank)
        .limit(1)
    ).first()
    if candidate is not None:
        candidate.shown_in_round = 2
        session.flush()
    return candidate


def times_solved(session: Session, article_id: int) -> int:
    """How many tickets this article solved, by what people said."""
    rows = session.scalars(
        select(Suggestion.ticket_id)
        .where(Suggestion.article_id == article_id, Suggestion.outcome == Outcome.SOLVED)
        .distinct()
    )
    return len(rows.all())

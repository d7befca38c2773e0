"""What the next one has to know when a shift ends: read from the tickets, nothing that anybody has to write.

About tickets and articles only: nothing here says how much anybody did.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.models import Article, ArticleRevision, ArticleStatus
from triage.care.handoff import left_over, notes_of
from triage.care.handoff_tables import Handoff
from triage.sla.timers import Standing, standings
from triage.suggestions.models import Suggestion
from triage.tickets import queries
from triage.tickets.alike import TicketLink
from triage.tickets.models import Ticket, TimelineEntry
from triage.vocabulary import OPEN_STATUSES, Outcome, TicketStatus

# What the desk itself writes into a ticket's story is no next step.
_BY_PEOPLE = ("handoff_note", "hold", "transfer", "release")
_OPEN_FOR_PEOPLE = (
    TicketStatus.WAITING,
    TicketStatus.DEFERRED,
    TicketStatus.CLAIMED,
    TicketStatus.ON_HOLD,
)
# Fewer questions of a kind make no pattern.
PATTERN = 2
NOT_HELPING = 2


@dataclass(frozen=True)
class OpenTicket:
    """One ticket that goes on. `promise` is what is due next, `step` what its last agent said about it."""

    ticket: Ticket
    owner_id: int | None
    step: str
    promise: Standing | None


@dataclass(frozen=True)
class Pattern:
    """So many questions in one category since the shift began."""

    category: str
    count: int


@dataclass(frozen=True)
class Alike:
    """An open question that others are like."""

    question: str
    count: int


@dataclass(frozen=True)
class Digest:
    tickets: Sequence[OpenTicket]
    # Still the leaver's: to be taken over in one tap.
    left: int
    patterns: Sequence[Pattern]
    alike: Sequence[Alike]
    not_helping: Sequence[Pattern]
    articles: Sequence[str]
    watch: str


def digest(session: Session, handoff: Handoff, *, now: datetime) -> Digest:
    """As things stand now; of what happened, only what happened in that shift."""
    since, until = handoff.shift_began_at, handoff.at
    names = {category.key: category.name for category in queries.categories(session, handoff.team_id)}
    tickets = _open(session, handoff, now=now)
    return Digest(
        tickets=tickets,
        left=len(left_over(session, handoff)),
        patterns=_patterns(session, handoff.team_id, since, until, names),
        alike=_alike(session, [one.ticket for one in tickets]),
        not_helping=_not_helping(session, handoff.team_id, since, until, names),
        articles=_articles(session, handoff.team_id, since, until),
        watch=handoff.watch,
    )


def _open(session: Session, handoff: Handoff, *, now: datetime) -> list[OpenTicket]:
    """What waits for a person, and what the leaver and the next one have in hand; the most urgent first."""
    wanted = queries.TicketFilter(statuses=_OPEN_FOR_PEOPLE)
    concerned = (None, handoff.leaver_id, handoff.incomer_id)
    found = [
        ticket
        for ticket in queries.tickets(session, handoff.team_id, wanted)
        if ticket.claimed_by_id in concerned
    ]
    ids = [ticket.id for ticket in found]
    due = standings(session, ids, now=now)
    steps = _steps(session, ids) | notes_of(session, handoff)
    return [
        OpenTicket(ticket, ticket.claimed_by_id, steps.get(ticket.id, ""), due.get(ticket.id))
        for ticket in found
    ]


def _steps(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The last thing that an agent said about each."""
    rows = session.execute(
        select(TimelineEntry.ticket_id, TimelineEntry.reason)
        .where(
            TimelineEntry.ticket_id.in_(ids),
            TimelineEntry.what.in_(_BY_PEOPLE),
            TimelineEntry.actor_id.is_not(None),
            TimelineEntry.reason != "",
        )
        .order_by(TimelineEntry.id)
    )
    return {ticket_id: reason for ticket_id, reason in rows}


def _patterns(
    session: Session, team_id: str, since: datetime, until: datetime, names: dict[str, str]
) -> list[Pattern]:
    rows = session.execute(
        select(Ticket.category, func.count())
        .where(
            Ticket.team_id == team_id,
            Ticket.asked_at >= since,
            Ticket.asked_at < until,
            Ticket.category.is_not(None),
        )
        .group_by(Ticket.category)
        .having(func.count() >= PATTERN)
        .order_by(func.count().desc(), Ticket.category)
    )
    return [Pattern(names.get(key or "", key or ""), count) for key, count in rows]


def _alike(session: Session, open_tickets: Sequence[Ticket]) -> list[Alike]:
    """Open questions that are like each other: one cause, perhaps."""
    by_id = {ticket.id: ticket for ticket in open_tickets}
    if not by_id:
        return []
    rows = session.execute(
        select(TicketLink.other_id, func.count())
        .join(Ticket, Ticket.id == TicketLink.ticket_id)
        .where(TicketLink.other_id.in_(by_id), Ticket.status.in_(OPEN_STATUSES))
        .group_by(TicketLink.other_id)
        .order_by(func.count().desc(), TicketLink.other_id)
    )
    return [Alike(by_id[other_id].question, count + 1) for other_id, count in rows][:3]


def _not_helping(
    session: Session, team_id: str, since: datetime, until: datetime, names: dict[str, str]
) -> list[Pattern]:
    """Categories whose articles were shown and did not help: there, the answer of the bot fails."""
    rows = session.execute(
        select(Ticket.category, func.count(func.distinct(Ticket.id)))
        .join(Suggestion, Suggestion.ticket_id == Ticket.id)
        .where(
            Ticket.team_id == team_id,
            Ticket.category.is_not(None),
            Suggestion.outcome == Outcome.NOT_HELPFUL,
            Suggestion.outcome_at >= since,
            Suggestion.outcome_at < until,
        )
        .group_by(Ticket.category)
        .having(func.count(func.distinct(Ticket.id)) >= NOT_HELPING)
        .order_by(Ticket.category)
    )
    return [Pattern(names.get(key or "", key or ""), count) for key, count in rows]


def _articles(session: Session, team_id: str, since: datetime, until: datetime) -> list[str]:
    rows = session.scalars(
        select(ArticleRevision.title)
        .join(Article, Article.id == ArticleRevision.article_id)
        .where(
            Article.team_id == team_id,
            Article.revision == ArticleRevision.number,
            Article.status == ArticleStatus.PUBLISHED,
            ArticleRevision.created_at >= since,
            ArticleRevision.created_at < until,
        )
        .distinct()
        .order_by(ArticleRevision.title)
    )
    return list(rows)

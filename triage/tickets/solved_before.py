"""Solved tickets like this one, and what worked: for the agent's card.

What is shown of another's ticket: how it was solved, which its agent wrote for the next one with the same question,
and the article that solved it. The question's own words only where they were asked in a help channel, before
everybody; never from a direct message, a form or a private thread. All of it without names, numbers and keys.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from kb.likeness import Likeness
from kb.text import clean
from triage.people.nameless import names_of, without_people
from triage.suggestions.models import Suggestion
from triage.tickets.human_first import human_first
from triage.tickets.models import Ticket
from triage.tickets.writing_up import involved
from triage.vocabulary import Outcome, TicketStatus

SHOWN = 3
# Below this they share little more than a word.
LIKE_ENOUGH = 0.25
_LOOKED_AT = 200
_LONGEST_GIST = 90


@dataclass(frozen=True)
class SolvedBefore:
    """`worked` is empty where only an article solved it, `gist` where the question is nobody else's business.

    `channel_id` and `thread_ts` are set where every agent may read the thread.
    """

    ticket_id: int
    likeness: float
    solved_at: datetime
    worked: str
    article_id: int | None
    article: str
    gist: str
    channel_id: str | None
    thread_ts: str | None


def solved_before(
    session: Session, ticket: Ticket, asked: Likeness, *, help_channels: Collection[str]
) -> list[SolvedBefore]:
    """The most alike first, no answer twice. `help_channels` are those in which everybody may read."""
    near = asked.near(ticket.question, count=_LOOKED_AT, least=LIKE_ENOUGH)
    likeness = {found.key: found.likeness for found in near if found.key != ticket.id}
    if not likeness:
        return []
    found: list[SolvedBefore] = []
    told: set[str] = set()
    names = None
    for row, article_id, title in _solved(session, ticket.team_id, likeness):
        says = " ".join((row.resolution or title).casefold().split())
        if says in told:
            continue
        told.add(says)
        names = names or names_of(session, ticket.team_id)
        found.append(_shown(session, row, article_id, title, likeness[row.id], names, help_channels))
        if len(found) == SHOWN:
            break
    return found


def _solved(
    session: Session, team_id: str, likeness: dict[int, float]
) -> list[tuple[Ticket, int | None, str]]:
    by_article = and_(Suggestion.ticket_id == Ticket.id, Suggestion.outcome == Outcome.SOLVED)
    rows = session.execute(
        select(Ticket, Suggestion.article_id, Suggestion.title)
        .outerjoin(Suggestion, by_article)
        .where(
            Ticket.id.in_(list(likeness)),
            Ticket.team_id == team_id,
            Ticket.status.in_((TicketStatus.RESOLVED, TicketStatus.CLOSED)),
            Ticket.resolved_at.is_not(None),
            or_(Ticket.resolution.is_not(None), Suggestion.article_id.is_not(None)),
            ~human_first(),
        )
    )
    found = [(row, article_id, title or "") for row, article_id, title in rows]
    return sorted(found, key=lambda one: (-likeness[one[0].id], -one[0].id))


def _shown(
    session: Session,
    row: Ticket,
    article_id: int | None,
    title: str,
    likeness: float,
    names: Collection[str],
    help_channels: Collection[str],
) -> SolvedBefore:
    in_the_open = row.channel_id in help_channels
    hands = involved(session, row)

    def impersonal(text: str) -> str:
        return without_people(text, involved=hands, others=names)

    return SolvedBefore(
        ticket_id=row.id,
        likeness=round(likeness, 3),
        solved_at=row.resolved_at or row.asked_at,
        worked=impersonal(row.resolution or ""),
        article_id=article_id,
        article=title,
        gist=_gist(impersonal(clean(row.question))) if in_the_open else "",
        channel_id=row.channel_id if in_the_open else None,
        thread_ts=row.thread_ts if in_the_open else None,
    )


def _gist(question: str) -> str:
    if len(question) <= _LONGEST_GIST:
        return question
    return question[:_LONGEST_GIST].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"

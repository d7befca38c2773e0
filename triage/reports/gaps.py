"""What is missing in the knowledge base: questions of the last weeks for which nothing good was found, or which
needed a person all the same, put together by what they are about. Dearest first; what helped, with figures.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from kb.gaps import Asked, Gap, gaps
from kb.likeness import Likeness
from kb.models import Article
from kb.queries import ArticleView, get_article
from kb.text import clean, redact
from triage.people.models import Person
from triage.people.nameless import names_of, without_people
from triage.policy import Policy
from triage.reports.deflection import BeforeAndAfter, fates, share_deflected
from triage.reports.minutes import agents_minutes
from triage.reports.models import GapArticle
from triage.suggestions.models import Suggestion
from triage.tickets.human_first import human_first
from triage.tickets.models import Ticket
from triage.vocabulary import Outcome, TicketStatus

DAYS = 90
# The newest ones; more would take long and tell the same.
_MOST = 5_000
_EXAMPLES = 3
_LONGEST_EXAMPLE = 160
# A question is of a gap's kind if it is like one of its questions by this much.
_OF_ITS_KIND = 0.3


@dataclass(frozen=True)
class DeskGap:
    """A group of questions. `drafted` is the article that was begun for it."""

    name: str
    ticket_ids: tuple[int, ...]
    people: int
    minutes: float
    examples: tuple[str, ...]
    last_at: datetime
    drafted: ArticleView | None


@dataclass(frozen=True)
class Written:
    """An article that was drafted from a gap, and what it changed since it was published."""

    article: ArticleView
    questions: int
    published_at: datetime | None
    deflection: BeforeAndAfter | None


def desk_gaps(
    session: Session, team_id: str, *, policy: Policy, now: datetime, days: int = DAYS
) -> list[DeskGap]:
    """By agents' minutes lost. Asked by one person alone is no gap. All shown words are without names and numbers."""
    tickets = _unanswered(session, team_id, since=now - timedelta(days=days))
    minutes = agents_minutes(session, list(tickets), opening=policy.opening, now=now)
    found = gaps(
        Asked(ticket.id, ticket.requester_id, redact(ticket.question), minutes.get(ticket.id, 0.0))
        for ticket in tickets.values()
    )
    drafted = _drafted(session, tickets)
    others = names_of(session, team_id)
    return [_shown(session, gap, tickets, drafted, others) for gap in found]


def _unanswered(session: Session, team_id: str, *, since: datetime) -> dict[int, Ticket]:
    """Asked since then, with no article shown that solved it, and not over by itself."""
    shown = exists().where(Suggestion.ticket_id == Ticket.id, Suggestion.shown_in_round.is_not(None))
    solved = exists().where(Suggestion.ticket_id == Ticket.id, Suggestion.outcome == Outcome.SOLVED)
    rows = session.scalars(
        select(Ticket)
        .where(
            Ticket.team_id == team_id,
            Ticket.asked_at >= since,
            # Withdrawn, or thanked and let go: nobody missed anything.
            or_(Ticket.status != TicketStatus.CLOSED, Ticket.resolved_at.is_not(None)),
            # An article that an agent could name is there already; the search learns it from that.
            ~solved,
            or_(~shown, Ticket.escalated_at.is_not(None), Ticket.claimed_at.is_not(None)),
            ~human_first(),
        )
        .order_by(Ticket.id.desc())
        .limit(_MOST)
    )
    return {ticket.id: ticket for ticket in rows}


def _drafted(session: Session, ticket_ids: Collection[int]) -> dict[int, int]:
    """Ticket → the article that was drafted for its gap."""
    if not ticket_ids:
        return {}
    since = min(ticket_ids)
    rows = session.execute(
        select(GapArticle.ticket_id, GapArticle.article_id).where(GapArticle.ticket_id >= since)
    )
    return {ticket_id: article_id for ticket_id, article_id in rows if ticket_id in ticket_ids}


def _shown(
    session: Session, gap: Gap, tickets: dict[int, Ticket], drafted: dict[int, int], others: Sequence[str]
) -> DeskGap:
    members = [tickets[key] for key in gap.keys]
    team_id = members[0].team_id
    own = requesters(session, members)
    article_id = next((drafted[key] for key in gap.keys if key in drafted), None)
    examples = (
        without_people(clean(ticket.question), involved=own, others=others) for ticket in members[:_EXAMPLES]
    )
    return DeskGap(
        name=without_people(gap.name, involved=own, others=others),
        ticket_ids=gap.keys,
        people=gap.people,
        minutes=gap.minutes,
        examples=tuple(_cut(text) for text in examples),
        last_at=max(ticket.asked_at for ticket in members),
        drafted=get_article(session, team_id, article_id) if article_id is not None else None,
    )


def requesters(session: Session, tickets: Sequence[Ticket]) -> list[str]:
    """The names of those who asked."""
    ids = {ticket.requester_id for ticket in tickets}
    return [name for name in session.scalars(select(Person.name).where(Person.id.in_(ids))) if name]


def _cut(text: str) -> str:
    if len(text) <= _LONGEST_EXAMPLE:
        return text
    return text[:_LONGEST_EXAMPLE].rsplit(" ", 1)[0] + "…"


def written(session: Session, team_id: str, *, now: datetime, days: int = DAYS) -> list[Written]:
    """Every article that was drafted from a gap, the newest first."""
    rows = session.execute(
        select(GapArticle.article_id, GapArticle.ticket_id, Article.published_at)
        .join(Article, and_(Article.id == GapArticle.article_id, Article.team_id == team_id))
        .order_by(GapArticle.article_id.desc(), GapArticle.ticket_id)
    ).all()
    seeds: dict[int, list[int]] = {}
    published = {}
    for article_id, ticket_id, published_at in rows:
        seeds.setdefault(article_id, []).append(ticket_id)
        published[article_id] = published_at
    moments = [at for at in published.values() if at is not None]
    kinds = _Kinds(session, team_id, since=min(moments) - timedelta(days=days)) if moments else None
    found = []
    for article_id, ticket_ids in seeds.items():
        at = published[article_id]
        changed = kinds and at and kinds.before_and_after(session, ticket_ids, at, now=now, days=days)
        article = get_article(session, team_id, article_id)
        found.append(Written(article, len(ticket_ids), at, changed or None))
    return found


class _Kinds:
    """All questions since a moment by wording, read once for several articles."""

    def __init__(self, session: Session, team_id: str, *, since: datetime) -> None:
        rows = session.execute(
            select(Ticket.id, Ticket.question, Ticket.asked_at).where(
                Ticket.team_id == team_id, Ticket.asked_at >= since, ~human_first()
            )
        ).all()
        self._texts = {id_: question for id_, question, _ in rows}
        self._asked_at = {id_: at for id_, _, at in rows}
        self._likeness = Likeness.of(self._texts.items())

    def before_and_after(
        self, session: Session, seeds: Sequence[int], published_at: datetime, *, now: datetime, days: int
    ) -> BeforeAndAfter:
        """Of all questions of that kind, not of those alone that made the gap: those had all failed, and to compare
        with them would flatter any article. So a question of the gap counts only if it is like another one."""
        alike = {
            found.key
            for seed in seeds
            if seed in self._texts
            for found in self._likeness.near(self._texts[seed], count=5_000, least=_OF_ITS_KIND)
            if found.key != seed
        }
        known = fates(session, alike)
        everyone = list(known.values())
        first = published_at - timedelta(days=days)
        before = [known[id_] for id_ in known if first <= self._asked_at[id_] < published_at]
        after = [known[id_] for id_ in known if self._asked_at[id_] >= published_at]
        return BeforeAndAfter(
            share_deflected(before, everyone, now=now), share_deflected(after, everyone, now=now)
        )

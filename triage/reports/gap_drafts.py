"""One tap drafts the article for a gap: the questions as aliases, what worked as its body, to be reviewed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import articles, queries
from kb.articles import Placement
from kb.queries import ArticleView
from kb.review import FlagReason, raise_flag
from kb.text import clean, from_slack
from triage import audit
from triage.effects import insert_once
from triage.errors import TicketNotFound
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.people.nameless import names_of, without_people
from triage.reports.gaps import requesters
from triage.reports.models import GapArticle
from triage.tickets.human_first import human_first
from triage.tickets.models import Ticket
from triage.tickets.transition import note
from triage.tickets.writing_up import Proposal, content_of, involved, title_of

_MOST_ALIASES = 12
_LONGEST_ALIAS = 200
_MOST_ANSWERS = 5
NOBODY_KNOWS = "Nobody wrote down yet what works. Write the steps here."


def draft_for_gap(
    session: Session, team_id: str, ticket_ids: Sequence[int], *, by: Person, now: datetime
) -> tuple[ArticleView, bool]:
    """Drafts the article for these questions, the most typical first. Of two who tap at once one drafts it; the
    second value tells whether it was this call. Raises `TicketNotFound` for tickets that are not this workspace's.
    """
    require(by.role, Permission.EDIT_ARTICLES)
    tickets = _locked(session, team_id, ticket_ids)
    if known := _drafted(session, ticket_ids):
        return queries.get_article(session, team_id, known), False
    said = propose(session, team_id, tickets)
    article = articles.draft(
        session,
        team_id,
        content_of(said),
        placement=Placement(category=_category(tickets), owner=by.called[:120]),
        author=by.called[:120],
        now=now,
    )
    raise_flag(
        session,
        team_id,
        article.id,
        reason=FlagReason.FROM_TICKET,
        detail=f"Drafted from {len(tickets)} questions that nothing answered.",
        now=now,
    )
    for ticket in sorted(tickets, key=lambda one: one.id):
        insert_once(session, GapArticle, ticket_id=ticket.id, article_id=article.id, made_at=now)
        note(
            session,
            ticket,
            "gap_drafted",
            now=now,
            actor=by,
            reason=f"“{said.title}”",
            details={"article_id": article.id},
        )
    audit.record(
        session,
        "article.drafted",
        by=by,
        team_id=team_id,
        now=now,
        article_id=article.id,
        ticket_ids=[ticket.id for ticket in tickets],
    )
    session.flush()
    return queries.get_article(session, team_id, article.id), True


def propose(session: Session, team_id: str, tickets: Sequence[Ticket]) -> Proposal:
    """Without names, numbers and keys, as far as the tools go."""
    own, others = requesters(session, tickets), names_of(session, team_id)
    questions = [without_people(clean(t.question), involved=own, others=others) for t in tickets]
    answers: dict[str, None] = {}
    for ticket in tickets:
        if ticket.resolution and len(answers) < _MOST_ANSWERS:
            hands = {*own, *involved(session, ticket)}
            answers[from_slack(without_people(ticket.resolution, involved=hands, others=others))] = None
    title = title_of(questions[0])
    aliases = dict.fromkeys(question[:_LONGEST_ALIAS] for question in questions if question != title)
    return Proposal(title, tuple(aliases)[:_MOST_ALIASES], _body(list(answers)))


def _body(answers: Sequence[str]) -> str:
    if not answers:
        return NOBODY_KNOWS
    if len(answers) == 1:
        return answers[0]
    return "## What worked\n\n" + "\n\n".join(f"**{n}.** {text}" for n, text in enumerate(answers, 1))


def _locked(session: Session, team_id: str, ticket_ids: Sequence[int]) -> list[Ticket]:
    """In the order given. Locked in the order of their numbers, so that two who tap never wait for each other."""
    rows = session.scalars(
        select(Ticket)
        .where(Ticket.id.in_(ticket_ids), Ticket.team_id == team_id, ~human_first())
        .order_by(Ticket.id)
        .with_for_update(key_share=True)
    )
    found = {ticket.id: ticket for ticket in rows}
    for id_ in ticket_ids:
        if id_ not in found:
            raise TicketNotFound(id_)
    if not ticket_ids:
        raise TicketNotFound(0)
    return [found[id_] for id_ in ticket_ids]


def _drafted(session: Session, ticket_ids: Collection[int]) -> int | None:
    return session.scalar(
        select(GapArticle.article_id)
        .where(GapArticle.ticket_id.in_(ticket_ids))
        .order_by(GapArticle.ticket_id)
        .limit(1)
    )


def _category(tickets: Sequence[Ticket]) -> str:
    """The one that most of them have."""
    named = [ticket.category for ticket in tickets if ticket.category]
    return max(sorted(set(named)), key=named.count, default="")

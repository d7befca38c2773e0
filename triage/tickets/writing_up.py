"""“Save as article”: what a ticket taught becomes a draft for the next person with the same question, once a ticket."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb import articles, queries
from kb.articles import MAX_TITLE, Content, Placement
from kb.base import Base, UtcDateTime
from kb.queries import ArticleView
from kb.review import FlagReason, raise_flag
from kb.text import clean, from_slack
from triage import audit
from triage.errors import EmptyText, NothingToWriteUp
from triage.escalation import engine
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.people.nameless import names_of, without_people
from triage.policy import Policy
from triage.tickets.human_first import is_human_first
from triage.tickets.models import Ticket, TimelineEntry
from triage.tickets.transition import find, note
from triage.vocabulary import TicketStatus

_DONE = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
_LONGEST_TITLE = 90
_SHORTEST_TITLE = 15
_LONGEST_ALIAS = 300
_SENTENCE_END = re.compile(r"(?<=[.?!])\s")


class TicketArticle(Base):
    """The article that somebody wrote from a ticket."""

    __tablename__ = "ticket_article"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Proposal:
    """What the form begins with, or what it says when it is sent. `body` is Markdown."""

    title: str
    aliases: tuple[str, ...]
    body: str


def can_be_written_up(session: Session, ticket: Ticket) -> bool:
    """Somebody wrote down how it was solved, and it is no matter for a person alone."""
    return ticket.status in _DONE and bool(ticket.resolution) and not is_human_first(session, ticket)


def written_up(session: Session, ticket: Ticket) -> ArticleView | None:
    """The article that was made from the ticket, whatever became of it since."""
    article_id = session.scalar(select(TicketArticle.article_id).where(TicketArticle.ticket_id == ticket.id))
    return queries.get_article(session, ticket.team_id, article_id) if article_id is not None else None


def proposal(session: Session, ticket: Ticket, *, by: Person) -> Proposal:
    """The question as title and alias, the resolution as body, both without names and secrets, to be reviewed.

    Raises `NothingToWriteUp` unless somebody wrote how it was solved.
    """
    require(by.role, Permission.EDIT_ARTICLES)
    if not can_be_written_up(session, ticket):
        raise NothingToWriteUp(ticket.id)
    known = {"involved": involved(session, ticket), "others": names_of(session, ticket.team_id)}
    question = clean(without_people(ticket.question, **known))
    solved = without_people(ticket.resolution or "", **known)
    title = title_of(question)
    alias = question[:_LONGEST_ALIAS]
    return Proposal(title, () if alias == title else (alias,), from_slack(solved))


def write_up(
    session: Session, ticket_id: int, said: Proposal, *, by: Person, policy: Policy, now: datetime
) -> tuple[ArticleView, bool]:
    """Saves the draft, owned by whoever wrote it. The second value tells whether this call made it: of two who press
    at once one writes it, and the other is shown that. Raises `EmptyText`, `NothingToWriteUp`, `NotAllowed`.
    """
    require(by.role, Permission.EDIT_ARTICLES)
    ticket = find(session, ticket_id, team_id=by.team_id)
    session.refresh(ticket, with_for_update={"key_share": True})
    if known := written_up(session, ticket):
        return known, False
    if not can_be_written_up(session, ticket):
        raise NothingToWriteUp(ticket.id)
    content = content_of(said)
    article = articles.draft(
        session,
        ticket.team_id,
        content,
        placement=Placement(category=ticket.category or "", owner=by.called[:120]),
        author=by.called[:120],
        now=now,
    )
    session.add(TicketArticle(ticket_id=ticket.id, article_id=article.id, by_id=by.id, at=now))
    raise_flag(
        session,
        ticket.team_id,
        article.id,
        reason=FlagReason.FROM_TICKET,
        detail=f"Written from ticket {ticket.id}.",
        now=now,
    )
    note(
        session,
        ticket,
        "written_up",
        now=now,
        actor=by,
        reason=f"“{content.title}”",
        details={"article_id": article.id},
    )
    audit.record(
        session,
        "article.drafted",
        by=by,
        team_id=ticket.team_id,
        now=now,
        article_id=article.id,
        ticket_id=ticket.id,
    )
    session.flush()
    engine.refresh_card(session, ticket, policy=policy, now=now)
    return queries.get_article(session, ticket.team_id, article.id), True


def content_of(said: Proposal) -> Content:
    """Raises `EmptyText` where the title or the body says nothing."""
    title = " ".join(said.title.split())
    if not title:
        raise EmptyText("title")
    if not said.body.strip():
        raise EmptyText("body")
    aliases = dict.fromkeys(alias.strip() for alias in said.aliases if alias.strip())
    return Content(title=title[:MAX_TITLE], summary="", body=said.body.strip(), aliases=tuple(aliases))


def title_of(question: str) -> str:
    """The first sentence of a cleaned question, or as much of it as makes a title."""
    first = ""
    for sentence in _SENTENCE_END.split(question):
        first = f"{first} {sentence}".strip()
        if len(first) >= _SHORTEST_TITLE:
            break
    if len(first) > _LONGEST_TITLE:
        first = first[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
    return first[:1].upper() + first[1:].rstrip(".")


def involved(session: Session, ticket: Ticket) -> list[str]:
    """The names of who asked, and of whoever had a hand in it."""
    actors = select(TimelineEntry.actor_id).where(TimelineEntry.ticket_id == ticket.id)
    people = session.scalars(
        select(Person.name).where(or_(Person.id == ticket.requester_id, Person.id.in_(actors)))
    )
    return [name for name in people if name]

"""Two categories are close: the bot asks once, in the answer that is there anyway. What is chosen is a label."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, UtcDateTime
from kb.models import Article
from kb.search import Match
from triage.classifier.verdict import Verdict
from triage.effects import insert_once
from triage.errors import UnknownCategory
from triage.escalation import engine
from triage.judge import Judge
from triage.outbox import Occasion, say_in_thread
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.policy import Policy
from triage.suggestions import offers
from triage.tickets.labels import add_label, latest_prediction
from triage.tickets.models import Category, Ticket
from triage.tickets.transition import find, note
from triage.timers import TimerKind, cancel_timers, set_timer
from triage.vocabulary import OPEN_STATUSES, LabelField, LabelSource, TicketStatus

# Neither of the two. Says nothing about what it is instead, so it is no label.
SOMETHING_ELSE = ""


class CategoryChoice(Base):
    """A question between two categories, once a ticket. `chosen` is one of them, or `SOMETHING_ELSE`."""

    __tablename__ = "category_choice"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    first: Mapped[str] = mapped_column(String(64))
    second: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    chosen: Mapped[str | None] = mapped_column(String(64))
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    chosen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def ask(session: Session, ticket: Ticket, verdict: Verdict, *, now: datetime) -> None:
    """Keeps the question, if this verdict has one and none was asked before."""
    if verdict.either is None or verdict.category is not None or verdict.needs_person is not None:
        return
    first, second = verdict.either
    pair = [session.get(Category, (ticket.team_id, key)) for key in (first, second)]
    if None in pair:
        return
    if insert_once(session, CategoryChoice, ticket_id=ticket.id, first=first, second=second, asked_at=now):
        names = " or ".join(category.name for category in pair if category)
        note(session, ticket, "asked_which", now=now, reason=names)


def asked(session: Session, ticket_id: int) -> CategoryChoice | None:
    return session.get(CategoryChoice, ticket_id, populate_existing=True)


def chosen(session: Session, ticket: Ticket) -> str | None:
    """What a person said that it is about; later readings by the model do not overrule it."""
    row = asked(session, ticket.id)
    return (row.chosen or None) if row else None


def choose(
    session: Session, ticket_id: int, key: str, *, by: Person, judge: Judge, policy: Policy, now: datetime
) -> Ticket:
    """The first press counts; another one, or one on a ticket that is done, changes nothing.

    Raises `UnknownCategory` where the category was deleted, or was not among the two.
    """
    ticket = find(session, ticket_id, team_id=by.team_id)
    require(by.role, Permission.ESCALATE, own_ticket=ticket.requester_id == by.id)
    row = asked(session, ticket.id)
    if row is None or row.chosen is not None or ticket.status not in OPEN_STATUSES:
        return ticket
    category = session.get(Category, (ticket.team_id, key))
    if key != SOMETHING_ELSE and (key not in (row.first, row.second) or category is None):
        raise UnknownCategory(key)
    if not _take(session, ticket, key, by=by, now=now):
        return ticket
    requester = session.get_one(Person, ticket.requester_id)
    if category is None:
        note(session, ticket, "chose", now=now, actor=by, reason="something else")
    else:
        note(session, ticket, "chose", now=now, actor=by, reason=category.name)
        _label(session, ticket, key, by=by, now=now)
        _look_again(session, ticket, requester, category, judge=judge, policy=policy, now=now)
    say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=requester, now=now)
    engine.refresh_card(session, ticket, policy=policy, now=now)
    return ticket


def _take(session: Session, ticket: Ticket, key: str, *, by: Person, now: datetime) -> bool:
    taken = session.execute(
        update(CategoryChoice)
        .where(CategoryChoice.ticket_id == ticket.id, CategoryChoice.chosen.is_(None))
        .values(chosen=key, chosen_by_id=by.id, chosen_at=now)
        .returning(CategoryChoice.ticket_id)
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


def _label(session: Session, ticket: Ticket, key: str, *, by: Person, now: datetime) -> None:
    thought = latest_prediction(session, ticket.id)
    ticket.category = key
    add_label(
        session,
        ticket_id=ticket.id,
        field=LabelField.CATEGORY,
        value=key,
        predicted=thought.category if thought else None,
        by=by,
        source=LabelSource.CHOSEN,
        now=now,
    )


def _look_again(
    session: Session,
    ticket: Ticket,
    requester: Person,
    category: Category,
    *,
    judge: Judge,
    policy: Policy,
    now: datetime,
) -> None:
    """With the category's name among the words an article may fit that did not before; only one of that category."""
    if ticket.status is not TicketStatus.SUGGESTED or offers.shown(session, ticket):
        return
    found = judge.judge(f"{category.name}: {ticket.question}", guest=requester.is_guest)
    fitting = [match for match in found.matches if _is_about(session, match, category.key)]
    if not offers.offer(session, ticket, fitting, below=found.below):
        return
    cancel_timers(session, ticket, now=now)
    set_timer(session, TimerKind.HANDOVER, ticket, due_at=now + policy.handover_after, now=now)


def _is_about(session: Session, match: Match, key: str) -> bool:
    article = session.get(Article, match.article_id)
    return article is not None and article.category == key

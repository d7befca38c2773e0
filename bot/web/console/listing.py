"""The queue's read side: what a reader asked for in the address, and the tickets that fit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from bot.web.console import typed
from triage.people.models import Person
from triage.sla.timers import SlaTimer, Standing, standings
from triage.tickets.models import Ticket
from triage.vocabulary import OPEN_STATUSES, PromiseCourse, PromiseState, TicketStatus, Urgency

PAGE = 25
_LONGEST_TEXT = 200


class Show(StrEnum):
    WAITING = "waiting"  # for a person
    MINE = "mine"  # claimed by the reader, on hold included
    OPEN = "open"
    ALL = "all"


class Order(StrEnum):
    URGENCY = "urgency"  # most urgent, then longest waiting
    OLDEST = "oldest"
    NEWEST = "newest"
    DUE = "due"  # the promise that is due next


_STATUSES = {
    Show.WAITING: (TicketStatus.WAITING, TicketStatus.DEFERRED),
    Show.MINE: (TicketStatus.CLAIMED, TicketStatus.ON_HOLD),
    Show.OPEN: tuple(OPEN_STATUSES),
    Show.ALL: (),
}
_BY_URGENCY = case({str(urgency): urgency.rank for urgency in Urgency}, value=Ticket.urgency, else_=0).desc()
_OPEN_PROMISE = and_(
    SlaTimer.ticket_id == Ticket.id, SlaTimer.course.in_((PromiseCourse.RUNNING, PromiseCourse.PAUSED))
)
# On hold, nothing is due: those come last.
_DUE = (
    select(func.min(SlaTimer.due_at))
    .where(_OPEN_PROMISE, SlaTimer.course == PromiseCourse.RUNNING)
    .correlate(Ticket)
    .scalar_subquery()
)
_ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.URGENCY: (_BY_URGENCY, Ticket.asked_at, Ticket.id),
    Order.OLDEST: (Ticket.asked_at, Ticket.id),
    Order.NEWEST: (Ticket.id.desc(),),
    Order.DUE: (_DUE.is_(None), _DUE, _BY_URGENCY, Ticket.id),
}


@dataclass(frozen=True)
class Wanted:
    """The state of the list, as it stands in the address. What is not understood there is ignored."""

    show: Show = Show.WAITING
    category: str = ""
    urgency: Urgency | None = None
    promise: PromiseState | None = None
    text: str = ""
    order: Order = Order.URGENCY
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Wanted":
        show = typed.one_of(Show, query.get("show")) or Show.WAITING
        return cls(
            show=show,
            category=query.get("category", "")[:64],
            urgency=typed.one_of(Urgency, query.get("urgency")),
            promise=typed.one_of(PromiseState, query.get("promise")),
            text=query.get("q", "").strip()[:_LONGEST_TEXT],
            order=typed.one_of(Order, query.get("order")) or cls.usual_order(show),
            page=typed.page(query.get("page")),
        )

    @staticmethod
    def usual_order(show: Show) -> Order:
        """Of everything that ever was, the newest is what people look for."""
        return Order.NEWEST if show is Show.ALL else Order.URGENCY

    def query(self, **changes: Any) -> dict[str, str]:
        """The address of this list with something changed; a change leads back to the first page."""
        if "show" in changes and "order" not in changes:
            changes["order"] = self.usual_order(Show(changes["show"]))
        wanted = replace(self, **{"page": 1, **changes})
        usual = self.usual_order(wanted.show)
        stated = {
            "show": wanted.show if wanted.show is not Show.WAITING else "",
            "category": wanted.category,
            "urgency": wanted.urgency or "",
            "promise": wanted.promise or "",
            "q": wanted.text,
            "order": wanted.order if wanted.order is not usual else "",
            "page": str(wanted.page) if wanted.page > 1 else "",
        }
        return {key: str(value) for key, value in stated.items() if value}

    @property
    def narrowed(self) -> bool:
        return bool(self.category or self.urgency or self.promise or self.text)


@dataclass(frozen=True)
class Listed:
    tickets: list[Ticket]
    more: bool
    counts: dict[Show, int]
    people: dict[int, Person]
    promises: dict[int, Standing]


def listed(session: Session, reader: Person, wanted: Wanted, *, now: datetime) -> Listed:
    """One page, and how many there are in each group that is not without end."""
    rows = session.scalars(
        select(Ticket)
        .where(*_conditions(reader, wanted, wanted.show, now))
        .order_by(*_ORDERS[wanted.order])
        .limit(PAGE + 1)
        .offset((wanted.page - 1) * PAGE)
    ).all()
    tickets = list(rows[:PAGE])
    ids = {person for ticket in tickets for person in (ticket.requester_id, ticket.claimed_by_id) if person}
    people = session.scalars(select(Person).where(Person.id.in_(ids)))
    return Listed(
        tickets=tickets,
        more=len(rows) > PAGE,
        counts={show: _count(session, reader, wanted, show, now) for show in Show if show is not Show.ALL},
        people={person.id: person for person in people},
        promises=standings(session, [ticket.id for ticket in tickets], now=now),
    )


def _count(session: Session, reader: Person, wanted: Wanted, show: Show, now: datetime) -> int:
    conditions = _conditions(reader, wanted, show, now)
    return session.scalar(select(func.count()).select_from(Ticket).where(*conditions)) or 0


def _conditions(reader: Person, wanted: Wanted, show: Show, now: datetime) -> list[ColumnElement[bool]]:
    conditions = [Ticket.team_id == reader.team_id]
    if statuses := _STATUSES[show]:
        conditions.append(Ticket.status.in_([str(status) for status in statuses]))
    if show is Show.MINE:
        conditions.append(Ticket.claimed_by_id == reader.id)
    if wanted.category:
        conditions.append(Ticket.category == wanted.category)
    if wanted.urgency:
        conditions.append(Ticket.urgency == wanted.urgency)
    if wanted.promise:
        conditions.append(_stands(wanted.promise, now))
    if wanted.text:
        conditions.append(_says(wanted.text))
    return conditions


def _stands(state: PromiseState, now: datetime) -> ColumnElement[bool]:
    """By the worst of the ticket's open promises."""
    late = select(SlaTimer.id).where(_OPEN_PROMISE, SlaTimer.due_at <= now).exists()
    soon = select(SlaTimer.id).where(_OPEN_PROMISE, SlaTimer.warn_at <= now).exists()
    if state is PromiseState.LATE:
        return late
    if state is PromiseState.SOON:
        return and_(soon, ~late)
    return and_(select(SlaTimer.id).where(_OPEN_PROMISE).exists(), ~soon, ~late)


def _says(text: str) -> ColumnElement[bool]:
    """Every word stands in the question; a number alone is a ticket's number too."""
    says = and_(*(Ticket.question.icontains(word, autoescape=True) for word in text.split()[:8]))
    number = typed.number(text.removeprefix("#"))
    return or_(Ticket.id == number, says) if number else says

"""The read side of tickets: queues, one ticket with its story, and what the desk can say about waiting."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, cast, func, null, select
from sqlalchemy.orm import Session

from kb.base import UtcDateTime
from triage.people.models import Person
from triage.policy import Policy
from triage.sla.waits import covering, rounded_up
from triage.suggestions.models import Suggestion
from triage.tickets.models import Category, Label, Prediction, Satisfaction, Ticket, TimelineEntry
from triage.vocabulary import OPEN_STATUSES, TicketAction, TicketStatus, Urgency

_BY_URGENCY = case({str(urgency): urgency.rank for urgency in Urgency}, value=Ticket.urgency, else_=0).desc()


@dataclass(frozen=True)
class TicketFilter:
    """What a list of tickets is narrowed to; an empty field does not narrow."""

    statuses: Collection[TicketStatus] = ()
    category: str | None = None
    urgency: Urgency | None = None
    claimed_by_id: int | None = None
    requester_id: int | None = None
    text: str = ""


def tickets(
    session: Session,
    team_id: str,
    wanted: TicketFilter,
    *,
    limit: int = 50,
    offset: int = 0,
    newest_first: bool = False,
) -> list[Ticket]:
    """Tickets that fit, most urgent and then longest waiting first."""
    statement = select(Ticket).where(Ticket.team_id == team_id)
    if wanted.statuses:
        statement = statement.where(Ticket.status.in_([str(s) for s in wanted.statuses]))
    if wanted.category is not None:
        statement = statement.where(Ticket.category == wanted.category)
    if wanted.urgency is not None:
        statement = statement.where(Ticket.urgency == wanted.urgency)
    if wanted.claimed_by_id is not None:
        statement = statement.where(Ticket.claimed_by_id == wanted.claimed_by_id)
    if wanted.requester_id is not None:
        statement = statement.where(Ticket.requester_id == wanted.requester_id)
    if wanted.text:
        statement = statement.where(Ticket.question.icontains(wanted.text, autoescape=True))
    order = (Ticket.id.desc(),) if newest_first else (_BY_URGENCY, Ticket.asked_at, Ticket.id)
    return list(session.scalars(statement.order_by(*order).limit(limit).offset(offset)))


def waiting(session: Session, team_id: str, *, limit: int = 10) -> list[Ticket]:
    """What waits for a person, most urgent first."""
    return tickets(
        session, team_id, TicketFilter(statuses=(TicketStatus.WAITING, TicketStatus.DEFERRED)), limit=limit
    )


def claimed_by(session: Session, agent: Person, *, limit: int = 10) -> list[Ticket]:
    """What an agent works on now."""
    held = (TicketStatus.CLAIMED, TicketStatus.ON_HOLD)
    return tickets(session, agent.team_id, TicketFilter(statuses=held, claimed_by_id=agent.id), limit=limit)


def open_of(session: Session, requester: Person, *, limit: int = 10) -> list[Ticket]:
    """What a requester still waits for."""
    return tickets(
        session,
        requester.team_id,
        TicketFilter(statuses=OPEN_STATUSES, requester_id=requester.id),
        limit=limit,
        newest_first=True,
    )


@dataclass(frozen=True)
class Story:
    """One ticket with everything that explains it. `people` is keyed by person id."""

    ticket: Ticket
    requester: Person
    timeline: Sequence[TimelineEntry]
    predictions: Sequence[Prediction]
    suggestions: Sequence[Suggestion]
    labels: Sequence[Label]
    people: dict[int, Person]
    category: Category | None
    satisfaction: Satisfaction | None

    @property
    def claimed_by(self) -> Person | None:
        return self.people.get(self.ticket.claimed_by_id or 0)


def story(session: Session, ticket: Ticket) -> Story:
    timeline = session.scalars(
        select(TimelineEntry).where(TimelineEntry.ticket_id == ticket.id).order_by(TimelineEntry.id)
    ).all()
    predictions = session.scalars(
        select(Prediction).where(Prediction.ticket_id == ticket.id).order_by(Prediction.id)
    ).all()
    suggestions = session.scalars(
        select(Suggestion).where(Suggestion.ticket_id == ticket.id).order_by(Suggestion.rank, Suggestion.id)
    ).all()
    labels = session.scalars(select(Label).where(Label.ticket_id == ticket.id).order_by(Label.id)).all()
    ids = {entry.actor_id for entry in timeline} | {ticket.requester_id, ticket.claimed_by_id}
    ids |= {
        entry.details[key] for entry in timeline for key in ("person_id", "to_id") if key in entry.details
    }
    people = {
        person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids - {None})))
    }
    return Story(
        ticket=ticket,
        requester=people[ticket.requester_id],
        timeline=timeline,
        predictions=predictions,
        suggestions=suggestions,
        labels=labels,
        people=people,
        category=category(session, ticket),
        satisfaction=session.get(Satisfaction, ticket.id),
    )


def category(session: Session, ticket: Ticket) -> Category | None:
    return session.get(Category, (ticket.team_id, ticket.category)) if ticket.category else None


def categories(session: Session, team_id: str) -> list[Category]:
    return list(session.scalars(_CATEGORIES, {"team_id": team_id}))


_CATEGORIES = select(Category).where(Category.team_id == bindparam("team_id")).order_by(Category.name)


_LATELY = (
    Ticket.team_id == bindparam("team_id"),
    Ticket.escalated_at > bindparam("since"),
    Ticket.urgency != Urgency.CRITICAL,
)
# The first claim: passed on or reopened, a ticket is claimed again, and nobody waited so long.
# Looked up ticket by ticket: a join makes PostgreSQL read the story of every ticket there is.
_FIRST_CLAIM = (
    select(func.min(TimelineEntry.at))
    .where(TimelineEntry.ticket_id == Ticket.id, TimelineEntry.what == TicketAction.CLAIM)
    .scalar_subquery()
)
_CLAIMED = (
    select(Ticket.escalated_at, _FIRST_CLAIM)
    .where(*_LATELY, Ticket.escalated_at <= _FIRST_CLAIM)
    .order_by(Ticket.escalated_at.desc())
    .limit(200)
    .subquery()
)
_UNCLAIMED = (
    select(Ticket.escalated_at, cast(null(), UtcDateTime))
    .where(*_LATELY, Ticket.status == TicketStatus.WAITING, Ticket.reopened == 0, Ticket.claimed_at.is_(None))
    .order_by(Ticket.escalated_at.desc())
    .limit(200)
    .subquery()
)
_WAITS = select(_CLAIMED).union_all(select(_UNCLAIMED))


def usual_wait(session: Session, team_id: str, *, policy: Policy, now: datetime) -> timedelta:
    """An honest wait from asking for a person to the first claim: at least four of five stay under it.

    Measured in opening hours over two weeks, and said as time that passes on the reader's watch. What is critical
    is quicker and is left out; too few claims tell nothing, and then the desk's own figure is said.
    """
    waits = session.execute(_WAITS, {"team_id": team_id, "since": now - timedelta(days=14)}).all()
    opening = policy.opening
    wait = covering(
        [opening.open_time(asked, claimed) for asked, claimed in waits if claimed],
        [opening.open_time(asked, now) for asked, claimed in waits if not claimed],
    )
    return rounded_up(opening.after(now, wait) - now if wait is not None else policy.usual_wait)

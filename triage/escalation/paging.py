"""One page: a direct message to one agent that wants an answer, and what becomes of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.care import worked
from triage.outbox import Occasion, Say, say, say_to
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets.models import Ticket
from triage.vocabulary import SayState


def page(
    session: Session,
    ticket: Ticket,
    agent: Person,
    *,
    why: str,
    wait: timedelta,
    policy: Policy,
    now: datetime,
    loud: bool = False,
) -> None:
    """`why` is for the one who is asked; `loud` marks the last resort. Being asked weighs a little."""
    worked.asked(session, ticket, agent, policy=policy, now=now)
    say_to(
        session,
        Occasion.PAGE,
        agent,
        ticket=ticket,
        now=now,
        why=why,
        wait_minutes=wait.total_seconds() / 60,
        generation=ticket.generation,
        loud=loud,
    )
    _refresh_older(session, ticket, now=now)


def _refresh_older(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Whoever was asked before reads that it went on without them; once, where several are asked together. Who
    passed it on has read it already."""
    rows = [
        row for row in _pages(session, ticket) if row.params.get("generation", 0) >= ticket.generation - 1
    ]
    if sum(row.created_at == now for row in rows) > 1:
        return
    refreshed = session.scalars(
        select(Say).where(Say.ticket_id == ticket.id, Say.occasion == Occasion.PAGE_REFRESH)
    )
    passed = {one.params["page_id"] for one in refreshed if one.params.get("passed")}
    for row in rows:
        if row.created_at < now and row.id not in passed:
            refresh_page(session, ticket, row, now=now)


def refresh_pages(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Whoever was paged reads in the same message how things stand for them."""
    for row in _pages(session, ticket):
        refresh_page(session, ticket, row, now=now)


def _pages(session: Session, ticket: Ticket) -> Sequence[Say]:
    return session.scalars(
        select(Say).where(
            Say.ticket_id == ticket.id, Say.occasion == Occasion.PAGE, Say.state != SayState.FAILED
        )
    ).all()


def pages_of(session: Session, ticket: Ticket, agent: Person) -> list[Say]:
    """What the agent was sent in the round of asking that is under way."""
    rows = session.scalars(
        select(Say)
        .where(Say.ticket_id == ticket.id, Say.occasion == Occasion.PAGE, Say.person_id == agent.id)
        .order_by(Say.id)
    )
    return [row for row in rows if row.params.get("generation") == ticket.generation]


def refresh_page(session: Session, ticket: Ticket, row: Say, *, now: datetime, passed: bool = False) -> None:
    say(
        session,
        Occasion.PAGE_REFRESH,
        team_id=ticket.team_id,
        address=row.address,
        ticket=ticket,
        person=session.get_one(Person, row.person_id),
        now=now,
        page_id=row.id,
        passed=passed,
    )

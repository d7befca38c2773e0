"""One page: a direct message to one agent that wants an answer, and what becomes of it."""

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


def refresh_pages(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Whoever was paged reads in the same message how things stand for them."""
    pages = session.scalars(
        select(Say).where(
            Say.ticket_id == ticket.id, Say.occasion == Occasion.PAGE, Say.state != SayState.FAILED
        )
    ).all()
    for row in pages:
        refresh_page(session, ticket, row, now=now)


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

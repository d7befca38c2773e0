"""One round of everything that a desk does many times a day, by its own code; what it writes is taken back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.bench.running.grown.history import TEAM
from bot.bench.running.questions import CHANNELS, question_texts
from bot.slack import events
from bot.slack.desk import Desk
from bot.slack.speaking import compose
from bot.web.console.listing import Show, Wanted, listed
from bot.worker.timers import without_job
from triage import timers
from triage.escalation.alerts import uncalled
from triage.outbox import Occasion, Say, say, unsent
from triage.people.models import Person
from triage.tickets import claims, handover, queries
from triage.tickets.closing import Resolution, resolve
from triage.tickets.models import Ticket
from triage.upkeep import look_after
from triage.vocabulary import Role, TicketStatus

Act = Callable[[Session, Desk, datetime], object]


def a_round(desk: Desk, now: datetime) -> Iterator[str]:
    """Does one thing after the other, and says which."""
    for act in ACTS:
        with _taken_back(desk) as session:
            act(session, desk, now)
        yield act.__name__.strip("_")


@contextmanager
def _taken_back(desk: Desk) -> Iterator[Session]:
    with desk.database.transaction() as session:
        yield session
        session.flush()
        session.rollback()


def _ask(session: Session, desk: Desk, now: datetime) -> None:
    requester = session.scalars(select(Person).where(Person.role == Role.REQUESTER).limit(1)).one()
    ts = f"{now.timestamp():.6f}"
    message = {
        "type": "message",
        "user": requester.slack_id,
        "channel": CHANNELS[7],
        "ts": ts,
        "text": question_texts()[7],
        "channel_type": "channel",
    }
    events.handle(session, events.Arrived(TEAM, message, now), desk, now)
    session.flush()
    ticket = session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(1)).one()
    answer = session.scalars(select(Say).where(Say.ticket_id == ticket.id).limit(1)).one()
    compose(session, answer, desk, now)


def _ask_a_person(session: Session, desk: Desk, now: datetime) -> None:
    ticket = _newest(session, TicketStatus.SUGGESTED)
    requester = session.get_one(Person, ticket.requester_id)
    handover.ask_person(session, ticket.id, by=requester, policy=desk.policy_for(session, TEAM), now=now)


def _claim_and_resolve(session: Session, desk: Desk, now: datetime) -> None:
    ticket, agent = _newest(session, TicketStatus.WAITING), _agent(session)
    policy = desk.policy_for(session, TEAM)
    claims.claim(session, ticket.id, agent=agent, policy=policy, now=now)
    category = queries.categories(session, TEAM)[0].key
    how = Resolution(how="Restarted it", category=category, urgency=ticket.urgency)
    resolve(session, ticket.id, how, by=agent, policy=policy, now=now)


def _look_at_the_queue(session: Session, desk: Desk, now: datetime) -> None:
    for show in (Show.WAITING, Show.MINE, Show.OPEN):
        listed(session, _agent(session), Wanted(show=show), now=now)


def _look_at_a_ticket(session: Session, desk: Desk, now: datetime) -> None:
    queries.story(session, _newest(session, TicketStatus.CLAIMED))


def _look_at_the_home(session: Session, desk: Desk, now: datetime) -> None:
    agent = _agent(session)
    row = say(session, Occasion.HOME, team_id=TEAM, address=agent.slack_id, person=agent, now=now)
    compose(session, row, desk, now)


def _sweep(session: Session, desk: Desk, now: datetime) -> None:
    without_job(session, now=now)
    unsent(session)
    uncalled(session)
    timers.overdue(session, now=now)


def _keep_up(session: Session, desk: Desk, now: datetime) -> None:
    for team_id, duty in look_after(session):
        duty(session, team_id, desk.policy_for(session, team_id), now)


def _newest(session: Session, status: TicketStatus) -> Ticket:
    wanted = select(Ticket).where(Ticket.team_id == TEAM, Ticket.status == status)
    return session.scalars(wanted.order_by(Ticket.asked_at.desc()).limit(1)).one()


def _agent(session: Session) -> Person:
    agents = select(Person).where(Person.team_id == TEAM, Person.role == Role.AGENT)
    return session.scalars(agents.order_by(Person.id).limit(1)).one()


ACTS: tuple[Act, ...] = (
    _ask,
    _ask_a_person,
    _claim_and_resolve,
    _look_at_the_queue,
    _look_at_a_ticket,
    _look_at_the_home,
    _sweep,
    _keep_up,
)

"""A ticket is done: solved by an article, resolved by a person, withdrawn, closed for good, or reopened."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kb.memory import SaidBy
from triage.care import worked
from triage.effects import insert_once
from triage.errors import EmptyText, UnknownCategory
from triage.escalation import engine
from triage.outbox import Occasion, say_in_thread
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.policy import Policy
from triage.suggestions import offers, outcomes
from triage.tickets.labels import add_label, latest_prediction
from triage.tickets.models import Category, Satisfaction, Ticket
from triage.tickets.transition import find, move
from triage.timers import TimerKind, cancel_timers, set_timer
from triage.vocabulary import LabelField, LabelSource, Outcome, Role, TicketAction, Urgency


@dataclass(frozen=True)
class Resolution:
    """What an agent writes in the form. Category and urgency, confirmed or corrected, become labels."""

    how: str
    category: str
    urgency: Urgency
    article_id: int | None = None


def resolve(
    session: Session, ticket_id: int, resolution: Resolution, *, by: Person, policy: Policy, now: datetime
) -> Ticket:
    """Resolves with an account of what it was. An article that is linked gets the credit.

    Raises `EmptyText`, `UnknownCategory`, `UnknownArticle`, `NotAllowed`, `CannotMove`.
    """
    ticket = find(session, ticket_id, team_id=by.team_id)
    require(by.role, Permission.RESOLVE, own_ticket=False)
    if not resolution.how.strip():
        raise EmptyText("how")
    if session.get(Category, (ticket.team_id, resolution.category)) is None:
        raise UnknownCategory(resolution.category)
    move(
        session,
        ticket,
        TicketAction.RESOLVE,
        policy=policy,
        now=now,
        actor=by,
        reason=resolution.how.strip(),
        resolution=resolution.how.strip(),
        resolved_at=now,
        category=resolution.category,
        urgency=resolution.urgency,
    )
    _label(session, ticket, resolution, by=by, now=now)
    if resolution.article_id is not None:
        outcomes.linked(session, ticket, resolution.article_id, now=now)
    _done(session, ticket, "resolved", by=by, policy=policy, now=now, ask_rating=True)
    return ticket


def solved(session: Session, ticket_id: int, *, by: Person, policy: Policy, now: datetime) -> Ticket:
    """The requester (or an agent for them) says that it is solved. A single article shown gets the credit;
    of several, only the one that is named afterwards."""
    ticket = find(session, ticket_id, team_id=by.team_id)
    require(by.role, Permission.RESOLVE, own_ticket=ticket.requester_id == by.id)
    had_person = ticket.claimed_by_id is not None
    shown = offers.shown(session, ticket)
    move(
        session,
        ticket,
        TicketAction.RESOLVE,
        policy=policy,
        now=now,
        actor=by,
        reason="said that it is solved",
        resolved_at=now,
    )
    if len(shown) == 1 and not had_person:
        said_by = _said_by(ticket, by)
        outcomes.solved_by(session, ticket, shown[0].article_id, said_by=said_by, now=now)
    _done(session, ticket, "solved", by=by, policy=policy, now=now, ask_rating=had_person)
    return ticket


def credit(session: Session, ticket_id: int, article_id: int, *, by: Person, now: datetime) -> Ticket:
    """Which of several articles helped, said after the fact. The first word counts, however fast one presses."""
    ticket = find(session, ticket_id, team_id=by.team_id)
    require(by.role, Permission.RESOLVE, own_ticket=ticket.requester_id == by.id)
    session.refresh(ticket, with_for_update={"key_share": True})
    if any(row.outcome is Outcome.SOLVED for row in offers.tried(session, ticket)):
        return ticket
    if outcomes.solved_by(session, ticket, article_id, said_by=_said_by(ticket, by), now=now):
        requester = session.get_one(Person, ticket.requester_id)
        say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=requester, now=now)
    return ticket


def reopen(
    session: Session, ticket_id: int, *, by: Person, policy: Policy, now: datetime, reason: str = ""
) -> Ticket:
    """Not done after all: whoever worked on it is asked first."""
    ticket = find(session, ticket_id, team_id=by.team_id)
    require(by.role, Permission.REOPEN, own_ticket=ticket.requester_id == by.id)
    before = session.get(Person, ticket.claimed_by_id) if ticket.claimed_by_id else None
    move(
        session,
        ticket,
        TicketAction.REOPEN,
        policy=policy,
        now=now,
        actor=by,
        reason=reason,
        reopened=ticket.reopened + 1,
        claimed_by_id=None,
        claimed_at=None,
        resolved_at=None,
    )
    outcomes.take_back(session, ticket, now=now)
    cancel_timers(session, ticket, now=now)
    requester = session.get_one(Person, ticket.requester_id)
    say_in_thread(
        session,
        Occasion.NOTICE,
        ticket,
        requester=requester,
        now=now,
        notice="reopened",
        who=before.slack_id if before else None,
    )
    engine.ask_desk(session, ticket, policy=policy, now=now, first=before)
    return ticket


def withdraw(session: Session, ticket: Ticket, *, by: Person, policy: Policy, now: datetime) -> None:
    """The question was deleted before a person answered: nothing is left to do."""
    move(
        session,
        ticket,
        TicketAction.WITHDRAW,
        policy=policy,
        now=now,
        actor=by,
        reason="deleted the question",
        closed_at=now,
    )
    cancel_timers(session, ticket, now=now)
    engine.stand_down(session, ticket, now=now)
    engine.refresh_card(session, ticket, policy=policy, now=now)
    say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=by, now=now)


def close(session: Session, ticket: Ticket, *, policy: Policy, now: datetime) -> None:
    """The reopen window is over: the card stops offering to reopen."""
    move(
        session,
        ticket,
        TicketAction.CLOSE,
        policy=policy,
        now=now,
        reason="the time to reopen is over",
        closed_at=now,
    )
    engine.refresh_card(session, ticket, policy=policy, now=now)


def rate(session: Session, ticket_id: int, rating: str, *, by: Person, now: datetime) -> bool:
    """Keeps the requester's first answer; a second press changes nothing. Says whether it was the first."""
    ticket = find(session, ticket_id, team_id=by.team_id)
    require(Role.REQUESTER, Permission.RATE, own_ticket=ticket.requester_id == by.id)
    asked = session.get(Satisfaction, ticket_id, with_for_update=True)
    if asked is None or asked.rating is not None:
        return False
    asked.rating, asked.rated_at = rating, now
    session.flush()
    return True


def _done(
    session: Session,
    ticket: Ticket,
    notice: str,
    *,
    by: Person,
    policy: Policy,
    now: datetime,
    ask_rating: bool,
) -> None:
    worked.finished(session, ticket, by=by, policy=policy, now=now)
    cancel_timers(session, ticket, now=now)
    set_timer(session, TimerKind.CLOSE, ticket, due_at=now + policy.reopen_window, now=now)
    requester = session.get_one(Person, ticket.requester_id)
    say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=requester, now=now)
    say_in_thread(session, Occasion.NOTICE, ticket, requester=requester, now=now, notice=notice)
    engine.stand_down(session, ticket, now=now)
    engine.refresh_card(session, ticket, policy=policy, now=now)
    if ask_rating and insert_once(session, Satisfaction, ticket_id=ticket.id, asked_at=now):
        say_in_thread(session, Occasion.RATING, ticket, requester=requester, now=now)


def _said_by(ticket: Ticket, by: Person) -> SaidBy:
    return SaidBy.REQUESTER if by.id == ticket.requester_id else SaidBy.AGENT


def _label(session: Session, ticket: Ticket, resolution: Resolution, *, by: Person, now: datetime) -> None:
    """Category and urgency as the form was sent: confirmed where they are as predicted, corrected where not."""
    predicted = latest_prediction(session, ticket.id)
    for field, value, guess in (
        (LabelField.CATEGORY, resolution.category, predicted.category if predicted else None),
        (LabelField.URGENCY, str(resolution.urgency), predicted.urgency if predicted else None),
    ):
        add_label(
            session,
            ticket_id=ticket.id,
            field=field,
            value=value,
            predicted=guess,
            by=by,
            source=LabelSource.RESOLVED,
            now=now,
        )

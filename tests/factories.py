"""Rows for tests of the domain: a small desk in the database, and tickets in any state by honest ways."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database import Database
from kb.models import Article, ArticleStatus, Audience
from triage.escalation import engine
from triage.oncall.current import set_on_call
from triage.people.models import Person, Team
from triage.policy import Policy
from triage.tickets.models import Category, Ticket
from triage.tickets.transition import move, note
from triage.timers import Timer, TimerKind, set_timer
from triage.vocabulary import Role, Source, TicketAction

TEAM = "T1"
NOW = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)
POLICY = Policy(desk_channel="CDESK", help_channels=frozenset({"CHELP"}))
CAST = {
    "ada": Role.REQUESTER,
    "eli": Role.REQUESTER,
    "ben": Role.AGENT,
    "cleo": Role.AGENT,
    "dee": Role.ADMIN,
}


def settle(database: Database) -> None:
    """A workspace with its people, one category, and Ben and Cleo on call."""
    with database.transaction() as session:
        session.add(Team(id=TEAM, created_at=NOW))
        session.flush()
        session.add(Category(team_id=TEAM, key="printing", name="Printing", description="Printers"))
        for name, role in CAST.items():
            session.add(
                Person(
                    team_id=TEAM,
                    slack_id=f"U{name.upper()}",
                    name=name.capitalize(),
                    time_zone="UTC",
                    role=role,
                    created_at=NOW,
                )
            )
        session.flush()
        set_on_call(session, TEAM, [person(session, "ben"), person(session, "cleo")], by=None, now=NOW)


def person(session: Session, name: str) -> Person:
    return session.scalars(
        select(Person).where(Person.team_id == TEAM, Person.slack_id == f"U{name.upper()}")
    ).one()


def article(session: Session) -> int:
    """One that stands for any; it has no words."""
    row = Article(
        team_id=TEAM,
        slug="vpn",
        status=ArticleStatus.PUBLISHED,
        audience=Audience.EVERYONE,
        language="en",
        category="vpn",
        owner="",
        revision=1,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(row)
    session.flush()
    return row.id


def suggested(database: Database, *, ts: str = "1803981600.000100") -> int:
    """Ada asked and was answered; a person is asked for in half an hour."""
    with database.transaction() as session:
        ada = person(session, "ada")
        ticket = Ticket(
            team_id=TEAM,
            requester_id=ada.id,
            source=Source.CHANNEL,
            channel_id="CHELP",
            thread_ts=ts,
            question="Printer prints blanks",
            asked_at=NOW,
        )
        session.add(ticket)
        session.flush()
        note(session, ticket, "asked", now=NOW, actor=ada)
        move(
            session,
            ticket,
            TicketAction.SUGGEST,
            policy=POLICY,
            now=NOW,
            reason="no article fits well enough",
        )
        set_timer(session, TimerKind.HANDOVER, ticket, due_at=NOW + POLICY.handover_after, now=NOW)
        return ticket.id


def waiting(database: Database, *, ts: str = "1803981600.000100") -> int:
    ticket_id = suggested(database, ts=ts)
    with database.transaction() as session:
        ticket, ada = session.get_one(Ticket, ticket_id), person(session, "ada")
        engine.escalate(session, ticket, ada, reason="asked for a person", policy=POLICY, now=NOW, actor=ada)
    return ticket_id


def open_timer(session: Session, ticket_id: int) -> Timer:
    return session.scalars(select(Timer).where(Timer.ticket_id == ticket_id, Timer.done_at.is_(None))).one()

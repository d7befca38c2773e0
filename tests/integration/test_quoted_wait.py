"""The wait that is quoted, from the desk's own tickets: in opening hours, by first claims, with who still waits."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from factories import NOW, POLICY, TEAM, person, settle, suggested, waiting
from sqlalchemy import update

from bot.database import Database
from triage.escalation import engine
from triage.policy import Policy
from triage.sla.opening import parse_hours
from triage.tickets import claims, queries
from triage.tickets.models import Ticket
from triage.vocabulary import Urgency

OFFICE = Policy(desk_channel="CDESK", opening=parse_hours("Mon-Fri 09:00-17:00", ZoneInfo("UTC")))


@pytest.fixture
def desk(database: Database) -> Database:
    settle(database)
    return database


def claimed_after(desk: Database, number: int, minutes: float) -> int:
    ticket_id = waiting(desk, ts=f"1803981600.00{number:04}")
    with desk.transaction() as session:
        at = NOW + timedelta(minutes=minutes)
        claims.claim(session, ticket_id, agent=person(session, "ben"), policy=POLICY, now=at)
    return ticket_id


def quoted(desk: Database, *, at: datetime = NOW + timedelta(hours=3), policy: Policy = POLICY) -> timedelta:
    with desk.reading() as session:
        return queries.usual_wait(session, TEAM, policy=policy, now=at)


def test_until_there_is_something_to_measure_the_desk_s_own_figure_is_said(desk: Database) -> None:
    for number in range(9):
        claimed_after(desk, number, 3)
    assert quoted(desk) == POLICY.usual_wait


def test_four_of_five_were_quicker(desk: Database) -> None:
    for number in range(10):
        claimed_after(desk, number, number + 1)
    assert quoted(desk) == timedelta(minutes=10)


def test_a_second_claim_is_nobody_s_wait(desk: Database) -> None:
    for number in range(10):
        ticket_id = claimed_after(desk, number, 2)
        with desk.transaction() as session:
            ben, cleo = person(session, "ben"), person(session, "cleo")
            at = NOW + timedelta(hours=2)
            claims.transfer(session, ticket_id, agent=ben, to=cleo, policy=POLICY, now=at)
    assert quoted(desk) == timedelta(minutes=2)


def test_who_still_waits_makes_it_longer(desk: Database) -> None:
    for number in range(10):
        claimed_after(desk, number, 2)
    for number in range(10, 15):
        waiting(desk, ts=f"1803981600.00{number:04}")
    assert quoted(desk) == timedelta(hours=3)


def test_critical_ones_do_not_make_it_look_quick(desk: Database) -> None:
    for number in range(10):
        ticket_id = claimed_after(desk, number, 2)
        with desk.transaction() as session:
            session.execute(update(Ticket).where(Ticket.id == ticket_id).values(urgency=Urgency.CRITICAL))
    assert quoted(desk) == POLICY.usual_wait


def test_a_night_is_no_wait_and_before_closing_it_is_said_with_the_night(desk: Database) -> None:
    """Asked in the evening, claimed half an hour after opening."""
    evening, morning = datetime(2027, 3, 2, 20, tzinfo=UTC), datetime(2027, 3, 3, 9, 30, tzinfo=UTC)
    for number in range(10):
        ticket_id = suggested(desk, ts=f"1803981600.00{number:04}")
        with desk.transaction() as session:
            ticket, ada = session.get_one(Ticket, ticket_id), person(session, "ada")
            engine.escalate(session, ticket, ada, reason="asked", policy=OFFICE, now=evening, actor=ada)
            claims.claim(session, ticket_id, agent=person(session, "ben"), policy=OFFICE, now=morning)
    assert quoted(desk, at=datetime(2027, 3, 3, 11, tzinfo=UTC), policy=OFFICE) == timedelta(minutes=30)
    assert quoted(desk, at=datetime(2027, 3, 3, 16, 45, tzinfo=UTC), policy=OFFICE) == timedelta(hours=17)

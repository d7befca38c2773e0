"""Timers: a row says what is due; a job that comes early, twice or too late does nothing."""

from datetime import timedelta

import pytest
from checks import told
from factories import NOW, POLICY, open_timer, person, settle, suggested, waiting

from bot.database import Database
from triage import timers
from triage.escalation import engine
from triage.tickets import claims, closing
from triage.tickets.due import fire
from triage.tickets.models import Ticket
from triage.vocabulary import TicketStatus, Urgency

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def people(database: Database) -> None:
    settle(database)


def timer_of(database: Database, ticket_id: int) -> timers.Timer:
    with database.reading() as session:
        return open_timer(session, ticket_id)


def fires(database: Database, timer: timers.Timer, *, late: timedelta = timedelta(0)) -> bool:
    with database.transaction() as session:
        return fire(session, timer.id, policy=POLICY, now=timer.due_at + late)


def ticket(database: Database, ticket_id: int) -> Ticket:
    with database.reading() as session:
        found = session.get_one(Ticket, ticket_id)
        assert found.status == told(session, found)
        return found


def test_early_is_not_due(database: Database) -> None:
    ticket_id = suggested(database)
    timer = timer_of(database, ticket_id)
    assert not fires(database, timer, late=-timedelta(seconds=1))
    assert ticket(database, ticket_id).status is TicketStatus.SUGGESTED


def test_twice_acts_once(database: Database) -> None:
    ticket_id = suggested(database)
    timer = timer_of(database, ticket_id)
    assert fires(database, timer)
    assert not fires(database, timer)
    assert ticket(database, ticket_id).status is TicketStatus.WAITING
    assert ticket(database, ticket_id).generation == 1


def test_days_late_it_still_acts(database: Database) -> None:
    ticket_id = suggested(database)
    assert fires(database, timer_of(database, ticket_id), late=timedelta(days=3))
    assert ticket(database, ticket_id).status is TicketStatus.WAITING


def test_cancelled_it_does_nothing(database: Database) -> None:
    ticket_id = waiting(database)
    timer = timer_of(database, ticket_id)
    with database.transaction() as session:
        claims.claim(session, ticket_id, agent=person(session, "ben"), policy=POLICY, now=NOW)
    assert not fires(database, timer)
    assert ticket(database, ticket_id).level == 0


def test_one_of_an_earlier_round_does_not_advance_the_later(database: Database) -> None:
    """Released and asked again: whatever was left of the first round is stale."""
    ticket_id = waiting(database)
    with database.transaction() as session:
        row = session.get_one(Ticket, ticket_id)
        stale = timers.set_timer(session, timers.TimerKind.PAGE_NEXT, row, due_at=NOW, now=NOW)
        ben = person(session, "ben")
        row.generation += 1
        assert ben.answers
    assert fires(database, stale)
    assert ticket(database, ticket_id).level == 0


def test_what_no_longer_exists_is_no_error(database: Database) -> None:
    with database.transaction() as session:
        assert not fire(session, 4711, policy=POLICY, now=NOW)


def test_overdue_names_the_oldest_first(database: Database) -> None:
    later = suggested(database, ts="1803981600.000200")
    with database.transaction() as session:
        row = session.get_one(Ticket, later)
        early = timers.set_timer(
            session, timers.TimerKind.CLOSE, row, due_at=NOW + timedelta(minutes=1), now=NOW
        )
    with database.reading() as session:
        handover = [t for t in timers.overdue(session, now=NOW + timedelta(hours=1)) if t != early.id]
        assert timers.overdue(session, now=NOW + timedelta(hours=1)) == [early.id, *handover]
        assert timers.overdue(session, now=NOW) == []


def test_a_critical_ticket_advances_at_any_hour(database: Database) -> None:
    ticket_id = waiting(database)
    with database.transaction() as session:
        session.get_one(Ticket, ticket_id).urgency = Urgency.CRITICAL
    assert fires(database, timer_of(database, ticket_id))
    assert ticket(database, ticket_id).level == 1


def test_resolved_is_closed_when_the_window_is_over(database: Database) -> None:
    ticket_id = suggested(database)
    with database.transaction() as session:
        closing.solved(session, ticket_id, by=person(session, "ada"), policy=POLICY, now=NOW)
    timer = timer_of(database, ticket_id)
    assert timer.due_at == NOW + POLICY.reopen_window
    assert fires(database, timer)
    assert ticket(database, ticket_id).status is TicketStatus.CLOSED


def test_asking_the_desk_sets_one_timer_a_round(database: Database) -> None:
    ticket_id = waiting(database)
    with database.transaction() as session:
        row = session.get_one(Ticket, ticket_id)
        timers.cancel_timers(session, row, now=NOW)
        engine.ask_desk(session, row, policy=POLICY, now=NOW)
    timer = timer_of(database, ticket_id)
    assert timer.generation == 2
    assert fires(database, timer)
    assert timer_of(database, ticket_id).due_at == timer.due_at + POLICY.page_next_after

"""Transactions: all or nothing, and on SQLite everybody gets their turn to write."""

import threading
import time

import pytest
import sqlalchemy as sa
from factories import NOW, TEAM, person, settle
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, StatementError

from bot.database import Database
from bot.turns import FairLock, WriteInsideWrite, WriteLockTimeout
from triage.effects import Effect, first_time, seen
from triage.outbox import Occasion, Say, say_to
from triage.people.models import Person, Team
from triage.vocabulary import Role


def effects(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Effect)) or 0


def test_an_error_takes_everything_back_the_jobs_too(database: Database) -> None:
    settle(database)

    def fails_halfway() -> None:
        with database.transaction() as session:
            say_to(
                session, Occasion.DIRECT, person(session, "ada"), now=NOW, notice="text", text="never said"
            )
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fails_halfway()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Say)) == 0


def test_an_effect_happens_the_first_time_only(database: Database) -> None:
    with database.transaction() as session:
        assert not seen(session, "once")
        assert first_time(session, "once", now=NOW)
        assert not first_time(session, "once", now=NOW)
        assert seen(session, "once")
    with database.transaction() as session:
        assert not first_time(session, "once", now=NOW)
    assert effects(database) == 1


def test_an_effect_of_a_transaction_that_failed_may_happen_again(database: Database) -> None:
    def fails() -> None:
        with database.transaction() as session:
            first_time(session, "once", now=NOW)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fails()
    with database.transaction() as session:
        assert first_time(session, "once", now=NOW)


def test_what_is_read_can_not_be_changed_by_accident(database: Database) -> None:
    settle(database)
    with database.reading() as session:
        person(session, "ada").role = Role.ADMIN
    with database.reading() as session:
        assert person(session, "ada").role is Role.REQUESTER


def test_moments_come_back_as_they_went_in_utc(database: Database) -> None:
    with database.transaction() as session:
        session.add(Team(id=TEAM, created_at=NOW))
    with database.reading() as session:
        assert session.get_one(Team, TEAM).created_at == NOW
        assert session.get_one(Team, TEAM).created_at.tzinfo is not None


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError), database.transaction() as session:
        session.add(Team(id=TEAM, created_at=NOW.replace(tzinfo=None)))


def test_rows_that_refer_to_nothing_are_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Person(team_id="TNOWHERE", slack_id="UX", role=Role.AGENT, created_at=NOW))


def test_one_reads_while_another_writes(database: Database) -> None:
    settle(database)
    with database.transaction() as writing:
        first_time(writing, "being written", now=NOW)
        assert effects(database) == 0


def test_the_connections_come_back_after_errors(database: Database) -> None:
    twice = sa.insert(Effect).values([{"key": "same", "at": NOW}, {"key": "same", "at": NOW}])
    for _ in range(60):
        with pytest.raises(IntegrityError), database.transaction() as session:
            session.execute(twice)
    with database.transaction() as session:
        assert first_time(session, "after", now=NOW)


def test_a_write_inside_a_write_is_an_error_and_no_standstill(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has a single writer")
    with database.transaction() as outer:
        first_time(outer, "outer", now=NOW)
        with pytest.raises(WriteInsideWrite), database.transaction() as inner:
            first_time(inner, "inner", now=NOW)
    assert effects(database) == 1


def test_the_turn_goes_to_whoever_waited_longest() -> None:
    lock, order = FairLock(), []
    lock.acquire(1)

    def waits(name: int) -> None:
        lock.acquire(10)
        order.append(name)
        lock.release()

    threads = []
    for name in range(5):
        thread = threading.Thread(target=waits, args=(name,))
        thread.start()
        threads.append(thread)
        while len(lock._waiting) <= name:
            time.sleep(0.001)
    lock.release()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_who_gives_up_waiting_does_not_hold_up_the_others() -> None:
    lock = FairLock()
    lock.acquire(1)
    gave_up: list[WriteLockTimeout] = []

    def impatient() -> None:
        try:
            lock.acquire(0.01)
        except WriteLockTimeout as timeout:
            gave_up.append(timeout)

    thread = threading.Thread(target=impatient)
    thread.start()
    thread.join()
    assert gave_up
    lock.release()
    lock.acquire(1)
    lock.release()

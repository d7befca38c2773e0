"""On PostgreSQL a dead worker's work is taken over, and a living one's never, whatever its connection does."""

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from dbos import DBOS

from bot.database import Database
from bot.worker.engine import make_client
from bot.worker.lease import ExecutorLease
from triage.work import HandleEvent, enqueue


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose work was taken over."""
    names: list[str] = []

    def recover(dead: list[str]) -> list[str]:
        names.extend(dead)
        return dead

    monkeypatch.setattr(DBOS, "_recover_pending_workflows", recover)
    return names


@pytest.fixture
def url(database: Database) -> Iterator[str]:
    """A database in which the worker `other` has a running job."""
    if database.engine.dialect.name != "postgresql":
        pytest.skip("one process serves a SQLite file")
    address = database.engine.url.render_as_string(hide_password=False)
    client = make_client(address)
    with Database(database.engine, client).transaction() as session:
        enqueue(session, HandleEvent("Ev1"))
        session.execute(sa.text("update dbos.workflow_status set status = 'PENDING', executor_id = 'other'"))
    yield address
    client.destroy()
    with database.engine.begin() as connection:
        connection.execute(sa.text("delete from dbos.workflow_status"))


@pytest.fixture
def mine(url: str) -> Iterator[ExecutorLease]:
    lease = ExecutorLease(url, "mine", dead_after=0.0)
    yield lease
    lease.stop()


def test_the_work_of_one_who_holds_no_lock_is_taken_over(mine: ExecutorLease, taken: list[str]) -> None:
    assert mine.take_over() == 1
    assert taken == ["other"]


def test_the_work_of_a_living_one_is_left_alone_until_it_dies(
    url: str, mine: ExecutorLease, taken: list[str]
) -> None:
    other = ExecutorLease(url, "other")
    assert mine.take_over() == 0
    other._connection.close()  # as the system does for a process that was killed
    # The server notices in a moment of its own.
    assert next(count for count in (mine.take_over() for _ in range(10_000)) if count) == 1
    assert taken == ["other"]


def test_two_of_one_name_cannot_be(url: str, mine: ExecutorLease) -> None:
    with pytest.raises(RuntimeError, match="already running"):
        ExecutorLease(url, "mine")


def test_nobody_is_taken_for_dead_at_once(url: str, taken: list[str]) -> None:
    patient = ExecutorLease(url, "patient", dead_after=60.0)
    assert [patient.take_over() for _ in range(3)] == [0, 0, 0]
    patient.stop()


def test_after_the_server_was_away_everybody_gets_time_to_come_back(
    database: Database, url: str, taken: list[str]
) -> None:
    other, patient = ExecutorLease(url, "other"), ExecutorLease(url, "patient", dead_after=60.0)
    patient._free_since = {"other": 0.0}  # watched for long, before the restart
    with database.engine.connect() as connection:
        connection.execute(
            sa.text(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'evenhand %'"
            )
        )
    for lease in (patient, other):
        with pytest.raises(psycopg.Error):
            lease.take_over()
    patient._lock_again()
    assert patient.take_over() == 0
    other._lock_again()
    assert patient.take_over() == 0
    assert taken == []
    other.stop()
    patient.stop()

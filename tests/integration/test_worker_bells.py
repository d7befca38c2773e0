"""Work is found at once where it was committed, and in every other process a moment later."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.database import Database
from bot.worker.bell_line import BellLine
from bot.worker.bells import Bells
from bot.worker.engine import make_client
from bot.worker.scout import Scout
from triage.work import EVENTS, QUEUES, SLACK, TIMERS, FireTimer, HandleEvent, enqueue

LONG = 30.0


class Heard(Bells):
    """Remembers which queues were rung for."""

    def __init__(self) -> None:
        super().__init__()
        self.queues: list[str] = []
        self.something = threading.Event()

    def ring_here(self, queues: object) -> None:
        self.queues += sorted(queues)  # type: ignore[call-overload]
        self.something.set()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def desk(database: Database, heard: Heard) -> Iterator[Database]:
    """A database with the engine's own client, as a desk has it."""
    url = database.engine.url.render_as_string(hide_password=False)
    client = make_client(url)
    yield Database(database.engine, client, ring=heard.ring)
    client.destroy()
    table = "dbos.workflow_status" if database.engine.dialect.name == "postgresql" else "workflow_status"
    with database.engine.begin() as connection:
        connection.execute(sa.text(f"delete from {table}"))


def test_a_commit_rings_for_what_it_enqueued(desk: Database, heard: Heard) -> None:
    with desk.transaction() as session:
        enqueue(session, HandleEvent("Ev1"))
        assert heard.queues == []
    assert heard.queues == [EVENTS]


def test_what_was_rolled_back_or_sleeps_rings_for_nothing(desk: Database, heard: Heard) -> None:
    with desk.transaction() as session:
        enqueue(session, FireTimer(1, delay_seconds=60))
    with pytest.raises(ZeroDivisionError):
        enqueue_and_fail(desk)
    assert heard.queues == []


def enqueue_and_fail(desk: Database) -> None:
    with desk.transaction() as session:
        enqueue(session, HandleEvent("Ev1"))
        raise ZeroDivisionError


def test_the_scout_finds_what_no_bell_announced(desk: Database, heard: Heard) -> None:
    scout = Scout(desk, heard, (EVENTS, SLACK, TIMERS), poll_seconds=0.1)
    scout.look()
    assert heard.queues == []
    with Database(desk.engine, desk.jobs).transaction() as session:
        enqueue(session, HandleEvent("Ev1"))
    scout.look()
    assert heard.queues == [EVENTS]


def test_every_kind_of_work_has_its_queue() -> None:
    assert QUEUES["handle_event"] == EVENTS
    assert QUEUES["deliver"] == SLACK


def test_other_processes_hear_and_the_one_that_rang_does_not(database: Database) -> None:
    if database.engine.dialect.name != "postgresql":
        pytest.skip("one process serves a SQLite file")
    url = database.engine.url.render_as_string(hide_password=False)
    mine, theirs = Heard(), Heard()
    lines = [BellLine(url, bells) for bells in (mine, theirs)]
    for line in lines:
        line.listen()
    while not (mine.hears_others and theirs.hears_others):
        threading.Event().wait(0.01)
    lines[0].give([EVENTS, SLACK])
    assert theirs.something.wait(LONG)
    assert theirs.queues == [EVENTS, SLACK]
    assert mine.queues == []
    for line in lines:
        line.stop()

"""A job that brings its process down is found, run alone and given up; who only went down with it is not."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa
from databases import engine_table

from bot.database import Database
from bot.worker.suspects import CrashedTooOften, Suspects
from triage.work_notes import Happened, notes_of

WORK = "event:Ev1"


@pytest.fixture
def suspects(database: Database) -> Suspects:
    return Suspects(database, "this process")


@pytest.fixture
def killed(suspects: Suspects) -> Iterator[list[AbstractContextManager[None]]]:
    """What was begun and never ended, because the process was gone."""
    begun: list[AbstractContextManager[None]] = []
    yield begun
    for one in begun:
        one.__exit__(None, None, None)


def dies(suspects: Suspects, killed: list[AbstractContextManager[None]]) -> None:
    once = suspects.noted(WORK)
    once.__enter__()
    killed.append(once)


def test_after_three_ends_of_the_process_it_is_given_up(
    suspects: Suspects, killed: list[AbstractContextManager[None]]
) -> None:
    for _ in range(3):
        dies(suspects, killed)
    with pytest.raises(CrashedTooOften), suspects.noted(WORK):
        pytest.fail("it was run once more")


def test_whoever_survives_leaves_nothing_behind(database: Database, suspects: Suspects) -> None:
    for _ in range(5):
        with suspects.noted(WORK):
            pass
        with pytest.raises(ZeroDivisionError), suspects.noted(WORK):
            raise ZeroDivisionError
    with database.reading() as session:
        assert notes_of(session, WORK) == []


def test_surviving_takes_back_one_time_and_not_the_deaths_before(
    database: Database, suspects: Suspects, killed: list[AbstractContextManager[None]]
) -> None:
    dies(suspects, killed)
    with suspects.noted(WORK):
        pass
    with database.reading() as session:
        (note,) = notes_of(session, WORK)
        assert (note.what, note.times) == (Happened.CRASHED, 1)


def test_only_what_was_interrupted_again_and_again_is_suspected(database: Database) -> None:
    table = engine_table(database.engine, "workflow_status")
    with database.engine.begin() as connection:
        for name, starts in (("often", 3), ("once", 2)):
            connection.execute(
                sa.text(
                    f"INSERT INTO {table} (workflow_uuid, status, name, recovery_attempts, created_at, updated_at) "
                    "VALUES (:id, 'PENDING', 'deliver', :starts, 0, 0)"
                ),
                {"id": name, "starts": starts},
            )
    suspects = Suspects(database, "this process")
    assert suspects.suspected("often")
    assert not suspects.suspected("once")
    assert not suspects.suspected(None)

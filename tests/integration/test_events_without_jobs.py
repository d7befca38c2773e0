"""Which events are taken for lost: those without a job, and no others, however many wait or failed before them."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from databases import engine_table
from factories import NOW, TEAM

from bot.database import Database
from bot.slack.inbox import InboxEvent
from bot.worker import timers
from bot.worker.timers import without_job

EARLIER = NOW - timedelta(minutes=5)


def received(
    database: Database, name: str, at: datetime, *, job: str | None = None, done: bool = False
) -> None:
    table = engine_table(database.engine, "workflow_status")
    with database.transaction() as session:
        handled = at if done else None
        session.add(
            InboxEvent(event_id=name, team_id=TEAM, type="t", body={}, received_at=at, handled_at=handled)
        )
        if job:
            session.execute(
                sa.text(
                    f"INSERT INTO {table} (workflow_uuid, status, name, created_at, updated_at) "
                    "VALUES (:id, :status, 'handle_event', 0, 0)"
                ),
                {"id": f"event:{name}", "status": job},
            )


def found(database: Database, *, since: datetime | None = None) -> list[str]:
    with database.reading() as session:
        return without_job(session, since=since, now=NOW)


def test_a_lost_event_is_found_behind_any_number_that_failed_or_wait(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "_AT_ONCE", 2)
    for number, job in enumerate(("ERROR", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ENQUEUED", "PENDING")):
        received(database, f"Ev{number}", EARLIER + timedelta(seconds=number), job=job)
    received(database, "EvLost", EARLIER + timedelta(minutes=1))
    received(database, "EvLostToo", EARLIER + timedelta(minutes=2))
    received(database, "EvDone", EARLIER, done=True)
    assert found(database) == ["EvLost", "EvLostToo"]


def test_whoever_took_an_event_in_has_a_moment_to_ask_for_its_job(database: Database) -> None:
    received(database, "Ev1", NOW - timedelta(seconds=2))
    assert found(database) == []


def test_what_failed_so_long_ago_that_the_engine_forgot_it_is_not_tried_as_if_it_were_new(
    database: Database,
) -> None:
    received(database, "EvForgotten", NOW - timedelta(days=91))
    received(database, "EvOfASwitchedOffDesk", NOW - timedelta(days=7))
    assert found(database) == ["EvOfASwitchedOffDesk"]


def test_what_was_looked_at_is_not_looked_at_again(database: Database) -> None:
    received(database, "EvBefore", NOW - timedelta(hours=1))
    received(database, "EvAfter", EARLIER)
    assert found(database, since=NOW - timedelta(minutes=30)) == ["EvAfter"]

"""Finished work goes when it is old, what failed stays for longer, and what waits or runs is never touched."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from databases import engine_table
from dbos import DBOSClient

from bot.database import Database
from bot.slack.budget import make_budget
from bot.worker.engine import make_client
from bot.worker.sweeping import Sweeper, _alone, sweep_some
from triage.work import HandleEvent, enqueue

NOW = datetime.now(UTC)
TWO_WEEKS = timedelta(days=14)


@pytest.fixture
def client(database: Database) -> Iterator[DBOSClient]:
    made = make_client(database.engine.url.render_as_string(hide_password=False))
    yield made
    made.destroy()
    with database.engine.begin() as connection:
        for name in ("workflow_input", "workflow_status"):
            connection.execute(sa.text(f"delete from {engine_table(database.engine, name)}"))


def work(database: Database, client: DBOSClient, name: str, status: str, *, days_ago: float | None) -> None:
    table = engine_table(database.engine, "workflow_status")
    ended = None if days_ago is None else int((NOW - timedelta(days=days_ago)).timestamp() * 1000)
    with Database(database.engine, client).transaction() as session:
        enqueue(session, HandleEvent(name))
        session.execute(
            sa.text(
                f"update {table} set status = :status, completed_at = :ended where workflow_uuid = :name"
            ),
            {"status": status, "ended": ended, "name": f"event:{name}"},
        )


def left(database: Database, table: str = "workflow_status") -> set[str]:
    with database.engine.connect() as connection:
        rows = connection.execute(
            sa.text(f"select workflow_uuid from {engine_table(database.engine, table)}")
        )
        return {str(row[0]).removeprefix("event:") for row in rows}


def test_only_what_ended_long_ago_goes(database: Database, client: DBOSClient) -> None:
    work(database, client, "old", "SUCCESS", days_ago=20)
    work(database, client, "young", "SUCCESS", days_ago=2)
    work(database, client, "failed", "ERROR", days_ago=20)
    work(database, client, "failed-long-ago", "ERROR", days_ago=200)
    work(database, client, "waits", "ENQUEUED", days_ago=None)
    work(database, client, "runs", "PENDING", days_ago=None)
    Sweeper(database, client, keep=TWO_WEEKS).look()
    assert left(database) == {"young", "failed", "waits", "runs"}
    assert left(database, "workflow_input") == {"young", "failed", "waits", "runs"}


def test_it_goes_a_few_at_a_time(database: Database, client: DBOSClient) -> None:
    for number in range(5):
        work(database, client, f"old{number}", "SUCCESS", days_ago=20)
    assert [sweep_some(client, keep=TWO_WEEKS, now=NOW, most=2) for _ in range(4)] == [2, 2, 1, 0]


def test_of_two_workers_one_sweeps(database: Database, client: DBOSClient) -> None:
    if database.engine.dialect.name != "postgresql":
        pytest.skip("one process serves a SQLite file")
    work(database, client, "old", "SUCCESS", days_ago=20)
    with _alone(database.engine) as alone:
        assert alone
        Sweeper(database, client, keep=TWO_WEEKS).look()
        assert left(database) == {"old"}
    Sweeper(database, client, keep=TWO_WEEKS).look()
    assert left(database) == set()


def test_budgets_that_are_full_again_go_too(database: Database, client: DBOSClient) -> None:
    budget = make_budget(database.engine)
    budget.spend("T1", "chat.postMessage", "C1")
    budget.blocked("T1", "chat.postMessage", "C2", 30)
    if database.engine.dialect.name == "postgresql":
        with database.engine.begin() as connection:
            connection.execute(sa.text("update slack_budget set full_at = 1 where channel = 'C1'"))
    Sweeper(database, client, keep=TWO_WEEKS).look()
    with database.engine.connect() as connection:
        kept = connection.execute(sa.text("select channel from slack_budget")).scalars().all()
    assert kept == (["C2"] if database.engine.dialect.name == "postgresql" else [])

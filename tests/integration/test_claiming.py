"""Jobs are taken from a queue as the engine itself would take them, and by one worker each."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from databases import NewDatabase, engine_table
from dbos import DBOSClient
from sqlalchemy.orm import Session

from bot.worker.claiming import Claiming
from bot.worker.engine import make_client, migrate_engine, register_queues
from triage.work import APPLICATION_VERSION, EVENTS, SLACK, Deliver, FireTimer, HandleEvent, Work, enqueue

Row = dict[str, Any]
Claim = Callable[[Any], list[str]]

JOBS: list[Work] = [
    *(HandleEvent(f"Ev{number}") for number in range(6)),
    *(Deliver(number, lane, rank=number % 3) for number, lane in enumerate("abcabcaabd", start=1)),
    FireTimer(1, delay_seconds=3600),
    FireTimer(2),
]
# What other versions, other applications and the engine itself left, and what runs already.
STRANGE = (
    ("event:Ev1", "application_version = '0'"),
    ("event:Ev2", "application_version = NULL"),
    ("event:Ev3", "application_name = 'other'"),
    ("event:Ev4", "application_name = NULL, priority = -1"),
    ("say:2", "status = 'PENDING', executor_id = 'else'"),
    ("say:10", "application_version = '0'"),
)


@pytest.fixture(scope="module")
def client(new_database: NewDatabase) -> Iterator[DBOSClient]:
    url = new_database("claiming")
    migrate_engine(url)
    client = make_client(url)
    register_queues(client, poll_seconds=1)
    yield client
    client.destroy()


def settled(client: DBOSClient) -> sa.Engine:
    """The same jobs each time."""
    engine = client._sys_db.engine
    table = engine_table(engine, "workflow_status")
    with Session(engine) as session, session.begin():
        session.execute(sa.text(f"DELETE FROM {table}"))
        session.info["jobs"] = client
        for job in JOBS:
            enqueue(session, job)
        for job_id, change in STRANGE:
            session.execute(sa.text(f"UPDATE {table} SET {change} WHERE workflow_uuid = :id"), {"id": job_id})
        # The engine's clock is coarse on SQLite.
        session.execute(sa.text(f"UPDATE {table} SET created_at = 1000"))
    return engine


def rows(engine: sa.Engine) -> list[Row]:
    """Without the moments, which differ."""
    table = engine_table(engine, "workflow_status")
    with engine.connect() as connection:
        found = connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY workflow_uuid")).mappings()
        kept = [dict(row) for row in found]
    for row in kept:
        row["started_at_epoch_ms"] = row["started_at_epoch_ms"] is not None
        del row["updated_at"], row["creator_xid"], row["delay_until_epoch_ms"]
    return kept


def plain(database: Any, places: int) -> Claim:
    """Room for so many more than run already."""

    def claim(queue: Any) -> list[str]:
        running = queue._worker_concurrency - places
        how = ("me", APPLICATION_VERSION, None, running)
        taken: list[str] = database.start_queued_workflows(queue, *how, owner_xid="token")[0]
        return taken

    return claim


def of_lanes(database: Any, places: int) -> Claim:
    def claim(queue: Any) -> list[str]:
        how = ("me", APPLICATION_VERSION, places)
        return sorted(database.start_queued_partitioned_workflows(queue, *how, owner_xid="token"))

    return claim


@pytest.mark.parametrize(("name", "places"), [(EVENTS, 8), (EVENTS, 2), (EVENTS, 0), (SLACK, 16)])
def test_the_same_jobs_are_taken_in_the_same_order_and_marked_alike(
    client: DBOSClient, name: str, places: int
) -> None:
    queue = client.retrieve_queue(name)
    assert queue is not None
    queue.database_backed_queue = False
    way = of_lanes if name == SLACK else plain
    engines, ours = client._sys_db, Claiming(client._sys_db)

    engine = settled(client)
    expected, expected_rows = way(engines, places)(queue), rows(engine)
    assert bool(expected) is (places > 0)

    settled(client)
    taken = way(ours, places)(queue)
    assert taken == expected
    assert rows(engine) == expected_rows
    # What is read of each job comes along, once; after that it is read as the engine does.
    assert ours.get_workflow_statuses(taken) == engines.get_workflow_statuses(taken)
    assert ours.get_workflow_statuses(taken) == engines.get_workflow_statuses(taken)


def test_two_workers_take_each_job_once_and_one_of_a_lane(client: DBOSClient) -> None:
    engine = settled(client)
    events, slack = (client.retrieve_queue(name) for name in (EVENTS, SLACK))
    ours, together = Claiming(client._sys_db), Barrier(4)

    def work(name: str) -> list[str]:
        together.wait()
        return plain(ours, 8)(events) if name == EVENTS else of_lanes(ours, 16)(slack)

    with ThreadPoolExecutor(4) as workers:
        taken = [job for jobs in workers.map(work, [EVENTS, SLACK, EVENTS, SLACK]) for job in jobs]
    assert sorted(taken) == sorted(set(taken))
    running = [row for row in rows(engine) if row["status"] == "PENDING"]
    assert sorted(taken) == sorted(row["workflow_uuid"] for row in running if row["executor_id"] == "me")
    lanes = [row["queue_partition_key"] for row in running if row["queue_name"] == SLACK]
    assert sorted(lanes) == ["a", "b", "c"]
    assert of_lanes(ours, 16)(slack) == []  # something runs in each


def test_one_place_goes_to_one_lane(client: DBOSClient) -> None:
    settled(client)
    assert len(of_lanes(Claiming(client._sys_db), 1)(client.retrieve_queue(SLACK))) == 1


def test_what_has_other_limits_is_left_to_the_engine(client: DBOSClient) -> None:
    settled(client)
    limited = client.register_queue("limited", global_concurrency=1, worker_concurrency=1)
    limited.database_backed_queue = False
    how = ("me", APPLICATION_VERSION, None, 0)
    assert Claiming(client._sys_db).start_queued_workflows(limited, *how, owner_xid="token") == ([], None)

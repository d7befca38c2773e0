"""On SQLite the engine's rows are the same, whoever compiled the statement that writes them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOSClient
from sqlalchemy.orm import Session

from bot.database import make_engine
from bot.worker.engine import make_client, migrate_engine, register_queues
from triage.work import Deliver, FireTimer, HandleEvent, LearnPerson, Work, enqueue

JOBS: list[Work] = [
    HandleEvent("Ev1"),
    HandleEvent("Ev1"),
    Deliver(7, "CHELP", rank=2),
    FireTimer(1, delay_seconds=60),
    LearnPerson(5, datetime(2026, 3, 4, tzinfo=UTC)),
]
MOMENTS = ("created_at", "updated_at", "completed_at", "delay_until_epoch_ms", "creator_xid")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = make_engine(f"sqlite:///{tmp_path}/desk.sqlite")
    yield engine
    engine.dispose()


def written(engine: sa.Engine, client: DBOSClient) -> dict[str, list[dict[str, Any]]]:
    """What is in the engine's tables when five jobs were handed in and two of them ended."""
    tables = ("workflow_status", "workflow_input", "workflow_output")
    with Session(engine) as session, session.begin():
        session.info["jobs"] = client
        for job in JOBS:
            enqueue(session, job)
        session.execute(sa.text("UPDATE workflow_status SET status = 'PENDING', owner_xid = 'me'"))
    theirs = client._sys_db
    assert theirs.update_workflow_outcome("event:Ev1", "SUCCESS", output="null", owner_xid="me")
    assert theirs.update_workflow_outcome("say:7", "ERROR", error="{}", owner_xid="me")
    assert not theirs.update_workflow_outcome("timer:1", "SUCCESS", output="null", owner_xid="somebody else")
    found = {}
    with engine.begin() as connection:
        for table in tables:
            rows = connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY workflow_uuid")).mappings()
            found[table] = [{name: row[name] for name in row if name not in MOMENTS} for row in rows]
        for table in reversed(tables):
            connection.execute(sa.text(f"DELETE FROM {table}"))
    return found


def test_the_engines_rows_are_what_the_engine_would_write(engine: sa.Engine) -> None:
    url = str(engine.url)
    migrate_engine(url)
    client = make_client(url, engine)
    register_queues(client, poll_seconds=1)
    ours = written(engine, client)
    assert len(ours["workflow_status"]) == 4
    assert len(ours["workflow_output"]) == 2
    del client._sys_db._execute_prepared  # back to the engine's own
    assert written(engine, client) == ours
    client.destroy()

"""What the durable-work engine gave up, read and started anew through its own client."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from databases import NewDatabase, engine_table
from dbos import DBOSClient
from sqlalchemy.orm import Session

from bot.worker.engine import make_client, migrate_engine
from bot.worker.failed import failed_work, retry_work
from triage.work import HandleEvent, enqueue


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    return new_database("console_engine")


@pytest.fixture
def client(url: str) -> Iterator[DBOSClient]:
    migrate_engine(url)
    client = make_client(url)
    yield client
    client.destroy()


def failing(url: str, client: DBOSClient) -> None:
    """Every job there is ends with an error that quotes a person."""
    engine = sa.create_engine(url)
    error = '{"name": "IntegrityError", "message": "a text that somebody wrote"}'
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                f"UPDATE {engine_table(engine, 'workflow_status')}"
                " SET status = 'ERROR', error = :error, serialization = 'portable_json'"
            ),
            {"error": error},
        )
    engine.dispose()


def test_failed_work_is_listed_without_texts_and_started_anew_once(url: str, client: DBOSClient) -> None:
    engine = sa.create_engine(url)
    with Session(engine) as session, session.begin():
        session.info["jobs"] = client
        enqueue(session, HandleEvent("Ev1"))
    assert failed_work(client) == []
    failing(url, client)

    [failed] = failed_work(client)
    assert (failed.workflow_id, failed.kind, failed.error) == ("event:Ev1", "handle_event", "IntegrityError")

    retry_work(client, failed)
    retry_work(client, failed)
    assert failed_work(client) == []
    assert client.list_workflows(workflow_id_prefix="event:Ev1~")[0].status == "ENQUEUED"

    failing(url, client)
    [again] = failed_work(client)
    assert again.workflow_id == "event:Ev1~1"
    engine.dispose()

"""Is it alive, is it ready, what has it counted."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from edge_desk import MESSAGE, Edge, edge_running, event

from bot.clock import system_clock
from bot.web.health import PROCESS
from bot.worker.pulse import ALIVE_WITHIN, Heartbeat, beat


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    with edge_running(tmp_path) as edge:
        yield edge


def beaten(edge: Edge, ago: timedelta) -> None:
    with edge.assembly.desk.database.transaction() as session:
        beat(session, "local", now=system_clock() - ago)


def test_the_life_of_a_desk_as_its_health_tells_it(edge: Edge, tmp_path: Path) -> None:
    assert edge.client.get("/healthz").get_data(as_text=True) == "ok\n"

    nobody = edge.client.get("/readyz")
    assert nobody.status_code == 200, "it takes events in, and loses none"
    told = nobody.get_json()
    assert (told["ready"], told["database"], told["schema"]) == (True, "ok", "ok")
    assert told["worker"] == "never seen"

    beaten(edge, timedelta(0))
    ready = edge.client.get("/readyz")
    assert ready.status_code == 200
    assert ready.get_json()["worker"] == "alive"

    beaten(edge, ALIVE_WITHIN + timedelta(seconds=5))
    silent = edge.client.get("/readyz")
    assert silent.get_json()["worker"].startswith("silent since ")

    edge.post_json(event(MESSAGE))
    metrics = edge.client.get("/metrics")
    assert metrics.content_type.startswith("text/plain")
    assert 'evenhand_events_total{outcome="stored",type="message"}' in metrics.get_data(as_text=True)

    edge.assembly.sql.dispose()
    for file in tmp_path.glob("edge.sqlite*"):
        file.unlink()
    (tmp_path / "edge.sqlite").write_bytes(b"this is no database" * 100)
    gone = edge.client.get("/readyz")
    assert gone.status_code == 503
    assert gone.get_json()["ready"] is False
    assert "Traceback" not in gone.get_data(as_text=True)
    assert edge.client.get("/healthz").status_code == 200, "alive is not ready: a restart would not help"


def test_metrics_carry_no_words_and_no_people(edge: Edge) -> None:
    edge.post_json(event(MESSAGE | {"text": "a secret sentence"}))
    told = edge.client.get("/metrics").get_data(as_text=True)
    assert "secret sentence" not in told
    assert "UADA" not in told


def test_a_process_that_is_about_to_stop_says_so_and_still_serves(edge: Edge) -> None:
    edge.assembly.web.config[PROCESS].stopping = lambda: True
    leaving = edge.client.get("/readyz")
    assert (leaving.status_code, leaving.get_json()["stopping"]) == (503, True)
    assert edge.post_json(event(MESSAGE)).status_code == 200


def test_what_the_process_needs_decides_whether_it_is_ready(edge: Edge) -> None:
    edge.assembly.web.config[PROCESS].needs = {"socket": lambda: False}
    lost = edge.client.get("/readyz")
    assert (lost.status_code, lost.get_json()["socket"]) == (503, "not well")


@pytest.mark.parametrize(("revision", "status", "said"), [("0001", 503, "older"), ("9999", 200, "newer")])
def test_an_older_schema_stops_the_process_and_a_newer_one_does_not(
    edge: Edge, revision: str, status: int, said: str
) -> None:
    with edge.assembly.desk.database.transaction() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    told = edge.client.get("/readyz")
    assert told.status_code == status
    assert told.get_json()["schema"].startswith(said)


def test_whether_slack_is_there_is_known_from_the_calls_that_are_made_anyway(edge: Edge) -> None:
    now = system_clock()
    with edge.assembly.desk.database.transaction() as session:
        row = Heartbeat(executor_id="w", at=now, slack_answered_at=now + timedelta(days=1))
        session.add(row)
    assert edge.client.get("/readyz").get_json()["slack"]["state"] == "reachable"
    with edge.assembly.desk.database.transaction() as session:
        session.get_one(Heartbeat, "w").slack_failed_at = now + timedelta(days=2)
    away = edge.client.get("/readyz")
    assert (away.status_code, away.get_json()["slack"]["state"]) == (200, "away")

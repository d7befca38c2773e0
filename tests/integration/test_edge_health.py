"""Is it alive, is it ready, what has it counted."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from edge_desk import MESSAGE, Edge, edge_running, event

from bot.clock import system_clock
from bot.worker.pulse import ALIVE_WITHIN, beat


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
    assert nobody.status_code == 503
    assert nobody.get_json() == {"ready": False, "database": "ok", "worker": "never seen"}

    beaten(edge, timedelta(0))
    ready = edge.client.get("/readyz")
    assert ready.status_code == 200
    assert ready.get_json()["worker"] == "alive"

    beaten(edge, ALIVE_WITHIN + timedelta(seconds=5))
    silent = edge.client.get("/readyz")
    assert silent.status_code == 503
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

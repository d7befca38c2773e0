"""A worker that dies in the middle of a training: the next one begins it anew, and one challenger comes of it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from databases import NewDatabase
from factories import NOW, TEAM, person
from labelled_desk import settle_with_vpn, teach

from bot.assembly import prepare_database
from bot.database import Database, make_engine
from bot.settings import Settings
from bot.worker.engine import make_client, register_queues
from triage.classifier import registry
from triage.learning.runs import TrainingRun, request_training
from triage.vocabulary import RunState

WORKER = Path(__file__).with_name("training_worker.py")
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90.0


@contextmanager
def worker(url: str, folder: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    # No Slack is needed: the address is one that nobody listens on.
    settings = {
        "DATABASE_URL": url,
        "EVENHAND_DATA_FOLDER": str(folder),
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
    }
    process = subprocess.Popen(
        [sys.executable, str(WORKER), *arguments],
        cwd=ROOT,
        env={**os.environ, **settings, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    url = new_database("kill_training")
    prepare_database(Settings(database_url=url), always=True)
    return url


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.05)


def test_a_killed_training_is_begun_again_by_the_next_worker(url: str, tmp_path: Path) -> None:
    client = make_client(url)
    register_queues(client, poll_seconds=0.05)
    database = Database(make_engine(url), client)
    settle_with_vpn(database)
    teach(database, 40)
    with database.transaction() as session:
        run_id = request_training(session, TEAM, by=person(session, "dee"), why="asked", now=NOW).id

    def run() -> TrainingRun:
        with database.reading() as session:
            return session.get_one(TrainingRun, run_id)

    with worker(url, tmp_path, "slow") as first:
        until(lambda: run().step == "Stuck")
        first.kill()
    assert run().state is RunState.RUNNING

    with worker(url, tmp_path):
        until(lambda: not run().goes_on)

    assert (run().state, run().attempts, run().error) == (RunState.DONE, 2, "")
    with database.reading() as session:
        assert [version.name for version in registry.versions(session, TEAM)] == [run().model]
    client.destroy()
    database.engine.dispose()

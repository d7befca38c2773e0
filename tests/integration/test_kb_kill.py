"""Whoever writes articles may die at any moment: nothing half-written stays, and index and database agree."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
import sqlalchemy as sa
from databases import NewDatabase
from kb_scribe import NOW, TEAM, half_written
from sqlalchemy.orm import Session

from bot.assembly import prepare_database
from bot.database import make_engine
from bot.settings import Settings
from kb.articles import kb_version
from kb.current import CurrentIndex
from kb.index import load_index
from kb.models import Article, ArticleRevision, ArticleStatus
from kb.search import consider

SCRIBE = Path(__file__).with_name("kb_scribe.py")
ROOT = Path(__file__).parents[2]
KILLS = 3


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    url = new_database("kb_kill")
    prepare_database(Settings(database_url=url), always=True)
    return url


@contextmanager
def scribe(task: str, url: str, stop: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, str(SCRIBE), task, url, str(stop)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def killed_while_writing(url: str, stop: Path, rng: random.Random) -> list[tuple[int, str]]:
    """What the writer said it had committed before it died in the middle of something."""
    with scribe("write", url, stop) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(rng.randint(4, 20))]
        sleep(rng.uniform(0, 0.01))
        process.kill()
        said += process.stdout.readlines()
        assert process.wait(60) < 0, "it was to be killed, not to fail"
    # The last line may be cut off in the middle; what was said before it stands.
    whole = [line.split() for line in said if line.endswith("\n")]
    return [(int(article_id), mark) for article_id, mark in whole]


def check_the_base(session: Session, acknowledged: dict[int, str]) -> None:
    articles = {article.id: article for article in session.scalars(sa.select(Article))}
    revisions = {(row.article_id, row.number) for row in session.scalars(sa.select(ArticleRevision))}
    assert revisions == {
        (article.id, number) for article in articles.values() for number in range(1, article.revision + 1)
    }
    assert kb_version(session, TEAM) == max(article.changed_in for article in articles.values())
    index = load_index(session, TEAM)
    published = {a.id for a in articles.values() if a.status is ArticleStatus.PUBLISHED}
    assert {entry.article_id for entry in index.entries} == published
    assert half_written(index.entries) == []
    titles = {entry.article_id: entry.title for entry in index.entries}
    for article_id, mark in acknowledged.items():
        # One write more may have been committed than was told.
        assert titles.get(article_id, "archived") == mark or articles[article_id].changed_in == index.version


def test_a_killed_writer_leaves_nothing_half_done(url: str, tmp_path: Path) -> None:
    rng, stop = random.Random(5), tmp_path / "stop"
    engine, current, acknowledged = make_engine(url), CurrentIndex(), {}
    with scribe("read", url, stop) as reader:
        for round_number in range(KILLS):
            acknowledged |= dict(killed_while_writing(url, stop, rng))
            with Session(engine) as session:
                check_the_base(session, acknowledged)
                followed = current.for_team(session, TEAM, NOW + timedelta(hours=round_number))
                fresh = load_index(session, TEAM)
            as_built = {entry.article_id: entry for entry in fresh.entries}
            assert {entry.article_id: entry for entry in followed.entries} == as_built
            for entry in fresh.entries[-3:]:
                assert consider(followed, entry.title).considered[0].article_id == entry.article_id
        stop.touch()
        looked, complaint = reader.communicate(timeout=120)
    engine.dispose()
    assert (reader.returncode, complaint) == (0, "")
    assert int(looked.split()[0]) > KILLS

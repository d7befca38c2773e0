"""An edit in one process is found by the others soon, on both databases: nobody has to restart anything."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from factories import NOW, TEAM, settle

from bot.database import Database
from kb.articles import Content, Placement, archive, draft, edit, publish

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90

# Searches as a desk does, and says what it finds whenever that has changed.
SEARCHING = """
import sys, time
from bot.clock import system_clock
from bot.database import Database, make_engine
from kb.current import CurrentIndex
from kb.search import consider

database = Database(make_engine(sys.argv[1]))
indexes, said = CurrentIndex(reading=database.reading), None
ends = time.monotonic() + float(sys.argv[2])
while time.monotonic() < ends:
    with database.reading() as session:
        index = indexes.for_team(session, "T1", system_clock())
    found = [match.title for match in consider(index, "vpn drops").considered]
    if found != said:
        said = found
        print("|".join(found), flush=True)
    time.sleep(0.02)
"""


@contextmanager
def another_process(engine: sa.Engine) -> Iterator["subprocess.Popen[str]"]:
    url = engine.url.render_as_string(hide_password=False)
    searching = subprocess.Popen(
        [sys.executable, "-c", SEARCHING, url, str(PATIENCE_SECONDS)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield searching
    finally:
        searching.kill()
        searching.communicate()


def says(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def vpn(database: Database) -> int:
    settle(database)
    with database.transaction() as session:
        article = draft(
            session,
            TEAM,
            Content("VPN drops on the train", "", "Turn off power saving."),
            placement=Placement(),
            author="dee",
            now=NOW,
        )
        publish(session, TEAM, article.id, now=NOW)
        return article.id


def test_another_process_finds_an_edit_a_new_article_and_that_one_is_gone(
    database: Database, bare_engine: sa.Engine, vpn: int
) -> None:
    with another_process(bare_engine) as other:
        assert says(other) == "VPN drops on the train"

        with database.transaction() as session:
            content = Content("VPN drops on a plane", "", "Fasten your seat belt.")
            edit(session, TEAM, vpn, content, based_on=1, author="ben", now=NOW)
        assert says(other) == "VPN drops on a plane"

        with database.transaction() as session:
            content = Content("The tunnel is wet", "", "When the VPN drops, bring an umbrella.")
            second = draft(session, TEAM, content, placement=Placement(), author="ben", now=NOW)
            publish(session, TEAM, second.id, now=NOW)
        assert sorted(says(other).split("|")) == ["The tunnel is wet", "VPN drops on a plane"]

        with database.transaction() as session:
            archive(session, TEAM, vpn, now=NOW)
        assert says(other) == "The tunnel is wet"


def test_what_was_rolled_back_is_never_found(database: Database, bare_engine: sa.Engine, vpn: int) -> None:
    with another_process(bare_engine) as other:
        assert says(other) == "VPN drops on the train"
        with database.transaction() as session:
            edit(session, TEAM, vpn, Content("Half an edit", "", "x"), based_on=1, author="ben", now=NOW)
            session.rollback()
        with database.transaction() as session:
            edit(session, TEAM, vpn, Content("VPN drops", "", "x"), based_on=1, author="ben", now=NOW)
        assert says(other) == "VPN drops"

"""The program as it was at the schema's floor, taken from the history, works through tickets on the newest schema."""

import io
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from databases import NewDatabase

from bot.database import make_engine
from bot.schema import _config, floor, upgrade

ROOT = Path(__file__).parents[2]

# By that program's own factories: what they call is as old as it is.
JOURNEY = """
import sys
import bot
assert bot.__path__[0].startswith(sys.argv[2]), "this is not the program of before"
from factories import NOW, POLICY, open_timer, person, settle, waiting
from databases import Jobs
from bot.database import Database, make_engine
from sqlalchemy import select
from triage.outbox import Say
from triage.tickets import claims, closing
from triage.tickets.closing import Resolution
from triage.tickets.models import Ticket
from triage.vocabulary import Urgency

database = Database(make_engine(sys.argv[1]), Jobs())
settle(database)
first, second = waiting(database), waiting(database, ts="1803981600.000200")
with database.transaction() as session:
    ben = person(session, "ben")
    claims.claim(session, first, agent=ben, policy=POLICY, now=NOW)
    how = Resolution("Turned it off and on.", "printing", Urgency.LOW)
    closing.resolve(session, first, how, by=ben, policy=POLICY, now=NOW)
    closing.reopen(session, first, by=person(session, "ada"), policy=POLICY, now=NOW)
with database.reading() as session:
    assert open_timer(session, second) is not None
    print(*[str(ticket.status) for ticket in session.scalars(select(Ticket).order_by(Ticket.id))])
    print(len(session.scalars(select(Say)).all()) > 3)
database.engine.dispose()
"""


def git(*words: str) -> bytes:
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


def program_at(revision: str, folder: Path) -> bool:
    """Unpacks the last program whose newest migration was this one; False where the history does not reach so far."""
    later = sorted(
        file.name
        for file in Path(_config().get_main_option("script_location") or "", "versions").glob("[0-9]*.py")
        if file.name[:4] > revision
    )
    came = (
        git("log", "--diff-filter=A", "--format=%H", "--", f"migrations/versions/{later[0]}").split()
        if later
        else []
    )
    tree = (
        git("archive", f"{came[-1].decode()}^", "bot", "triage", "kb", "migrations", "tests") if came else b""
    )
    if not tree:
        return False
    with tarfile.open(fileobj=io.BytesIO(tree)) as packed:
        packed.extractall(folder, filter="data")
    return True


def test_it_asks_claims_resolves_and_reopens(new_database: NewDatabase, tmp_path: Path) -> None:
    url = new_database("before")
    if url.startswith("sqlite"):
        pytest.skip("one process has the file: nobody works on it during an upgrade")
    engine = make_engine(url)
    upgrade(engine, url)
    revision = floor(engine)
    engine.dispose()
    assert revision is not None
    if not program_at(revision, tmp_path):
        pytest.skip("this checkout has not enough history")
    paths = os.pathsep.join((str(tmp_path), str(tmp_path / "tests")))
    worked = subprocess.run(
        [sys.executable, "-c", JOURNEY, url, str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert worked.returncode == 0, worked.stderr[-2_000:]
    assert re.split(r"\s+", worked.stdout.strip()) == ["waiting", "waiting", "True"]

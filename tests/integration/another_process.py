"""Another process of the desk that searches as it does, and says what it finds whenever that has changed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

_ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 90
_SEARCHING = """
import sys, time
from bot.clock import system_clock
from bot.database import Database, make_engine
from kb.current import CurrentIndex
from kb.search import consider

url, seconds, question, what = sys.argv[1:]
database = Database(make_engine(url))
indexes, said = CurrentIndex(reading=database.reading), None
ends = time.monotonic() + float(seconds)
while time.monotonic() < ends:
    with database.reading() as session:
        index = indexes.for_team(session, "T1", system_clock())
    matches = consider(index, question).considered
    found = "|".join(match.title for match in matches) if what == "titles" else round(matches[0].chance, 3)
    if found != said:
        said = found
        print(found, flush=True)
    time.sleep(0.02)
"""


@contextmanager
def searching(engine: sa.Engine, question: str, what: str) -> Iterator[Callable[[], str]]:
    """`what` it says: the `titles` of all it finds, or the `chance` of the best. Called, it waits for the next word."""
    url = engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", _SEARCHING, url, str(_PATIENCE_SECONDS), question, what],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    said = process.stdout
    assert said is not None
    try:
        yield lambda: said.readline().strip()
    finally:
        process.kill()
        process.communicate()

"""A process that writes articles until it is killed, and one that reads them all the while.

Run as: python kb_scribe.py write|read URL STOP_FILE. Each write makes all parts of an article say the same mark, so
that half a write would show.
"""

import itertools
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from bot.database import Database, make_engine
from kb.articles import Content, Placement, archive, draft, edit, publish
from kb.current import CurrentIndex
from kb.entries import Entry
from kb.models import ArticleStatus
from kb.queries import all_articles

TEAM = "TSCRIBE"
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
_LINES = 60


def saying(mark: str) -> Content:
    body = "\n".join(f"{line}. {mark}" for line in range(_LINES))
    return Content(mark, mark, body, (mark,), (mark,), (mark,))


def half_written(entries: Iterable[Entry]) -> list[str]:
    """The titles of articles whose parts do not belong together."""
    return [
        entry.title
        for entry in entries
        if Content(entry.title, entry.summary, entry.body, entry.aliases, entry.symptoms, entry.codes)
        != saying(entry.title)
    ]


def write(database: Database) -> None:
    """Says “article_id mark” after each commit: what was said must be found again."""
    for number in itertools.count():
        with database.transaction() as session:
            article_id, mark = _one_write(session, number)
        sys.stdout.write(f"{article_id} {mark}\n")
        sys.stdout.flush()


def _one_write(session: Session, number: int) -> tuple[int, str]:
    known = all_articles(session, TEAM, status=ArticleStatus.PUBLISHED)
    if len(known) < 5 or number % 3 == 0:
        mark = f"new-{len(known)}-{number}"
        article = draft(session, TEAM, saying(mark), placement=Placement(), author="dee", now=NOW)
        publish(session, TEAM, article.id, now=NOW)
        return article.id, mark
    chosen = known[number % len(known)]
    if number % 7 == 0:
        archive(session, TEAM, chosen.id, now=NOW)
        return chosen.id, "archived"
    mark = f"edit-{chosen.id}-{chosen.revision}"
    edit(session, TEAM, chosen.id, saying(mark), based_on=chosen.revision, author="ben", now=NOW)
    return chosen.id, mark


def read(database: Database, stop: Path) -> int:
    """Looks at every version it meets; how many looks it took, or an exit that names what was not whole."""
    current, looks = CurrentIndex(), 0
    while looks == 0 or not stop.exists():
        looks += 1
        with database.reading() as session:
            index = current.for_team(session, TEAM, NOW + timedelta(seconds=2 * looks))
        if broken := half_written(index.entries):
            raise SystemExit(f"half an article was seen: {broken}")
    return looks


if __name__ == "__main__":
    task, url, stop_file = sys.argv[1:]
    engine = make_engine(url)
    if task == "write":
        write(Database(engine))
    else:
        sys.stdout.write(f"{read(Database(engine), Path(stop_file))} looks\n")

"""A real process is killed in the middle of an import, and another one goes on: no half article, no doubles."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from databases import NewDatabase
from factories import NOW, TEAM
from sqlalchemy import func, select

from bot.assembly import open_database, prepare_database
from bot.database import Database
from bot.settings import Settings
from kb.articles import kb_version
from kb.importers.models import ArticleSource
from kb.index import load_index
from kb.models import Article, ArticleRevision, ArticleStatus
from kb.queries import all_articles
from triage.people.models import Team

SIZE, PAGES = 20, 6


class DeadlyHelpCenter:
    """A help centre on this machine that kills whoever asks for a certain page."""

    def __init__(self) -> None:
        self.victim: subprocess.Popen[bytes] | None = None
        self.kills_at: int | None = None
        self.asked: list[int] = []
        center = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                said = json.dumps(center.answer(self.path)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: Any) -> None:
                """Tests are quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, path: str) -> dict[str, Any]:
        place, asked = urlsplit(path).path, parse_qs(urlsplit(path).query)
        if not place.endswith("/articles.json"):
            return {"sections": [], "categories": [], "user_segments": []}
        page = int(asked.get("page[after]", ["0"])[0])
        self.asked.append(page)
        if page == self.kills_at and self.victim is not None:
            self.victim.send_signal(signal.SIGKILL)
            self.victim.wait()
        more = page + 1 < PAGES
        following = f"{self.base}/api/v2/help_center/en-us/articles.json?page%5Bafter%5D={page + 1}"
        return {
            "articles": [self.made(page * SIZE + n) for n in range(SIZE)],
            "meta": {"has_more": more},
            "links": {"next": following if more else None},
        }

    def made(self, number: int) -> dict[str, Any]:
        title = f"Question number {number}"
        body = f"<p>Answer {number}.</p>"
        return {
            "id": number,
            "title": title,
            "body": body,
            "locale": "en-us",
            "updated_at": "2027-01-01T00:00:00Z",
        }


@pytest.fixture
def center() -> Iterator[DeadlyHelpCenter]:
    center = DeadlyHelpCenter()
    thread = threading.Thread(target=center.server.serve_forever)
    thread.start()
    yield center
    center.server.shutdown()
    center.server.server_close()
    thread.join()


@pytest.fixture
def environment(new_database: NewDatabase, tmp_path: Path) -> dict[str, str]:
    url = new_database(f"import_kill_{tmp_path.name[-8:].strip('_-')}")
    settings = Settings(database_url=url, data_folder=tmp_path)
    prepare_database(settings, always=True)
    engine = open_database(settings)
    with Database(engine).transaction() as session:
        session.add(Team(id=TEAM, created_at=NOW))
    engine.dispose()
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("EVENHAND_", "SLACK_"))
    }
    return {
        **clean,
        "DATABASE_URL": url,
        "EVENHAND_DATA_FOLDER": str(tmp_path),
        "EVENHAND_ALLOW_PRIVATE_ADDRESSES": "127.0.0.1",
    }


def start(center: DeadlyHelpCenter, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bot.cli", "kb", "import", f"{center.base}/hc/en-us", "--json"]
    center.victim = subprocess.Popen(
        command,
        env=environment,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    return center.victim


def test_an_import_survives_being_killed_and_goes_on_where_it_was(
    center: DeadlyHelpCenter, environment: dict[str, str]
) -> None:
    center.kills_at = 3
    start(center, environment).communicate(timeout=120)
    assert center.victim is not None
    assert center.victim.returncode == -signal.SIGKILL
    assert whole_articles(environment) == 3 * SIZE

    center.kills_at, center.asked = 5, []
    start(center, environment).communicate(timeout=120)
    assert center.asked == [3, 4, 5]
    assert whole_articles(environment) == 5 * SIZE

    center.kills_at, center.asked = None, []
    said, trouble = start(center, environment).communicate(timeout=120)
    assert center.victim.returncode == 0, trouble.decode()
    report = json.loads(said)
    assert center.asked == [5]
    assert (report["created"], report["resumed"]) == (PAGES * SIZE, True)
    assert whole_articles(environment) == PAGES * SIZE


def whole_articles(environment: dict[str, str]) -> int:
    """How many there are, once it is sure that each is published, has its words and its origin, and is searched."""
    engine = open_database(Settings(database_url=environment["DATABASE_URL"]))
    with Database(engine).reading() as session:
        articles = all_articles(session, TEAM, status=ArticleStatus.PUBLISHED)
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (Article, ArticleRevision, ArticleSource)
        ]
        index = load_index(session, TEAM)
        assert index.version == kb_version(session, TEAM)
    engine.dispose()
    assert counts == [len(articles)] * 3
    assert len({article.title for article in articles}) == len(articles)
    assert all(article.body == f"Answer {article.title.split()[-1]}." for article in articles)
    assert len(index) == len(articles)
    return len(articles)

"""The index follows the database: published articles only, soon after each edit, for all threads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, Table, create_engine
from sqlalchemy.orm import Session

import kb.current
from kb.articles import Content, Placement, archive, draft, edit, publish
from kb.base import Base
from kb.current import CurrentIndex
from kb.index import Index, load_index
from kb.models import Article, ArticleRevision, KbVersion
from kb.search import search

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=2)
VPN = Content("VPN drops on the train", "Keep it up.", "Turn off power saving.", ("tunnel keeps dropping",))
TABLES: list[Table] = [model.__table__ for model in (Article, ArticleRevision, KbVersion)]  # type: ignore[misc]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'kb.db'}")
    Base.metadata.create_all(engine, tables=TABLES)
    yield engine
    engine.dispose()


def written(engine: Engine, content: Content = VPN, *, team: str = "T1") -> int:
    with Session(engine) as session, session.begin():
        article = draft(session, team, content, placement=Placement("vpn"), author="dee", now=NOW)
        publish(session, team, article.id, now=NOW)
        return article.id


def titles(index: Index) -> list[str]:
    return [entry.title for entry in index.entries]


def test_only_published_articles_of_the_workspace_are_indexed(engine: Engine) -> None:
    kept = written(engine)
    written(engine, Content("Other desk", "", "x"), team="T2")
    gone = written(engine, Content("Old", "", "x"))
    with Session(engine) as session, session.begin():
        archive(session, "T1", gone, now=NOW)
        draft(session, "T1", Content("Draft", "", "x"), placement=Placement(), author="dee", now=NOW)

    with Session(engine) as session:
        index = load_index(session, "T1")
    assert titles(index) == ["VPN drops on the train"]
    assert (index.entries[0].article_id, index.version) == (kept, 6)
    assert search(index, "vpn drops on the train")[0].article_id == kept


def test_an_edit_is_found_after_a_second_and_not_looked_for_earlier(engine: Engine) -> None:
    article, current = written(engine), CurrentIndex()
    with Session(engine) as session:
        first = current.for_team(session, "T1", NOW)
    with Session(engine) as session, session.begin():
        edit(session, "T1", article, Content("VPN drops", "", "New."), based_on=1, author="ben", now=NOW)

    with Session(engine) as session:
        assert current.for_team(session, "T1", NOW + timedelta(milliseconds=900)) is first
        assert titles(current.for_team(session, "T1", LATER)) == ["VPN drops"]
    assert titles(first) == ["VPN drops on the train"]


def test_an_unchanged_base_is_not_read_again(engine: Engine) -> None:
    written(engine)
    current = CurrentIndex()
    with Session(engine) as session:
        assert current.for_team(session, "T1", NOW) is current.for_team(session, "T1", LATER)


def test_a_clock_set_back_does_not_stop_the_index(engine: Engine) -> None:
    current = CurrentIndex()
    with Session(engine) as session:
        current.for_team(session, "T1", LATER)
    written(engine)
    with Session(engine) as session:
        assert len(current.for_team(session, "T1", NOW)) == 1


def test_forget_makes_the_next_search_look(engine: Engine) -> None:
    current = CurrentIndex()
    with Session(engine) as session:
        assert len(current.for_team(session, "T1", NOW)) == 0
    written(engine)
    current.forget("T1")
    with Session(engine) as session:
        assert len(current.for_team(session, "T1", NOW)) == 1


def test_while_one_thread_rebuilds_the_others_search_the_old_index(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = CurrentIndex()
    with Session(engine) as session:
        old = current.for_team(session, "T1", NOW)
    written(engine)
    building, finish = Event(), Event()

    def slowly(session: Session, team_id: str) -> Index:
        building.set()
        assert finish.wait(10)
        return load_index(session, team_id)

    monkeypatch.setattr(kb.current, "load_index", slowly)

    def ask() -> Index:
        with Session(engine) as session:
            return current.for_team(session, "T1", LATER)

    with ThreadPoolExecutor(2) as threads:
        rebuilt = threads.submit(ask)
        assert building.wait(10)
        assert threads.submit(ask).result(10) is old
        finish.set()
        assert len(rebuilt.result(10)) == 1


def test_a_rebuild_that_fails_leaves_the_old_index_serving(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = CurrentIndex()
    with Session(engine) as session:
        current.for_team(session, "T1", NOW)
    written(engine)

    def broken(session: Session, team_id: str) -> Index:
        raise OSError("disk gone")

    with monkeypatch.context() as patched, Session(engine) as session:
        patched.setattr(kb.current, "load_index", broken)
        with pytest.raises(OSError, match="disk gone"):
            current.for_team(session, "T1", LATER)
    with Session(engine) as session:
        assert len(current.for_team(session, "T1", LATER)) == 1

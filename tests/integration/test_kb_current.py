"""The index follows the database: published articles only, soon after each edit, for all threads."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, Table, create_engine, delete
from sqlalchemy.orm import Session

import kb.current
import kb.snapshot
from kb.articles import Content, Placement, archive, draft, edit, publish
from kb.base import Base
from kb.current import CurrentIndex, Reading
from kb.index import Index, load_index
from kb.meaning.models import ArticleMeaning, MeaningVersion
from kb.meaning.vectors import Reader
from kb.memory import MemoryVersion, RememberedQuestion, SaidBy, remember, roll_back
from kb.models import Article, ArticleRevision, KbVersion
from kb.own_weights import Judgement, OwnWeights, adopt, fittings, retire
from kb.ranker import shipped_rankers
from kb.search import consider, search
from kb.snapshot import Snapshot, load_snapshot

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=2)
VPN = Content("VPN drops on the train", "Keep it up.", "Turn off power saving.", ("tunnel keeps dropping",))
MODELS = (
    Article,
    ArticleRevision,
    KbVersion,
    ArticleMeaning,
    MeaningVersion,
    RememberedQuestion,
    MemoryVersion,
    OwnWeights,
)
TABLES: list[Table] = [model.__table__ for model in MODELS]  # type: ignore[misc]


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


def reading_of(engine: Engine) -> Reading:
    return lambda: Session(engine)


def test_a_few_edits_stand_beside_the_base_and_many_are_laid_out_anew(engine: Engine) -> None:
    first, current = written(engine), CurrentIndex()
    with Session(engine) as session:
        base = current.for_team(session, "T1", NOW)
    with Session(engine) as session, session.begin():
        edit(session, "T1", first, Content("VPN", "", "New."), based_on=1, author="ben", now=NOW)
    with Session(engine) as session:
        small = current.for_team(session, "T1", LATER)
    assert (titles(small), small.changes_waiting) == (["VPN"], 2)
    assert small.segments[0] is base.segments[0]

    for number in range(25):
        written(engine, Content(f"Printer {number}", "", "Paper."))
    current.forget("T1")
    with Session(engine) as session:
        large = current.for_team(session, "T1", LATER)
    assert (len(large), large.changes_waiting) == (26, 0)


def test_an_article_that_is_archived_is_found_no_more(engine: Engine) -> None:
    gone, current = written(engine), CurrentIndex()
    written(engine, Content("Printer", "", "Paper."))
    with Session(engine) as session:
        current.for_team(session, "T1", NOW)
    with Session(engine) as session, session.begin():
        archive(session, "T1", gone, now=NOW)
    with Session(engine) as session:
        assert titles(current.for_team(session, "T1", LATER)) == ["Printer"]


def test_a_database_that_was_set_back_is_read_whole(engine: Engine) -> None:
    written(engine)
    written(engine, Content("Printer", "", "Paper."))
    current = CurrentIndex()
    with Session(engine) as session:
        assert len(current.for_team(session, "T1", NOW)) == 2
    with Session(engine) as session, session.begin():
        for model in (ArticleRevision, Article, KbVersion):
            session.execute(delete(model))
    written(engine, Content("Restored", "", "From a backup."))
    with Session(engine) as session:
        assert titles(current.for_team(session, "T1", LATER)) == ["Restored"]


class Builds:
    """Stands in for laying out the base: waits until it is told, and counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.finish, self.count = Event(), Event(), 0
        self.fault: Exception | None = None
        monkeypatch.setattr(kb.current, "load_snapshot", self)

    def __call__(self, session: Session, team_id: str, reader: Reader | None) -> Snapshot:
        self.count += 1
        self.begun.set()
        assert self.finish.wait(10)
        if self.fault:
            raise self.fault
        return load_snapshot(session, team_id, reader)


def test_while_the_base_is_laid_out_anew_searches_and_edits_go_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = CurrentIndex(reading=reading_of(engine))
    with Session(engine) as session:
        current.for_team(session, "T1", NOW)
    for number in range(25):
        written(engine, Content(f"Printer {number}", "", "Paper."))
    builds = Builds(monkeypatch)

    def seen() -> Index:
        current.forget("T1")
        with Session(engine) as session:
            return current.for_team(session, "T1", LATER)

    assert (len(seen()), seen().changes_waiting) == (25, 25)
    assert builds.begun.wait(10)
    written(engine, Content("Edited meanwhile", "", "New."))
    assert "Edited meanwhile" in titles(seen())

    builds.finish.set()
    current.stop()
    with Session(engine) as session:
        done = current.for_team(session, "T1", LATER)
    assert (len(done), builds.count) == (26, 1)
    assert "Edited meanwhile" in titles(done)
    assert done.changes_waiting <= 1


def test_too_many_changes_at_once_do_not_hold_up_a_search(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = CurrentIndex(reading=reading_of(engine))
    with Session(engine) as session:
        old = current.for_team(session, "T1", NOW)
    written(engine)
    written(engine, Content("Printer", "", "Paper."))
    monkeypatch.setattr(kb.snapshot, "_MOST_AT_ONCE", 1)
    with Session(engine) as session:
        assert current.for_team(session, "T1", LATER) is old
    current.stop()
    with Session(engine) as session:
        assert len(current.for_team(session, "T1", LATER)) == 2


def test_a_base_that_cannot_be_laid_out_leaves_the_old_one_serving_and_is_tried_again_later(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    current = CurrentIndex(reading=reading_of(engine))
    with Session(engine) as session:
        current.for_team(session, "T1", NOW)
    for number in range(25):
        written(engine, Content(f"Printer {number}", "", "Paper."))
    builds = Builds(monkeypatch)
    builds.finish.set()
    builds.fault = OSError("disk gone")

    def seen(after: timedelta) -> Index:
        current.forget("T1")
        with Session(engine) as session:
            index = current.for_team(session, "T1", NOW + after)
        for thread in threading.enumerate():
            if thread.name == "index T1":
                thread.join(10)
        return index

    assert len(seen(timedelta(seconds=2))) == 25
    assert "disk gone" in caplog.text
    seen(timedelta(seconds=10))
    assert builds.count == 1, "not again at once"
    builds.fault = None
    seen(timedelta(minutes=1))
    assert (builds.count, seen(timedelta(minutes=1)).changes_waiting) == (2, 0)


def test_the_first_searchers_wait_for_one_load(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    written(engine)
    current, builds = CurrentIndex(), Builds(monkeypatch)

    def ask() -> Index:
        with Session(engine) as session:
            return current.for_team(session, "T1", NOW)

    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(ask), threads.submit(ask)]
        assert builds.begun.wait(10)
        builds.finish.set()
        assert both[0].result(10) is both[1].result(10)
    assert builds.count == 1


def test_what_a_person_confirmed_counts_within_a_second_and_what_is_forgotten_no_longer(
    engine: Engine,
) -> None:
    tunnel = written(engine)
    written(engine, Content("Printer on floor three jams", "", "Open tray two."))
    current = CurrentIndex()
    asked = "the thing with the blinking owl"
    with Session(engine) as session:
        assert not consider(current.for_team(session, "T1", NOW), asked).shown
    with Session(engine) as session, session.begin():
        remember(session, "T1", text=asked, article_id=tunnel, helped=True, said_by=SaidBy.REQUESTER, now=NOW)
    with Session(engine) as session:
        (match, *_) = consider(current.for_team(session, "T1", LATER), asked).considered
        assert (match.article_id, match.solved_questions) == (tunnel, (asked,))
        assert match.reasons[0] == "it solved a question like this before"
        assert all(asked not in reason for reason in match.reasons), "whoever asks reads no words of others"
    with Session(engine) as session, session.begin():
        roll_back(session, "T1", since=NOW, now=LATER)
    with Session(engine) as session:
        index = current.for_team(session, "T1", LATER + timedelta(seconds=2))
        assert all(not match.solved_questions for match in consider(index, asked).considered)


def test_a_desk_s_own_weights_serve_until_they_are_retired(engine: Engine) -> None:
    written(engine)
    own = replace(shipped_rankers().lexical, cutoff=0.9)
    judged = Judgement(mrr=0.7, log_loss=0.4, false_show=0.1)
    with Session(engine) as session, session.begin():
        adopt(session, "T1", own, by_meaning=False, outcomes=60, before=judged, after=judged, now=NOW)
    current = CurrentIndex()
    with Session(engine) as session:
        assert consider(current.for_team(session, "T1", NOW), "vpn drops").cutoff == 0.9
    with Session(engine) as session, session.begin():
        assert [one.outcomes for one in fittings(session, "T1", by_meaning=False)] == [60]
        assert retire(session, "T1", by_meaning=False, now=NOW)
        assert not retire(session, "T1", by_meaning=False, now=NOW), "the shipped ones serve already"
    with Session(engine) as session:
        found = consider(current.for_team(session, "T1", LATER), "vpn drops")
        assert found.cutoff == shipped_rankers().lexical.cutoff

"""Vectors live beside their articles: nothing is read twice, nothing is forgotten, whatever is edited meanwhile."""

from dataclasses import dataclass

import numpy as np
import pytest
from factories import NOW, TEAM, settle

from bot.clock import system_clock
from bot.database import Database
from bot.slack.desk import Desk
from bot.worker.meaning import MeaningReader
from kb import memory
from kb.articles import Content, Placement, archive, draft, edit, publish
from kb.meaning import store
from kb.meaning.backlog import Backlog, keep
from kb.meaning.encoder import Encoder
from kb.meaning.vectors import Coded, Kind, Vectors
from kb.snapshot import Snapshot, load_snapshot

MODEL = "0123456789abcdef"


@dataclass
class ByLetters:
    """Stands in for the model: a text's vector counts its letters, so that what is expected can be seen."""

    id: str = MODEL
    dims: int = 26
    read: int = 0

    def encode(self, texts: list[str]) -> Vectors:
        self.read += len(texts)
        rows = [[text.lower().count(chr(97 + at)) for at in range(26)] for text in texts]
        counts = np.array(rows, dtype=float).reshape(-1, 26)
        made: Vectors = (counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)).astype(
            np.float32
        )
        return made

    def encode_question(self, text: str) -> Vectors:
        vector: Vectors = self.encode([text])[0]
        return vector

    def knows(self, word: str) -> bool:
        return True


@pytest.fixture
def desk(database: Database) -> Desk:
    settle(database)
    return Desk(database, system_clock, None, None)  # type: ignore[arg-type]  # no rules and no Slack are needed


def model() -> ByLetters:
    return ByLetters()


def reader(desk: Desk, letters: ByLetters) -> MeaningReader:
    return MeaningReader(desk, letters)  # type: ignore[arg-type]  # it only encodes


def written(database: Database, title: str, body: str = "Text.") -> int:
    with database.transaction() as session:
        article = draft(session, TEAM, Content(title, "", body), placement=Placement(), author="dee", now=NOW)
        publish(session, TEAM, article.id, now=NOW)
        return article.id


def all_read(desk: Desk, letters: ByLetters) -> int:
    thread, total = reader(desk, letters), 0
    while some := thread.read_some():
        total += some
    return total


def snapshot(database: Database, letters: ByLetters) -> Snapshot:
    with database.reading() as session:
        return load_snapshot(session, TEAM, letters)


def test_published_articles_are_read_once(desk: Desk) -> None:
    first = written(desk.database, "zzz")
    written(desk.database, "qqq")
    with desk.database.transaction() as session:
        draft(session, TEAM, Content("Draft", "", "x"), placement=Placement(), author="dee", now=NOW)
    letters = model()
    assert all_read(desk, letters) == 2
    assert letters.read == 4, "a title and a window each"
    assert all_read(desk, letters) == 0

    with desk.database.reading() as session:
        stored = {coded.article_id: coded for coded in store.load(session, TEAM, MODEL)}
        assert store.coverage(session, TEAM, MODEL) == store.Coverage(2, 2)
    assert stored[first].kinds.tolist() == [Kind.TITLE, Kind.BODY]
    assert stored[first].codes[0].tolist() == [0] * 25 + [127]


def test_an_edit_is_read_again_and_the_old_vectors_serve_meanwhile(desk: Desk) -> None:
    article, letters = written(desk.database, "zzz"), model()
    all_read(desk, letters)
    before = snapshot(desk.database, letters)
    with desk.database.transaction() as session:
        edit(session, TEAM, article, Content("qqq", "", "New."), based_on=1, author="ben", now=NOW)
        assert store.missing(session, TEAM, MODEL, limit=9) == [article]

    with desk.database.reading() as session:
        between = before.follow(session)
    assert between is not None
    assert between.index.meaning is not None
    assert between.index.meaning.scores(letters.encode_question("z"))[between.index.alive] == pytest.approx(
        [1], abs=0.01
    )

    assert all_read(desk, letters) == 1
    with desk.database.reading() as session:
        after = between.follow(session)
    assert after is not None
    assert after.index.meaning is not None
    assert after.index.meaning.scores(letters.encode_question("q"))[after.index.alive] == pytest.approx(
        [1], abs=0.01
    )


def test_an_edit_while_its_article_is_being_read_is_found_missing(desk: Desk) -> None:
    article, letters = written(desk.database, "zzz"), model()
    with desk.database.reading() as session:
        found = Backlog(TEAM, MODEL).take(session, most=9)
    with desk.database.transaction() as session:
        edit(session, TEAM, article, Content("qqq", "", "New."), based_on=1, author="ben", now=NOW)
    coded = Coded.of(article, [Kind.TITLE], letters.encode(["zzz"]))
    with desk.database.transaction() as session:
        keep(session, TEAM, MODEL, articles=[(coded, found.entries[0].revision)], questions={})

    with desk.database.reading() as session:
        assert store.missing(session, TEAM, MODEL, limit=9) == [article]


def test_what_was_edited_last_is_read_first(desk: Desk) -> None:
    first, second = written(desk.database, "zzz"), written(desk.database, "qqq")
    with desk.database.transaction() as session:
        edit(session, TEAM, first, Content("zz", "", "New."), based_on=1, author="ben", now=NOW)
        assert store.missing(session, TEAM, MODEL, limit=9) == [first, second]


def test_an_archived_article_is_not_read_and_comes_back_with_its_vectors(desk: Desk) -> None:
    article, letters = written(desk.database, "zzz"), model()
    all_read(desk, letters)
    with desk.database.transaction() as session:
        archive(session, TEAM, article, now=NOW)
    assert all_read(desk, letters) == 0
    assert len(snapshot(desk.database, letters).index) == 0
    with desk.database.transaction() as session:
        publish(session, TEAM, article, now=NOW)
    assert all_read(desk, letters) == 0
    back = snapshot(desk.database, letters).index
    assert back.meaning is not None
    assert back.meaning.known.tolist() == [True]


def test_another_model_reads_everything_again_and_never_sees_the_other_s_vectors(desk: Desk) -> None:
    written(desk.database, "zzz")
    all_read(desk, model())
    other = ByLetters(id="other")
    meaning = snapshot(desk.database, other).index.meaning
    assert meaning is not None
    assert not meaning.known.any()
    assert all_read(desk, other) == 1


def test_remembered_questions_are_read_too(desk: Desk) -> None:
    article, letters = written(desk.database, "zzz"), model()
    with desk.database.transaction() as session:
        memory.remember(
            session,
            TEAM,
            text="the zebra is asleep",
            article_id=article,
            helped=True,
            said_by=memory.SaidBy.AGENT,
            now=NOW,
        )
    assert all_read(desk, letters) == 2
    with desk.database.reading() as session:
        assert not memory.without_meaning(session, TEAM, MODEL, limit=9)


def test_an_article_that_the_model_fails_on_keeps_no_other_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, letters = written(desk.database, "poison"), model()
    good = [written(desk.database, f"good {number}") for number in range(3)]

    def encode(texts: list[str]) -> Vectors:
        if "poison" in texts:
            raise ValueError("cannot be read")
        return ByLetters.encode(letters, texts)

    monkeypatch.setattr(letters, "encode", encode)
    thread = reader(desk, letters)
    while thread.read_some():
        pass
    with desk.database.reading() as session:
        assert store.missing(session, TEAM, MODEL, limit=9) == [bad]
        assert {coded.article_id for coded in store.load(session, TEAM, MODEL)} == set(good)

    with desk.database.transaction() as session:
        edit(session, TEAM, bad, Content("healed", "", "New."), based_on=1, author="ben", now=NOW)
    assert thread.read_some() == 1


def test_a_reader_goes_on_after_trouble_and_goes_when_it_is_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, letters = written(desk.database, "zzz"), model()
    monkeypatch.setattr("bot.worker.meaning.LOOK_EVERY", 0.01)
    thread, troubles = reader(desk, letters), [OSError("the database is away"), OSError("still away")]

    def read_some() -> int:
        if troubles:
            raise troubles.pop()
        read = MeaningReader.read_some(thread)
        thread._stop_asked.set()
        return read

    monkeypatch.setattr(thread, "read_some", read_some)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    with desk.database.reading() as session:
        assert [coded.article_id for coded in store.load(session, TEAM, MODEL)] == [article]


def test_the_real_encoder_fits() -> None:
    """What stands in for the model above has the shape of the model."""
    assert {"encode", "encode_question", "knows"} <= vars(Encoder).keys()

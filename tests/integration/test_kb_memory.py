"""What the desk learned is kept redacted, replaced by a newer word, forgotten and restored."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from databases import NewDatabase
from sqlalchemy.orm import Session

from bot.tables import metadata
from kb.articles import Content, Placement, draft
from kb.memory import (
    SaidBy,
    changed_since,
    forget,
    forget_ticket,
    memory_version,
    remember,
    remembered,
    restore_rolled_back,
    roll_back,
    save_meaning,
    without_meaning,
)

MORNING = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TEAM = "T1"


@pytest.fixture(scope="module")
def engine(new_database: NewDatabase) -> Iterator[sa.Engine]:
    engine = sa.create_engine(new_database("memory"))
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
        session.rollback()


@pytest.fixture
def vpn(session: Session) -> int:
    content = Content("VPN drops", "", "Turn off power saving.")
    return draft(session, TEAM, content, placement=Placement(), author="dee", now=MORNING).id


def solved(
    session: Session, article: int, text: str, *, at: datetime = MORNING, ticket: int | None = None
) -> None:
    remember(
        session,
        TEAM,
        text=text,
        article_id=article,
        helped=True,
        said_by=SaidBy.REQUESTER,
        ticket_id=ticket,
        now=at,
    )


def known(session: Session, article: int) -> list[str]:
    return [view.text for view in remembered(session, TEAM, article)]


def test_a_question_is_kept_without_what_is_personal(session: Session, vpn: int) -> None:
    solved(session, vpn, "Hi all, my VPN password is hunter2! and ada@example.com cannot get in")
    (text,) = known(session, vpn)
    assert "hunter2" not in text
    assert "ada@example.com" not in text
    assert "VPN" in text


def test_nothing_is_learned_from_no_words(session: Session, vpn: int) -> None:
    solved(session, vpn, "🙂")
    assert known(session, vpn) == []


def test_of_one_ticket_and_article_the_newest_word_counts(session: Session, vpn: int) -> None:
    solved(session, vpn, "vpn drops", ticket=7)
    remember(
        session,
        TEAM,
        text="vpn drops",
        article_id=vpn,
        helped=False,
        said_by=SaidBy.REQUESTER,
        ticket_id=7,
        now=MORNING + timedelta(hours=1),
    )
    (view,) = remembered(session, TEAM, vpn)
    assert not view.helped
    assert view.at == MORNING + timedelta(hours=1)


def test_readers_learn_of_every_change_since_their_version(session: Session, vpn: int) -> None:
    solved(session, vpn, "vpn drops")
    before = memory_version(session, TEAM)
    solved(session, vpn, "tunnel closes")
    (row,) = changed_since(session, TEAM, before)
    assert row.text == "tunnel closes"

    seen = memory_version(session, TEAM)
    assert forget(session, TEAM, row.id, now=MORNING)
    assert not forget(session, TEAM, row.id, now=MORNING), "forgotten already"
    session.expire_all()
    (gone,) = changed_since(session, TEAM, seen)
    assert gone.forgotten_at == MORNING
    assert known(session, vpn) == ["vpn drops"]


def test_a_reopened_ticket_takes_its_success_back(session: Session, vpn: int) -> None:
    solved(session, vpn, "vpn drops", ticket=7)
    assert forget_ticket(session, TEAM, 7, now=MORNING) == 1
    assert known(session, vpn) == []


def test_what_was_learned_since_a_moment_can_be_rolled_back_and_restored(session: Session, vpn: int) -> None:
    solved(session, vpn, "vpn drops")
    noon = MORNING + timedelta(hours=3)
    solved(session, vpn, "the coffee is cold", at=noon)
    rolled_back_at = noon + timedelta(hours=1)
    assert roll_back(session, TEAM, since=noon, now=rolled_back_at) == 1
    assert known(session, vpn) == ["vpn drops"]
    assert restore_rolled_back(session, TEAM, forgotten_at=rolled_back_at) == 1
    assert known(session, vpn) == ["the coffee is cold", "vpn drops"]


def test_embeddings_are_asked_for_once_a_model(session: Session, vpn: int) -> None:
    solved(session, vpn, "vpn drops")
    (row,) = without_meaning(session, TEAM, "model-a", limit=10)
    save_meaning(session, TEAM, "model-a", {row.id: b"\x00\x01"})
    session.expire_all()
    assert not without_meaning(session, TEAM, "model-a", limit=10)
    assert len(without_meaning(session, TEAM, "model-b", limit=10)) == 1


def test_another_workspace_sees_nothing_of_it(session: Session, vpn: int) -> None:
    solved(session, vpn, "vpn drops")
    assert remembered(session, "T2", vpn) == []
    assert changed_since(session, "T2", 0) == []
    (view,) = remembered(session, TEAM, vpn)
    assert not forget(session, "T2", view.id, now=MORNING)

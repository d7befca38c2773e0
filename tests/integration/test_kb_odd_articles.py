"""Articles with odd content, on both databases: kept and found, or refused with a reason, and never half of it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from databases import NewDatabase
from sqlalchemy.orm import Session

from bot.assembly import prepare_database
from bot.database import make_engine
from bot.settings import Settings
from kb.articles import MAX_BODY, Content, Placement, draft, edit, kb_version, publish
from kb.errors import InvalidArticle
from kb.index import load_index
from kb.models import ArticleStatus
from kb.queries import all_articles, get_article
from kb.search import DESK, consider

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TEAM = "TODD"


@pytest.fixture(scope="module")
def engine(new_database: NewDatabase) -> Iterator[sa.Engine]:
    url = new_database("kb_odd")
    prepare_database(Settings(database_url=url), always=True)
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
        session.rollback()


def published(session: Session, content: Content) -> int:
    article = draft(session, TEAM, content, placement=Placement(), author="dee", now=NOW)
    publish(session, TEAM, article.id, now=NOW)
    return article.id


def test_signs_that_no_database_keeps_are_left_out(session: Session) -> None:
    odd = Content(
        "VPN\x00 drops\ud800", "\x00", "Turn it\udfff off.\x00", ("tun\x00nel",), ("\ud83d",), ("8\x0009",)
    )
    article = get_article(session, TEAM, published(session, odd))
    assert article.content == Content("VPN drops", "", "Turn it off.", ("tunnel",), ("",), ("809",))
    changed = edit(session, TEAM, article.id, Content("VPN\x00", "", "x"), based_on=1, author="ben", now=NOW)
    assert get_article(session, TEAM, changed.id).title == "VPN"
    assert consider(load_index(session, TEAM), "vpn").considered[0].article_id == article.id


def test_other_signs_of_the_world_are_kept_as_they_are(session: Session) -> None:
    written = Content("إعادة تعيين كلمة المرور 🔥", "打印机", "👩‍👩‍👧‍👦 é \u202e", ("ﬃ", "İ"))
    article_id = published(session, written)
    assert get_article(session, TEAM, article_id).content == written
    asked = consider(load_index(session, TEAM), "إعادة تعيين كلمة المرور", audience=DESK)
    assert asked.considered[0].article_id == article_id


def test_an_article_of_nothing_but_such_signs_is_refused(session: Session) -> None:
    before = kb_version(session, TEAM)
    with pytest.raises(InvalidArticle, match="title is empty"):
        published(session, Content("\x00\ud800", "", "x"))
    with pytest.raises(InvalidArticle, match="body is empty"):
        published(session, Content("x", "", " \x00 "))
    assert kb_version(session, TEAM) == before


def test_a_book_of_a_million_signs_is_kept_and_one_more_is_refused(session: Session) -> None:
    book = "vpn train " * (MAX_BODY // 10)
    article_id = published(session, Content("The book", "", book[:MAX_BODY]))
    assert consider(load_index(session, TEAM), "the book").considered[0].article_id == article_id
    with pytest.raises(InvalidArticle, match="characters, at most"):
        published(session, Content("The book", "", "x" * (MAX_BODY + 1)))


def test_the_same_title_twice_gives_two_articles_with_names_of_their_own(session: Session) -> None:
    ids = [
        published(session, Content("Printer is jammed", "", text)) for text in ("One way.", "Another way.")
    ]
    slugs = [article.slug for article in all_articles(session, TEAM, status=ArticleStatus.PUBLISHED)]
    assert len(set(slugs)) == len(slugs)
    found = consider(load_index(session, TEAM), "printer is jammed").considered
    assert {match.article_id for match in found[:2]} == set(ids)

"""Two press at once: one article, and both see it."""

from typing import Any

import pytest
from factories import NOW, POLICY, TEAM, person, settle, waiting
from sqlalchemy import func, select
from test_races_two_at_once import at_once

from bot.database import Database
from kb.models import Article
from kb.queries import ArticleView
from triage.reports.gap_drafts import draft_for_gap
from triage.reports.models import GapArticle
from triage.tickets import closing
from triage.tickets.writing_up import Proposal, TicketArticle, write_up
from triage.vocabulary import Urgency

SAID = Proposal("Printer prints blanks", ("blank pages",), "Clean the head.")


@pytest.fixture(autouse=True)
def people(database: Database) -> None:
    settle(database)


def resolved(database: Database, ts: str) -> int:
    ticket_id = waiting(database, ts=ts)
    with database.transaction() as session:
        done = closing.Resolution("Cleaned the head.", "printing", Urgency.LOW)
        closing.resolve(session, ticket_id, done, by=person(session, "ben"), policy=POLICY, now=NOW)
    return ticket_id


def articles(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Article)) or 0


def same_article(outcomes: list[Any]) -> None:
    found: list[tuple[ArticleView, bool]] = []
    for outcome in outcomes:
        assert isinstance(outcome, tuple), outcome
        found.append(outcome)
    assert len({article.id for article, _ in found}) == 1
    assert [fresh for _, fresh in found].count(True) == 1


def test_saved_as_article_by_two_at_once_it_is_one(database: Database) -> None:
    for round_ in range(4):
        ticket_id = resolved(database, f"1803981600.00{round_:04}")

        def save(name: str, ticket_id: int = ticket_id) -> tuple[ArticleView, bool]:
            with database.transaction() as session:
                by = person(session, name)
                return write_up(session, ticket_id, SAID, by=by, policy=POLICY, now=NOW)

        same_article(at_once(lambda: save("ben"), lambda: save("cleo"), lambda: save("dee")))
        assert articles(database) == round_ + 1
    with database.reading() as session:
        assert len(session.scalars(select(TicketArticle)).all()) == 4


def test_a_gap_drafted_by_two_at_once_is_one_article(database: Database) -> None:
    for round_ in range(4):
        ids = [waiting(database, ts=f"18039816{round_}{n}.000100") for n in range(5)]

        def draft(name: str, ids: list[int]) -> tuple[ArticleView, bool]:
            with database.transaction() as session:
                return draft_for_gap(session, TEAM, ids, by=person(session, name), now=NOW)

        same_article(
            at_once(
                lambda ids=ids: draft("ben", ids),  # type: ignore[misc]
                lambda ids=ids: draft("cleo", ids[::-1]),  # type: ignore[misc]
                lambda ids=ids: draft("dee", ids[1:]),  # type: ignore[misc]
            )
        )
        assert articles(database) == round_ + 1
    with database.reading() as session:
        assert len(session.scalars(select(GapArticle)).all()) in range(16, 21)

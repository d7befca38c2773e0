"""Votes and flags on a real database: one word a person, one open flag a reason, and a queue that shows each once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.database import Database
from kb.articles import Content, Placement, archive, draft, publish
from kb.errors import NoSuchArticle
from kb.queries import get_article
from kb.review import (
    FlagReason,
    open_flags,
    raise_flag,
    settle_flag,
    still_right,
    stopped_helping,
    wilson_upper,
)
from kb.review_queue import ToReview, count_to_review, review_queue
from kb.votes import Votes, said_by, vote, votes, votes_of

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


def article(
    session: Session, title: str = "VPN drops", *, published: bool = True, review_on: date | None = None
) -> int:
    placement = Placement("vpn", review_on=review_on)
    made = draft(session, "T1", Content(title, "", "Reconnect."), placement=placement, author="dee", now=NOW)
    if published:
        publish(session, "T1", made.id, now=NOW)
    return made.id


def titles(listed: tuple[ToReview, ...]) -> list[str]:
    return [item.article.title for item in listed]


def test_a_person_has_one_vote_and_may_change_it(database: Database) -> None:
    with database.transaction() as session:
        vpn, other = article(session), article(session, "Paper jam")
        vote(session, "T1", vpn, voter="UADA", helpful=True, now=NOW)
        vote(session, "T1", vpn, voter="UELI", helpful=True, now=NOW)
        vote(session, "T1", vpn, voter="UADA", helpful=False, now=NOW)

        assert votes(session, "T1", vpn) == Votes(helpful=1, not_helpful=1)
        assert votes(session, "T1", other) == Votes()
        assert votes_of(session, "T1", [vpn, other]) == {vpn: Votes(1, 1)}
        assert votes(session, "T2", vpn) == Votes()
        assert (said_by(session, vpn, "UADA"), said_by(session, vpn, "UBEN")) == (False, None)


def test_nobody_votes_on_another_workspaces_article(database: Database) -> None:
    with database.transaction() as session:
        vpn = article(session)
        with pytest.raises(NoSuchArticle):
            vote(session, "T2", vpn, voter="UADA", helpful=True, now=NOW)
        with pytest.raises(NoSuchArticle):
            raise_flag(session, "T2", vpn, reason=FlagReason.CONFLICT, detail="", now=NOW)


def test_the_same_open_flag_twice_changes_nothing(database: Database) -> None:
    with database.transaction() as session:
        vpn = article(session)

        def flag(detail: str, about: str = "") -> bool:
            return raise_flag(
                session, "T1", vpn, reason=FlagReason.NEAR_DUPLICATE, detail=detail, now=NOW, about=about
            )

        assert flag("like A") is True
        assert flag("like A, again") is False
        assert flag("like B", about="b") is True
        (first, second) = open_flags(session, "T1")[vpn]
        assert (first.detail, second.detail) == ("like A", "like B")

        assert settle_flag(session, "T2", first.id, by="Dee", now=NOW) is False
        assert settle_flag(session, "T1", first.id, by="Dee", now=NOW) is True
        assert settle_flag(session, "T1", first.id, by="Dee", now=NOW) is False
        assert flag("like A, later") is True


def test_a_due_review_is_never_stored(database: Database) -> None:
    with database.transaction() as session, pytest.raises(ValueError, match="computed"):
        raise_flag(session, "T1", article(session), reason=FlagReason.REVIEW_DUE, detail="", now=NOW)


def test_each_article_waits_in_one_list(database: Database) -> None:
    with database.transaction() as session:
        article(session, "fine", review_on=TODAY + timedelta(days=1))
        article(session, "due today", review_on=TODAY)
        article(session, "long due", review_on=TODAY - timedelta(days=90))
        both = article(session, "flagged and due", review_on=TODAY)
        gone = article(session, "archived and flagged")
        archive(session, "T1", gone, now=NOW)
        archive(session, "T1", article(session, "archived and due", review_on=TODAY), now=NOW)
        waiting = article(session, "a draft", published=False, review_on=TODAY)
        for flagged in (gone, both, waiting):
            raise_flag(session, "T1", flagged, reason=FlagReason.SOURCE_GONE, detail="x", now=NOW)

        queue = review_queue(session, "T1", today=TODAY)

        assert titles(queue.due) == ["long due", "due today"]
        assert sorted(titles(queue.flagged)) == ["archived and flagged", "flagged and due"]
        assert titles(queue.drafts) == ["a draft"]
        assert [flag.reason for flag in queue.drafts[0].flags] == [FlagReason.SOURCE_GONE]
        assert queue.total == count_to_review(session, "T1", today=TODAY) == 5
        assert review_queue(session, "T2", today=TODAY).total == 0


def test_still_right_settles_everything_and_sets_the_next_day(database: Database) -> None:
    with database.transaction() as session:
        vpn = article(session, review_on=TODAY)
        raise_flag(session, "T1", vpn, reason=FlagReason.STOPPED_HELPING, detail="", now=NOW)
        before = get_article(session, "T1", vpn)

        still_right(session, "T1", vpn, look_again=date(2027, 9, 1), by="Dee", now=NOW)

        after = get_article(session, "T1", vpn)
        assert (after.review_on, after.revision) == (date(2027, 9, 1), before.revision)
        assert review_queue(session, "T1", today=TODAY).total == 0
        with pytest.raises(NoSuchArticle):
            still_right(session, "T2", vpn, look_again=TODAY, by="Dee", now=NOW)


@pytest.mark.parametrize(
    ("outcomes", "stopped"),
    [
        ([], False),
        ([False] * 7, False),  # too few to tell
        ([False] * 11, True),
        ([True] * 200 + [False] * 11, True),  # a good past does not hide that it broke
        ([True, False] * 50, False),
        ([True, True, False] * 30, False),
        ([False] * 30 + [True] * 30, False),  # mended since
    ],
)
def test_when_an_article_has_stopped_helping(outcomes: list[bool], stopped: bool) -> None:
    assert stopped_helping(outcomes) is stopped


def test_less_is_expected_of_what_helped_less_before() -> None:
    rarely = ([False] * 9 + [True]) * 3
    assert stopped_helping(rarely) is True
    assert stopped_helping(rarely, expected=0.2) is False


def test_the_upper_end_of_the_interval() -> None:
    assert wilson_upper(0, 0) == 1.0
    assert wilson_upper(5, 10, z=1.96) == pytest.approx(0.7634, abs=1e-4)

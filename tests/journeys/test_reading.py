"""What a message says must still be true when it is read later: pages stand down, articles can be read whole."""

import pytest
from cast import TEAM, Actor, Clock, Desk, Question, buttons, shown_text

from bot.slack import copy
from kb.articles import archive, publish
from kb.queries import get_article
from kb.votes import Votes, votes


@pytest.fixture
def question(desk: Desk, ada: Actor) -> Question:
    desk.finds()
    return ada.says("The label printer prints every second label blank").clicks(copy.BUTTON_PERSON)


def test_a_claim_takes_the_button_out_of_every_page(
    desk: Desk, clock: Clock, question: Question, ben: Actor, cleo: Actor
) -> None:
    clock.advance(minutes=6)
    cleo.claims(question)

    for agent in (ben, cleo):
        (page,) = agent.pages
        assert buttons(page) == []
        assert f"{cleo.mention} is on it" in shown_text(page)


def test_what_the_requester_solved_alone_is_over_for_whoever_was_paged(
    desk: Desk, question: Question, ben: Actor
) -> None:
    question.clicks(copy.BUTTON_SOLVED)

    (page,) = ben.pages
    assert buttons(page) == []
    assert copy.PAGE_DONE in shown_text(page)


def test_the_answer_follows_the_claim(desk: Desk, question: Question, ben: Actor) -> None:
    ben.claims(question)
    assert f"{ben.mention} is on it" in question.answer


def test_an_article_can_be_read_whole(desk: Desk, ada: Actor) -> None:
    desk.finds("forgot-password")
    ada.says("I forgot my password").clicks(copy.BUTTON_READ)

    (window,) = desk.slack.views(ada.id)
    assert "Reset a forgotten work password" in shown_text(window)
    assert "When to ask a person" in shown_text(window)


def counted(desk: Desk, slug: str = "forgot-password") -> Votes:
    with desk.database.reading() as session:
        return votes(session, TEAM, get_article(session, TEAM, slug).id)


def test_who_read_an_article_says_whether_it_helped(desk: Desk, ada: Actor, eli: Actor) -> None:
    desk.finds("forgot-password")
    question = ada.says("I forgot my password").clicks(copy.BUTTON_READ)
    assert copy.DID_IT_HELP in shown_text(desk.slack.views(ada.id)[-1])

    ada.presses_in_window(copy.BUTTON_HELPFUL)

    (window,) = desk.slack.views(ada.id)
    assert copy.VOTED_HELPFUL in shown_text(window)
    assert "When to ask a person" in shown_text(window)
    assert counted(desk) == Votes(1, 0)

    ada.presses_in_window(copy.BUTTON_NOT_HELPFUL)
    ada.presses_in_window(copy.BUTTON_NOT_HELPFUL)
    assert counted(desk) == Votes(0, 1)
    assert copy.VOTED_NOT_HELPFUL in shown_text(desk.slack.views(ada.id)[-1])

    question.clicks(copy.BUTTON_READ)
    assert copy.VOTED_NOT_HELPFUL in shown_text(desk.slack.views(ada.id)[-1])


def test_an_article_that_went_away_takes_no_vote(desk: Desk, ada: Actor) -> None:
    desk.finds("forgot-password")
    ada.says("I forgot my password").clicks(copy.BUTTON_READ)
    with desk.database.transaction() as session:
        article = get_article(session, TEAM, "forgot-password")
        archive(session, TEAM, article.id, now=desk.slack.now())

    ada.presses_in_window(copy.BUTTON_HELPFUL)

    (window,) = desk.slack.views(ada.id)
    assert copy.ARTICLE_GONE in shown_text(window)
    assert counted(desk) == Votes()
    with desk.database.transaction() as session:
        publish(session, TEAM, article.id, now=desk.slack.now())

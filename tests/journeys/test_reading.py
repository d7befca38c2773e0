"""What a message says must still be true when it is read later: pages stand down, articles can be read whole."""

import pytest
from cast import Actor, Clock, Desk, Question, buttons, shown_text

from bot.slack import copy


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

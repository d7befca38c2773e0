"""Ask, and be helped by an article, or honestly by none."""

from cast import Actor, Clock, Desk, Question, shown_text

from bot.slack import copy
from triage.vocabulary import Outcome, TicketStatus

ONE = "forgot-password"
OTHER = "account-locked-out"


def outcomes(question: Question) -> dict[str, Outcome | None]:
    return {s.title: s.outcome for s in question.story.suggestions if s.shown_in_round}


def test_an_article_solves_it(desk: Desk, ada: Actor) -> None:
    question = ada.says("Outlook keeps asking for my password again and again")
    assert question.status is TicketStatus.SUGGESTED
    (title,) = question.articles
    assert title in question.answer

    question.clicks(copy.BUTTON_SOLVED)

    assert question.status is TicketStatus.RESOLVED
    assert question.was_told(copy.SOLVED)
    assert outcomes(question) == {title: Outcome.SOLVED}
    assert not question.cards, "nobody at the desk was disturbed"


def test_a_misspelt_question_finds_its_article(desk: Desk, ada: Actor) -> None:
    question = ada.says("hi, my vpn dorps every few minutes on the train :confused:")
    assert question.articles


def test_of_several_articles_the_one_that_is_named_gets_the_credit(desk: Desk, ada: Actor) -> None:
    desk.finds(ONE, OTHER)
    question = ada.says("I can't sign in any more")
    first, second = question.articles

    question.clicks(copy.BUTTON_SOLVED)
    assert outcomes(question) == {first: None, second: None}
    assert copy.WHICH_HELPED in question.answer

    question.clicks(second)
    assert outcomes(question) == {first: None, second: Outcome.SOLVED}
    assert second in question.answer
    assert first not in question.labels


def test_only_one_article_gets_the_credit_however_fast_one_presses(desk: Desk, ada: Actor) -> None:
    desk.finds(ONE, OTHER)
    question = ada.says("I can't sign in any more").clicks(copy.BUTTON_SOLVED)
    first, second = question.articles
    asked, button_of_second = question.button(second)

    question.clicks(first)
    ada.presses_stale(asked, button_of_second)

    assert outcomes(question) == {first: Outcome.SOLVED, second: None}


def test_not_quite_shows_the_next_best_once_and_then_asks_a_person(
    desk: Desk, ada: Actor, ben: Actor
) -> None:
    desk.finds(ONE, next_best=OTHER)
    question = ada.says("I can't sign in any more")
    (first,) = question.articles

    question.clicks(copy.BUTTON_NOT_QUITE)
    (second,) = question.articles
    assert second != first
    assert second in question.answer
    assert question.status is TicketStatus.SUGGESTED

    question.clicks(copy.BUTTON_NOT_QUITE)
    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()
    assert outcomes(question) == {first: Outcome.NOT_HELPFUL, second: Outcome.NOT_HELPFUL}


def test_the_next_best_article_gets_the_credit_if_it_solves_it(desk: Desk, ada: Actor) -> None:
    desk.finds(ONE, next_best=OTHER)
    question = ada.says("I can't sign in any more")
    (first,) = question.articles
    question.clicks(copy.BUTTON_NOT_QUITE)
    (second,) = question.articles

    question.clicks(copy.BUTTON_SOLVED)

    assert outcomes(question) == {first: Outcome.NOT_HELPFUL, second: Outcome.SOLVED}


def test_nothing_fits_and_the_bot_says_so(desk: Desk, ada: Actor) -> None:
    desk.finds()
    question = ada.says("The coffee machine on floor 3 hums in E flat")

    assert question.articles == []
    assert copy.NOTHING_FITS_NO_GUESS in question.answer
    assert copy.BUTTON_SOLVED not in question.labels
    assert copy.BUTTON_PERSON in question.labels


def test_silence_under_an_article_hands_over_after_half_an_hour(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor
) -> None:
    desk.finds(ONE)
    question = ada.says("I can't sign in any more")

    clock.advance(minutes=29)
    assert question.status is TicketStatus.SUGGESTED

    clock.advance(minutes=2)
    assert question.status is TicketStatus.WAITING
    assert question.was_told(copy.HANDED_OVER)
    assert ben.was_paged()


def test_silence_where_nothing_fitted_hands_over_sooner(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor
) -> None:
    desk.finds()
    question = ada.says("The coffee machine on floor 3 hums in E flat")

    clock.advance(minutes=6)

    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()


def test_writing_more_instead_of_pressing_asks_a_person(desk: Desk, ada: Actor, ben: Actor) -> None:
    desk.finds(ONE)
    question = ada.says("I can't sign in any more")

    ada.replies(question, "I did all of that, it still says wrong password")

    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()


def test_thanks_under_an_article_disturb_nobody_and_it_lapses_after_a_week(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor
) -> None:
    desk.finds(ONE)
    question = ada.says("I can't sign in any more")

    ada.replies(question, "thanks, that worked!")
    clock.advance(hours=2)
    assert question.status is TicketStatus.SUGGESTED
    assert not ben.pages

    clock.advance(hours=24 * 7)
    assert question.status is TicketStatus.CLOSED


def test_a_human_matter_gets_no_article_but_a_person(desk: Desk, ada: Actor, ben: Actor) -> None:
    desk.finds(ONE)
    question = ada.says("My manager keeps harassing me and I am afraid to come to work")

    assert question.articles == []
    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()
    (answered,) = question.answers
    assert copy.HUMAN_FIRST in shown_text(answered)
    assert "harassing" not in str(answered)
    assert copy.BUTTON_SOLVED not in str(answered)
    assert "nearest is" not in shown_text(question.card)


def test_somebody_else_can_not_say_that_it_is_solved(desk: Desk, ada: Actor, eli: Actor) -> None:
    desk.finds(ONE)
    question = ada.says("I can't sign in any more")

    eli.clicks(question, copy.BUTTON_SOLVED)

    assert question.status is TicketStatus.SUGGESTED
    assert eli.was_whispered(copy.NOT_YOURS)
    assert not ada.whispers

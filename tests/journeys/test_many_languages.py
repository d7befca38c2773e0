"""Who asks in a language that no article is written in: told so in that language, and a person is asked at once."""

from cast import Actor, Clock, Desk

from bot.slack import copy
from triage.vocabulary import TicketStatus


def test_a_question_in_german_goes_to_a_person_and_german_says_why(
    desk: Desk, ada: Actor, ben: Actor
) -> None:
    question = ada.says("Ich habe mein Kennwort vergessen, wie setze ich es zurück?")

    assert question.status is TicketStatus.WAITING
    assert "Ich habe nur Artikel auf Englisch, darum antwortet dir hier ein Mensch." in question.answer
    assert "I only have articles in English." in question.answer
    assert question.was_told(copy.ASKED_DESK)
    assert question.articles == []
    assert ben.was_paged()


def test_a_language_the_bot_does_not_speak_is_answered_in_english(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says("Jak zresetować hasło? Nie mogę się zalogować do poczty.")

    assert "I only have articles in English." in question.answer
    assert ben.was_paged()


def test_a_question_put_again_in_english_finds_the_article(desk: Desk, ada: Actor) -> None:
    question = ada.says("I forgot my password, how do I reset it?")

    assert question.status is TicketStatus.SUGGESTED
    assert question.articles
    assert "I only have articles" not in question.answer


def test_at_night_it_waits_for_the_opening_also_after_an_edit(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor
) -> None:
    desk.rules(opening_hours="Mon-Fri 09:00-17:00")
    clock.advance(hours=10)
    question = ada.says("Wie setze ich mein Passwort zurück?")
    assert question.status is TicketStatus.DEFERRED
    assert "nur Artikel auf Englisch" in question.answer

    ada.edits(question, "Wie setze ich mein Passwort zurück? Es ist abgelaufen.")
    assert question.status is TicketStatus.DEFERRED
    assert not ben.pages

    clock.advance(hours=13)
    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()

"""Talk to a person: card, page, claim, answer, resolve, rate, and what may happen in between."""

import pytest
from cast import Actor, Clock, Desk, Question, buttons, shown_text

from bot.demo import DESK_CHANNEL
from bot.slack import copy
from triage.vocabulary import LabelField, TicketStatus, Urgency


@pytest.fixture
def question(desk: Desk, ada: Actor) -> Question:
    """Ada asked, and wants a person."""
    desk.finds()
    return ada.says("The label printer prints every second label blank").clicks(copy.BUTTON_PERSON)


def test_a_person_is_asked_the_card_shows_it_and_the_first_on_the_list_is_paged(
    desk: Desk, question: Question, ben: Actor, cleo: Actor
) -> None:
    assert question.status is TicketStatus.WAITING
    assert question.was_told(copy.HANDED_OVER_NOTHING_TRIED)
    assert "every second label blank" in shown_text(question.card)
    assert [b.label for b in buttons(question.card)] == [copy.BUTTON_CLAIM]
    assert ben.was_paged()
    assert not cleo.pages


def test_asking_twice_for_a_person_asks_once(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says("The label printer prints every second label blank")
    message, button = question.button(copy.BUTTON_PERSON)

    ada.presses(message, button)
    ada.presses_stale(message, button)

    assert len(question.cards) == 1
    assert ben.was_paged()


def test_the_first_claim_wins_and_the_second_is_told_kindly(
    desk: Desk, question: Question, ben: Actor, cleo: Actor
) -> None:
    as_cleo_saw_it = question.card
    ben.claims(question)
    cleo.presses_stale(as_cleo_saw_it, next(b for b in buttons(as_cleo_saw_it) if b.label == "Claim"))

    assert question.status is TicketStatus.CLAIMED
    assert question.story.claimed_by.slack_id == ben.id
    assert cleo.was_whispered(copy.ALREADY_CLAIMED)
    assert ben.mention in cleo.whispers[-1]
    assert question.was_told(copy.CLAIMED)
    assert ben.mention in shown_text(question.card)
    assert copy.BUTTON_CLAIM not in [b.label for b in buttons(question.card)]


def test_claiming_one_s_own_ticket_again_changes_nothing(desk: Desk, question: Question, ben: Actor) -> None:
    card = question.card
    ben.claims(question)
    ben.presses_stale(card, buttons(card)[0])

    assert question.happened.count("claim") == 1
    assert not ben.whispers


def test_a_requester_can_not_claim(desk: Desk, question: Question, eli: Actor) -> None:
    desk.slack.join(eli.id, DESK_CHANNEL)
    eli.presses_stale(question.card, buttons(question.card)[0])

    assert question.status is TicketStatus.WAITING
    assert eli.was_whispered(copy.NOT_ALLOWED)


def test_the_claim_stops_the_paging(
    desk: Desk, clock: Clock, question: Question, ben: Actor, cleo: Actor
) -> None:
    ben.claims(question)
    clock.advance(hours=2)

    assert ben.was_paged()
    assert not cleo.pages


def test_a_claim_is_no_answer_but_the_first_reply_is(desk: Desk, question: Question, ben: Actor) -> None:
    ben.claims(question)
    assert question.ticket.first_response_at is None

    ben.replies(question, "Hello Ada, I am on my way.")
    ben.replies(question, "Two more minutes.")

    assert question.ticket.first_response_at is not None
    assert question.happened.count("first_response") == 1


def test_an_agent_who_just_answers_has_claimed_it(desk: Desk, question: Question, cleo: Actor) -> None:
    cleo.replies(question, "That is a worn roll, I'll bring one.")

    assert question.status is TicketStatus.CLAIMED
    assert question.story.claimed_by.slack_id == cleo.id
    assert question.ticket.first_response_at is not None


def test_hold_and_go_on(desk: Desk, question: Question, ben: Actor) -> None:
    ben.claims(question)

    ben.holds(question, "waiting for the spare part")
    assert question.status is TicketStatus.ON_HOLD
    assert any("waiting for the spare part" in text for text in question.said)

    ben.resumes(question)
    assert question.status is TicketStatus.CLAIMED
    assert question.was_told(copy.RESUMED)


def test_transfer_tells_the_one_who_takes_over(
    desk: Desk, question: Question, ben: Actor, cleo: Actor
) -> None:
    ben.claims(question)

    assert ben.transfers(question, cleo, "She knows printers") == {}

    assert question.story.claimed_by.slack_id == cleo.id
    assert question.was_told(copy.TRANSFERRED)
    assert "She knows printers" in shown_text(cleo.direct_messages[-1])
    assert cleo.mention in shown_text(question.card)


def test_a_ticket_can_not_be_passed_to_somebody_who_does_not_answer(
    desk: Desk, question: Question, ben: Actor, eli: Actor
) -> None:
    ben.claims(question)

    complaints = ben.transfers(question, eli)

    assert eli.mention in " ".join(complaints.values())
    assert question.story.claimed_by.slack_id == ben.id


def test_release_asks_the_list_again(
    desk: Desk, clock: Clock, question: Question, ben: Actor, cleo: Actor
) -> None:
    ben.claims(question)
    ben.releases(question)

    assert question.status is TicketStatus.WAITING
    assert question.ticket.claimed_by_id is None
    assert question.was_told(copy.RELEASED)
    # Ben just had it: in the fair order it is somebody else's turn.
    assert cleo.was_paged()
    assert ben.was_paged()

    clock.advance(minutes=6)
    assert ben.was_paged(times=2)
    cleo.claims(question)
    assert len(question.cards) == 1


def test_resolving_confirms_labels_credits_the_article_and_asks_for_a_rating(
    desk: Desk, ada: Actor, ben: Actor
) -> None:
    desk.finds("print-job-stuck-in-queue")
    question = ada.says("The label printer prints every second label blank").clicks(copy.BUTTON_PERSON)
    (shown,) = [s for s in question.story.suggestions if s.shown_in_round]
    ben.claims(question)

    complaints = ben.resolves(
        question, "A new roll is in.", category="hardware", urgency=Urgency.HIGH, article=shown.article_id
    )

    assert complaints == {}
    assert question.status is TicketStatus.RESOLVED
    assert any("A new roll is in." in text for text in question.said)
    story = question.story
    assert {label.field: label.value for label in story.labels} == {
        LabelField.CATEGORY: "hardware",
        LabelField.URGENCY: "high",
    }
    assert {label.field: label.predicted for label in story.labels} == {
        LabelField.CATEGORY: story.predictions[0].category,
        LabelField.URGENCY: story.predictions[0].urgency,
    }
    assert (story.ticket.category, story.ticket.urgency) == ("hardware", Urgency.HIGH)
    assert [s.outcome for s in story.suggestions if s.article_id == shown.article_id] == ["solved"]
    assert question.was_told(copy.RATING)
    assert [b.label for b in buttons(question.card)] == [copy.BUTTON_REOPEN], "an article solved it"


def test_the_form_refuses_an_empty_account(desk: Desk, question: Question, ben: Actor) -> None:
    ben.claims(question)

    complaints = ben.resolves(question, "   ")

    assert complaints
    assert question.status is TicketStatus.CLAIMED
    assert ben.window == copy.RESOLVE_TITLE, "the form stays open"
    assert not question.story.labels


def test_the_rating_counts_once(desk: Desk, question: Question, ada: Actor, ben: Actor) -> None:
    ben.claims(question)
    ben.resolves(question)
    asked, good = question.button("Good")
    _, bad = question.button("Not good")

    ada.presses(asked, good)
    ada.presses_stale(asked, bad)

    assert question.story.satisfaction.rating == "good"
    assert question.was_told(copy.RATED)
    assert "Not good" not in question.labels


def test_only_the_one_who_asked_rates(desk: Desk, question: Question, ben: Actor) -> None:
    ben.claims(question)
    ben.resolves(question)

    ben.clicks(question, "Good")

    assert question.story.satisfaction.rating is None
    assert ben.was_whispered(copy.NOT_YOURS)


def test_writing_again_reopens_and_asks_the_same_agent_first(
    desk: Desk, clock: Clock, question: Question, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    cleo.claims(question)
    cleo.resolves(question)
    clock.advance(hours=26)  # nine in the morning where Cleo is

    ada.replies(question, "It is back: every second label is blank again")

    assert question.status is TicketStatus.WAITING
    assert question.ticket.reopened == 1
    assert question.was_told(copy.REOPENED_FOR)
    assert cleo.was_paged()
    assert ben.was_paged(), "only the first time"
    assert copy.CARD_REOPENED_ONCE in shown_text(question.card)


def test_after_the_agent_who_knew_it_the_others_are_asked(
    desk: Desk, clock: Clock, question: Question, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    cleo.claims(question)
    cleo.resolves(question)
    ada.replies(question, "It is back: every second label is blank again")
    assert cleo.was_paged()

    clock.advance(minutes=6)

    assert ben.was_paged(times=2), "once at first, once after Cleo did not answer"
    assert cleo.was_paged()


def test_it_is_rated_once_though_it_was_resolved_twice(
    desk: Desk, question: Question, ada: Actor, ben: Actor
) -> None:
    ben.claims(question)
    ben.resolves(question)
    ada.replies(question, "It is back: every second label is blank again")
    ben.claims(question)
    ben.resolves(question, "Changed the print head.")

    assert sum(desk.is_rating(message) for message in question.thread) == 1


def test_thanks_do_not_reopen(desk: Desk, question: Question, ada: Actor, ben: Actor) -> None:
    ben.claims(question)
    ben.resolves(question)

    ada.replies(question, "thanks a lot, works!")

    assert question.status is TicketStatus.RESOLVED
    assert "thanked" in question.happened


def test_the_reopen_button_on_the_card(desk: Desk, question: Question, ben: Actor) -> None:
    ben.claims(question)
    ben.resolves(question)

    ben.clicks_card(question, copy.BUTTON_REOPEN)

    assert question.status is TicketStatus.WAITING


def test_closed_after_seven_days(
    desk: Desk, clock: Clock, question: Question, ada: Actor, ben: Actor
) -> None:
    ben.claims(question)
    ben.resolves(question)

    clock.advance(hours=6 * 24)
    assert question.status is TicketStatus.RESOLVED

    clock.advance(hours=25)
    assert question.status is TicketStatus.CLOSED
    assert copy.CARD_CLOSED in shown_text(question.card)
    assert not buttons(question.card)


def test_writing_after_that_is_told_where_to_write(
    desk: Desk, clock: Clock, question: Question, ada: Actor, ben: Actor
) -> None:
    ben.claims(question)
    ben.resolves(question)
    clock.advance(hours=8 * 24)

    ada.replies(question, "It is blank again")

    assert question.status is TicketStatus.CLOSED
    assert ada.was_whispered(copy.CLOSED)


def test_the_requester_may_say_that_it_solved_itself(
    desk: Desk, clock: Clock, question: Question, ben: Actor, cleo: Actor
) -> None:
    question.clicks(copy.BUTTON_SOLVED)

    assert question.status is TicketStatus.RESOLVED
    clock.advance(minutes=30)
    assert not cleo.pages, "nobody else is asked"
    assert copy.BUTTON_CLAIM not in [b.label for b in buttons(question.card)]


def test_nobody_is_paged_about_their_own_question(desk: Desk, ben: Actor, cleo: Actor) -> None:
    desk.finds()
    ben.says("My own laptop does not start").clicks(copy.BUTTON_PERSON)

    assert not ben.pages
    assert cleo.was_paged()

"""What the desk asks back, in the answer that is there anyway: which of two, who is affected, can you work."""

from dataclasses import replace
from typing import Any

import pytest
from cast import Actor, Desk, Question
from seen import buttons, labelled, shown_text

from bot.slack import copy
from triage.judge import Judge, Judgement
from triage.tickets import choosing
from triage.vocabulary import Impact, LabelField, LabelSource, TicketStatus, Urgency

VAGUE = "the thing with the blue window asks me something strange about tokens"
ME, TEAM, EVERYONE = (copy.IMPACT_NAME[impact] for impact in Impact)
STUCK, CAN_WORK = copy.STUCK_NAME[True], copy.STUCK_NAME[False]


class _Torn:
    """A judge that is torn between two categories and finds no article, until it is told which it is."""

    def __init__(self, really: Judge) -> None:
        self._really = really
        self.asked = really.asked
        self.index = really.index

    def foresee(self, text: str, *, guest: bool = False) -> None:
        self._really.foresee(text, guest=guest)

    def judge(self, text: str, *, guest: bool = False) -> Judgement:
        judged = self._really.judge(text, guest=guest)
        verdict = replace(judged.verdict, category=None, either=("sign_in", "vpn"), needs_person=None)
        told = text.startswith("VPN")
        return replace(judged, verdict=verdict, matches=judged.matches if told else (), below=())


@pytest.fixture
def torn(desk: Desk) -> None:
    desk.stage.desk.judge = lambda *given: _Torn(desk._really(*given))


def labels(question: Question) -> list[tuple[Any, ...]]:
    return [(row.field, row.value, row.source, row.by_id) for row in question.story.labels]


@pytest.mark.usefixtures("torn")
def test_between_two_categories_the_bot_asks_once_and_the_answer_is_a_label(desk: Desk, ada: Actor) -> None:
    question = ada.says(VAGUE)
    assert "*Signing in* or *VPN and remote access*?" in question.answer
    assert len(question.answers) == 1
    assert question.labels[-1] == copy.BUTTON_PERSON, "the way to a person comes last"

    question.clicks("Signing in")

    assert question.ticket.category == "sign_in"
    assert labels(question) == [
        (LabelField.CATEGORY, "sign_in", LabelSource.CHOSEN, question.ticket.requester_id)
    ]
    assert "*Signing in*" in question.answer
    assert not question.was_told(copy.WHICH_OF_TWO)
    assert len(question.answers) == 1, "the message changed in place"


@pytest.mark.usefixtures("torn")
def test_with_the_category_an_article_may_fit_after_all(desk: Desk, ada: Actor) -> None:
    question = ada.says("it drops every few minutes on the train")
    assert not question.articles
    question.clicks("VPN and remote access")
    assert question.articles
    assert copy.BUTTON_SOLVED in question.labels


@pytest.mark.usefixtures("torn")
def test_something_else_is_no_label_and_is_not_asked_again(desk: Desk, ada: Actor) -> None:
    question = ada.says(VAGUE).clicks(copy.BUTTON_SOMETHING_ELSE)
    assert labels(question) == []
    assert question.ticket.category is None
    ada.edits(question, VAGUE + " and more")
    assert not question.was_told(copy.WHICH_OF_TWO)


@pytest.mark.usefixtures("torn")
def test_a_second_press_and_a_later_reading_change_nothing(desk: Desk, ada: Actor) -> None:
    question = ada.says(VAGUE)
    asked, other = question.button("VPN and remote access")
    question.clicks("Signing in")
    ada.presses_stale(asked, other)
    ada.edits(question, VAGUE + ", please")
    assert question.ticket.category == "sign_in"
    assert len(labels(question)) == 1


@pytest.mark.usefixtures("torn")
def test_nobody_else_answers_for_the_asker(desk: Desk, ada: Actor, eli: Actor) -> None:
    question = ada.says(VAGUE)
    eli.clicks(question, "Signing in")
    assert question.ticket.category is None
    assert eli.was_whispered(copy.NOT_YOURS)


@pytest.mark.usefixtures("torn")
def test_the_question_stays_while_a_person_is_asked_and_the_card_learns_of_it(desk: Desk, ada: Actor) -> None:
    question = ada.says(VAGUE).clicks(copy.BUTTON_PERSON)
    assert copy.NO_CATEGORY in shown_text(question.card)
    question.clicks("Signing in")
    assert "Signing in" in shown_text(question.card)


def test_the_question_is_kept_once_a_ticket(desk: Desk, ada: Actor, torn: None) -> None:
    question = ada.says(VAGUE)
    ada.edits(question, VAGUE + " again")
    with desk.database.reading() as session:
        row = choosing.asked(session, question.ticket.id)
    assert row is not None
    assert question.happened.count("asked_which") == 1


# Who is affected, and can they work


def waiting(ada: Actor, text: str = "my laptop fan is loud") -> Question:
    return ada.says(text).clicks(copy.BUTTON_PERSON)


def test_one_tap_under_the_answer_raises_by_the_table(desk: Desk, ada: Actor) -> None:
    question = waiting(ada)
    assert question.ticket.urgency is Urgency.MEDIUM
    messages = len(question.thread)

    question.clicks(STUCK)

    assert question.ticket.urgency is Urgency.HIGH
    assert "The desk sees what you said: *I am stuck*" in question.answer
    assert "They say: I am stuck" in shown_text(question.card)
    assert "*High*" in shown_text(question.card)
    assert len(question.thread) == messages, "no message more"
    assert question.happened[-1] == "told_impact"


def test_it_can_be_taken_back_and_the_same_tap_counts_once(desk: Desk, ada: Actor) -> None:
    question = waiting(ada)
    question.clicks(STUCK).clicks(CAN_WORK)
    assert question.ticket.urgency is Urgency.MEDIUM
    question.clicks(CAN_WORK)
    assert question.happened.count("told_impact") == 2


def test_a_tap_teaches_no_alarm_but_what_the_agent_leaves_in_the_form_does(
    desk: Desk, ada: Actor, ben: Actor
) -> None:
    question = waiting(ada)
    question.clicks(STUCK)
    assert labels(question) == []

    ben.claims(question)
    ben.resolves(question)

    assert {row.by_id for row in question.story.labels} == {question.ticket.claimed_by_id}
    assert (LabelField.URGENCY, "high", LabelSource.RESOLVED) in [row[:3] for row in labels(question)]


def test_nobody_taps_a_ticket_to_critical(desk: Desk, ada: Actor, cleo: Actor) -> None:
    question = waiting(ada)
    question.clicks(EVERYONE).clicks(STUCK)
    assert question.ticket.urgency is Urgency.HIGH
    assert "Everyone, I am stuck" in question.answer


def test_what_a_rule_found_is_not_tapped_away(desk: Desk, ada: Actor) -> None:
    question = waiting(ada, "our whole team (7) can't open the drawing tool")
    assert question.ticket.urgency is Urgency.HIGH
    question.clicks(CAN_WORK).clicks(ME)
    assert question.ticket.urgency is Urgency.HIGH


def test_a_danger_and_a_matter_for_a_person_are_not_asked_about(desk: Desk, ada: Actor, eli: Actor) -> None:
    danger = ada.says("There is smoke coming out of the server cabinet")
    assert danger.status is TicketStatus.WAITING
    assert STUCK not in danger.labels
    matter = eli.says("my boss shouts at me every day and I can't take it")
    assert matter.status is TicketStatus.WAITING
    assert STUCK not in matter.labels


def test_only_the_asker_or_the_desk_says_how_bad_it_is(desk: Desk, ada: Actor, eli: Actor) -> None:
    question = waiting(ada)
    eli.clicks(question, STUCK)
    assert question.ticket.urgency is Urgency.MEDIUM
    assert eli.was_whispered(copy.NOT_YOURS)


def test_what_was_told_outlives_an_edit(desk: Desk, ada: Actor) -> None:
    question = waiting(ada)
    question.clicks(STUCK)
    ada.edits(question, "the label of my drawer in the app shows a very strange sign")
    assert question.ticket.urgency is Urgency.HIGH
    question.clicks(CAN_WORK)
    assert question.ticket.urgency is Urgency.MEDIUM


def test_nothing_is_asked_once_an_agent_is_on_it_and_a_late_tap_still_counts(
    desk: Desk, ada: Actor, ben: Actor
) -> None:
    question = waiting(ada)
    message = question.answers[0]
    tap = labelled(buttons(message), STUCK)
    ben.claims(question)
    assert STUCK not in question.labels
    ada.presses_stale(message, tap)
    assert question.ticket.urgency is Urgency.HIGH


def test_a_tap_on_a_solved_ticket_changes_nothing(desk: Desk, ada: Actor) -> None:
    question = waiting(ada)
    message = question.answers[0]
    question.clicks(copy.BUTTON_SOLVED)
    ada.presses_stale(message, labelled(buttons(message), STUCK))
    assert "told_impact" not in question.happened

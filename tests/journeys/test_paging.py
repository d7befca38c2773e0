"""What follows a page: seen, passed on, put off at night, and outside pagers that are told."""

from dataclasses import replace

import pytest
from cast import Actor, Clock, Desk, Question, buttons, reads, shown_text
from seen import labelled

from bot.slack import copy, copy_escalation
from triage.escalation.alerts import Alert
from triage.escalation.tables import PagerAction
from triage.tickets import paged
from triage.vocabulary import TicketStatus, Urgency

CRITICAL = "The whole warehouse can't scan parcels, trucks are waiting"


def ask(ada: Actor) -> Question:
    return ada.says("The label printer prints every second label blank").clicks(copy.BUTTON_PERSON)


def answers(actor: Actor, label: str) -> None:
    page = actor.pages[-1]
    actor.presses(page, labelled(buttons(page), label))


def test_whoever_acknowledges_has_time_to_look(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    question = ask(ada)
    answers(ben, copy_escalation.BUTTON_ACKNOWLEDGE)
    assert reads(copy_escalation.PAGE_SEEN, shown_text(ben.pages[-1]))

    clock.advance(minutes=20)
    assert not cleo.pages

    clock.advance(minutes=11)
    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()


def test_passing_asks_the_next_one_at_once(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    clock.advance(hours=2)  # nine in São Paulo
    question = ask(ada)
    answers(ben, copy_escalation.BUTTON_PASS)

    assert cleo.was_paged()
    assert shown_text(ben.pages[-1]).endswith(copy_escalation.PAGE_PASSED)
    assert ben.mention not in " ".join(entry.reason for entry in question.story.timeline)


@pytest.fixture
def night(desk: Desk, clock: Clock) -> None:
    """Wednesday, 02:10 in London and 03:10 in Stockholm; the desk opens at nine."""
    desk.rules(opening_hours="Mon-Fri 09:00-17:00")
    clock.advance(hours=16, minutes=10)


@pytest.mark.usefixtures("night")
def test_a_page_at_night_says_what_drove_it_and_that_rest_follows(desk: Desk, eli: Actor, ben: Actor) -> None:
    eli.says(CRITICAL)

    page = shown_text(ben.pages[-1])
    assert "03:10 your time" in page
    assert reads(copy_escalation.PAGE_SURE, page)
    assert copy_escalation.PAGE_REST.format(time="14:10") in page
    assert [button.label for button in buttons(ben.pages[-1])] == [
        copy_escalation.BUTTON_ACKNOWLEDGE,
        copy_escalation.BUTTON_PASS,
        copy_escalation.BUTTON_NOT_URGENT,
    ]


@pytest.mark.usefixtures("night")
def test_what_is_not_urgent_waits_till_morning_and_becomes_a_label(
    desk: Desk, clock: Clock, eli: Actor, ben: Actor, cleo: Actor
) -> None:
    question = eli.says(CRITICAL)
    answers(ben, copy_escalation.BUTTON_NOT_URGENT)

    assert question.status is TicketStatus.DEFERRED
    assert question.ticket.urgency is Urgency.MEDIUM
    assert question.was_told(copy_escalation.PUT_OFF)
    assert [label.value for label in question.story.labels] == ["medium"]
    assert copy.BUTTON_CANNOT_WAIT in question.labels

    clock.advance(hours=6)
    assert not cleo.pages
    clock.advance(hours=1)
    assert question.status is TicketStatus.WAITING


@pytest.mark.usefixtures("night")
def test_whoever_said_that_it_can_not_wait_is_heard(desk: Desk, eli: Actor, ben: Actor) -> None:
    question = eli.says(CRITICAL)
    answers(ben, copy_escalation.BUTTON_NOT_URGENT)

    question.clicks(copy.BUTTON_CANNOT_WAIT)

    assert question.status is TicketStatus.WAITING


@pytest.mark.usefixtures("night")
def test_what_was_put_off_is_urgent_after_all(
    desk: Desk, clock: Clock, eli: Actor, ben: Actor, cleo: Actor
) -> None:
    question = eli.says(CRITICAL)
    answers(ben, copy_escalation.BUTTON_NOT_URGENT)
    clock.advance(minutes=3)

    answers(ben, copy_escalation.BUTTON_URGENT_AFTER_ALL)

    assert question.status is TicketStatus.WAITING
    assert question.ticket.urgency is Urgency.CRITICAL
    assert cleo.was_paged()
    assert question.was_told(copy.HANDED_OVER_CRITICAL)
    assert [label.value for label in question.story.labels] == ["medium", "critical"]
    told = [entry.reason for entry in question.story.timeline if entry.what == "escalate"]
    assert told[-1] == "it is urgent after all"
    assert copy_escalation.BUTTON_URGENT_AFTER_ALL not in [one.label for one in buttons(ben.pages[-1])]


@pytest.mark.usefixtures("night")
def test_once_somebody_has_it_it_is_theirs_to_say(desk: Desk, eli: Actor, ben: Actor, cleo: Actor) -> None:
    question = eli.says(CRITICAL)
    answers(ben, copy_escalation.BUTTON_NOT_URGENT)
    page = ben.pages[-1]
    again = labelled(buttons(page), copy_escalation.BUTTON_URGENT_AFTER_ALL)
    cleo.claims(question)

    ben.presses_stale(page, again)

    assert question.ticket.urgency is Urgency.MEDIUM
    assert copy_escalation.BUTTON_URGENT_AFTER_ALL not in [one.label for one in buttons(ben.pages[-1])]


def test_by_day_it_is_asked_anew_and_may_be_urgent_after_all(
    desk: Desk, clock: Clock, eli: Actor, ben: Actor
) -> None:
    question = eli.says(CRITICAL)
    clock.advance(minutes=1)
    with desk.database.transaction() as session:
        paged.not_urgent(
            session,
            question.ticket.id,
            by=session.merge(ben.person),
            policy=desk.stage.desk.rules,
            now=desk.slack.now(),
        )
    clock.advance(minutes=1)
    first = ben.pages[0]
    assert reads(copy_escalation.PAGE_CALMED, shown_text(first))

    ben.presses(first, labelled(buttons(first), copy_escalation.BUTTON_URGENT_AFTER_ALL))

    assert question.ticket.urgency is Urgency.CRITICAL
    assert "urgent_again" in [entry.what for entry in question.story.timeline]


@pytest.mark.usefixtures("night")
def test_where_the_desk_is_open_no_opening_is_invented(desk: Desk, eli: Actor, ben: Actor) -> None:
    desk.rules(opening_hours="")
    question = eli.says(CRITICAL)
    answers(ben, copy_escalation.BUTTON_NOT_URGENT)

    assert question.was_told(copy_escalation.PUT_OFF)
    assert not question.was_told(copy.FIRST_IN_LINE)
    assert question.was_told(copy_escalation.LOOKED_AT)


def test_an_older_page_says_that_it_went_on(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    clock.advance(hours=2)
    ask(ada)
    clock.advance(minutes=6)
    assert cleo.was_paged()
    assert reads(copy_escalation.PAGE_MOVED_ON, shown_text(ben.pages[0]))
    assert [one.label for one in buttons(ben.pages[0])] == [copy.BUTTON_CLAIM]

    for _ in range(3):
        clock.advance(minutes=31)
    assert len(ben.pages) > 1
    assert reads(copy_escalation.PAGE_ASKED_ANEW, shown_text(ben.pages[0]))
    assert buttons(ben.pages[0]) == []


class Beeper:
    """A pager outside Slack that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Alert] = []

    def send(self, alert: Alert) -> None:
        self.told.append(alert)


def test_an_outside_pager_is_called_at_the_last_and_hears_how_it_ends(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor
) -> None:
    beeper = Beeper()
    desk.stage.desk.pagers = {"beeper": beeper}
    desk.stage.desk.rules = replace(desk.stage.desk.rules, pagers=("beeper",))
    desk.nobody_on_call()
    question = ask(ada)
    assert [alert.action for alert in beeper.told] == [PagerAction.TRIGGER]
    assert beeper.told[0].text == ""

    ben.claims(question)
    ben.resolves(question)

    assert [alert.action for alert in beeper.told] == list(PagerAction)
    assert len({alert.key for alert in beeper.told}) == 1
    desk.stage.desk.pagers = {}

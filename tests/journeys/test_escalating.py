"""Who is asked, and who next; at night, and when nobody is there."""

import pytest
from cast import Actor, Clock, Desk, Question

from bot.slack import copy
from triage.vocabulary import TicketStatus, Urgency

CRITICAL = "The whole warehouse can't scan parcels, trucks are waiting"


def ask(ada: Actor) -> Question:
    return ada.says("The label printer prints every second label blank").clicks(copy.BUTTON_PERSON)


def test_a_critical_question_alerts_the_desk_at_once_whatever_the_articles_say(
    desk: Desk, eli: Actor, ben: Actor
) -> None:
    desk.finds("network-drive-missing")
    question = eli.says(CRITICAL)

    assert question.ticket.urgency is Urgency.CRITICAL
    assert question.status is TicketStatus.WAITING
    assert question.cards
    assert ben.was_paged()
    assert len(question.answers) == 1


def test_an_unclaimed_ticket_reaches_the_next_level(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    ask(ada)
    assert ben.was_paged()

    clock.advance(minutes=6)

    assert cleo.was_paged()
    assert ben.was_paged()


def test_exhausted_is_said_aloud_and_the_round_starts_again(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    question = ask(ada)
    clock.advance(minutes=6)
    clock.advance(minutes=6)

    (aloud,) = question.under_card
    assert ben.mention in aloud
    assert cleo.mention in aloud

    clock.advance(minutes=31)
    assert ben.was_paged(times=2)
    clock.advance(minutes=6)
    assert cleo.was_paged(times=2)
    cleo.claims(question)
    assert question.status is TicketStatus.CLAIMED


def test_nobody_on_call_is_said_under_the_card(desk: Desk, clock: Clock, ada: Actor, ben: Actor) -> None:
    desk.nobody_on_call()
    question = ask(ada)

    assert question.under_card == [copy.NOBODY_ON_CALL]
    assert question.status is TicketStatus.WAITING

    clock.advance(minutes=31)
    assert len(question.under_card) == 2


@pytest.fixture
def closed(desk: Desk, clock: Clock) -> None:
    """It is Tuesday, eight in the evening; the desk opens on Wednesday at nine."""
    desk.rules(opening_hours="Mon-Fri 09:00-17:00")
    clock.advance(hours=10)


@pytest.mark.usefixtures("closed")
def test_at_night_it_waits_for_the_opening_and_is_first_in_line(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor
) -> None:
    question = ask(ada)
    assert question.status is TicketStatus.DEFERRED
    assert question.was_told(copy.DESK_IS_CLOSED)
    assert not ben.pages
    assert not question.cards

    clock.advance(hours=12, minutes=59)
    assert question.status is TicketStatus.DEFERRED

    clock.advance(minutes=2)
    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()
    assert question.cards


@pytest.mark.usefixtures("closed")
def test_what_can_not_wait_pages_at_night(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ask(ada)

    question.clicks(copy.BUTTON_CANNOT_WAIT)

    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()


@pytest.mark.usefixtures("closed")
def test_a_critical_question_pages_at_night(desk: Desk, eli: Actor, ben: Actor) -> None:
    question = eli.says(CRITICAL)

    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()


@pytest.mark.usefixtures("closed")
def test_silence_at_night_is_handed_over_at_the_opening(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor
) -> None:
    question = ada.says("The label printer prints every second label blank")
    clock.advance(minutes=31)
    assert question.status is TicketStatus.DEFERRED
    assert not ben.pages

    clock.advance(hours=13)
    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()


def test_a_page_that_falls_due_after_hours_waits_for_the_opening(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    desk.rules(opening_hours="Mon-Fri 11:00-17:00")
    clock.advance(hours=6, minutes=58)
    question = ask(ada)
    assert ben.was_paged()

    clock.advance(minutes=6)
    assert not cleo.pages

    clock.advance(hours=18)
    assert cleo.was_paged()
    assert question.status is TicketStatus.WAITING


def test_an_open_desk_wakes_nobody_for_what_can_wait(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    """It is nine for the desk, and six in São Paulo, where Cleo sleeps until seven."""
    desk.rules(opening_hours="Mon-Fri 09:00-17:00")
    clock.advance(hours=23)
    question = ask(ada)
    assert ben.was_paged()

    clock.advance(minutes=6)
    assert not cleo.pages
    assert "level_skipped" not in question.happened
    assert question.under_card, "nobody else could be asked, so the whole desk hears it"

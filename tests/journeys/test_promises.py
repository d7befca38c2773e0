"""What was promised, told in time and without blame: to who works on it, to the desk where nobody does, never to
whoever asked."""

from cast import Actor, Clock, Desk, Question, buttons, reads, shown_text

from bot.demo import DESK_CHANNEL
from bot.slack import copy, copy_sla
from triage.outbox import Occasion
from triage.vocabulary import PromiseState, TicketStatus, Urgency

VPN = "My VPN drops every ten minutes on the train"


def about_promises(person: Actor) -> list[str]:
    """What stands in somebody's direct messages about promises."""
    said = [shown_text(message) for message in person.direct_messages]
    known = (
        copy_sla.SOON_FIRST_RESPONSE,
        copy_sla.LATE_FIRST_RESPONSE,
        copy_sla.SOON_RESOLUTION,
        copy_sla.LATE_RESOLUTION,
    )
    return [text for text in said if any(reads(sentence, text) for sentence in known)]


def under_the_card(question: Question) -> list[str]:
    replies = question.desk.slack.replies(DESK_CHANNEL, question.card["ts"])
    return [
        shown_text(message)
        for message in replies
        if question.desk.is_about({**message, "channel": DESK_CHANNEL}, Occasion.DESK_NOTICE)
    ]


def asked(ada: Actor) -> Question:
    question = ada.says(VPN).clicks(copy.BUTTON_PERSON)
    assert question.ticket.urgency is Urgency.MEDIUM
    return question


def says(question: Question, state: PromiseState) -> bool:
    return copy_sla.STATE_NAME[state] in shown_text(question.card)


def test_who_claimed_it_hears_before_the_first_answer_is_due_and_once_after(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor
) -> None:
    question = asked(ada)
    ben.claims(question)
    assert says(question, PromiseState.FINE)

    clock.advance(hours=3)
    (soon,) = about_promises(ben)
    assert reads(copy_sla.SOON_FIRST_RESPONSE, soon)
    assert says(question, PromiseState.SOON)

    clock.advance(hours=1)
    clock.advance(hours=2)
    assert len(about_promises(ben)) == 2
    assert reads(copy_sla.LATE_FIRST_RESPONSE, about_promises(ben)[1])
    assert says(question, PromiseState.LATE)


def test_a_line_in_the_thread_is_enough(desk: Desk, clock: Clock, ada: Actor, ben: Actor) -> None:
    question = asked(ada)
    ben.claims(question)
    ben.replies(question, "On it, give me ten minutes.")

    clock.advance(hours=5)

    assert about_promises(ben) == []
    assert copy_sla.PROMISE_NAME["resolution"] in shown_text(question.card)


def test_whoever_asked_reads_of_waits_alone(desk: Desk, clock: Clock, ada: Actor, ben: Actor) -> None:
    question = asked(ada)
    ben.claims(question)

    clock.advance(hours=30)

    words = " ".join(question.said + [shown_text(message) for message in ada.direct_messages]).lower()
    assert not any(name.lower() in words for name in copy_sla.STATE_NAME.values())
    assert "promised" not in words
    home = shown_text(ada.opens_home())
    assert not any(name in home for name in copy_sla.STATE_NAME.values())


def test_the_owner_sees_it_in_app_home(desk: Desk, clock: Clock, ada: Actor, ben: Actor) -> None:
    ben.claims(asked(ada))
    clock.advance(hours=5)
    assert copy_sla.STATE_NAME[PromiseState.LATE] in shown_text(ben.opens_home())


def test_nobody_owns_it_so_the_desk_hears_under_the_card(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor
) -> None:
    question = asked(ada)

    clock.advance(hours=3)

    assert any(reads(copy_sla.DESK_SOON_FIRST_RESPONSE, text) for text in under_the_card(question))
    assert about_promises(ben) == []


def test_on_hold_nothing_is_due(desk: Desk, clock: Clock, ada: Actor, ben: Actor) -> None:
    question = asked(ada)
    ben.claims(question)
    ben.replies(question, "On it.")
    ben.holds(question, "the spare part")

    clock.advance(hours=9 * 24)

    assert about_promises(ben) == []
    assert question.status is TicketStatus.ON_HOLD
    assert "the time stands still" in shown_text(question.card)


def test_at_night_it_waits_for_the_morning(desk: Desk, clock: Clock, ada: Actor, ben: Actor) -> None:
    """Asked at ten; the solution is due the next day at ten, soon from four in the morning on: quiet hours."""
    question = asked(ada)
    ben.claims(question)
    ben.replies(question, "On it.")

    clock.advance(hours=18, minutes=30)
    assert about_promises(ben) == []
    assert says(question, PromiseState.SOON), "the card says it all the same"

    clock.advance(hours=4)
    (soon,) = about_promises(ben)
    assert reads(copy_sla.SOON_RESOLUTION, soon)


def test_a_holiday_is_no_working_day(desk: Desk, clock: Clock, ada: Actor, ben: Actor) -> None:
    """Monday, 8 March 2027 is a holiday in Berlin: and the desk adds a day: from Sunday on it waits until Wednesday."""
    desk.rules(
        opening_hours="Mon-Fri 09:00-17:00",
        time_zone="Europe/Berlin",
        holidays="DE-BE",
        closed_days="2027-03-09",
    )
    clock.advance(hours=5 * 24)
    question = ada.says(VPN).clicks(copy.BUTTON_PERSON)
    assert question.status is TicketStatus.DEFERRED

    clock.advance(hours=2 * 24)
    assert question.status is TicketStatus.DEFERRED

    clock.advance(hours=24)
    assert question.status is TicketStatus.WAITING


def test_the_message_helps_to_do_what_is_due(desk: Desk, clock: Clock, ada: Actor, ben: Actor) -> None:
    question = asked(ada)
    ben.claims(question)
    ben.replies(question, "On it.")
    clock.advance(hours=23)

    message = next(m for m in ben.direct_messages if reads(copy_sla.SOON_RESOLUTION, shown_text(m)))
    hold = next(button for button in buttons(message) if button.label == copy.BUTTON_HOLD)
    ben.presses(message, hold)
    assert ben.submits() == {}

    assert question.status is TicketStatus.ON_HOLD

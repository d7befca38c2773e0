"""What people write comes in pieces, twice, in another order, and is changed or deleted afterwards."""

from typing import Any

import pytest
from cast import TEAM, Actor, Clock, Desk, Question, shown_text
from sqlalchemy import select

from bot.demo import HELP_CHANNEL
from bot.playground import cast as playground
from bot.slack import copy
from bot.slack.inbox import InboxEvent
from triage.vocabulary import TicketStatus, Urgency

FIRST, SECOND = "My VPN drops all the time", "it says error 619 on the train"
BOT = f"<@{playground.BOT_USER}>"


def says_both(desk: Desk, ada: Actor, first: str = FIRST, second: str = SECOND) -> tuple[Question, Question]:
    one = Question(ada, HELP_CHANNEL, desk.slack.say(ada.id, HELP_CHANNEL, first, raw=True))
    two = Question(ada, HELP_CHANNEL, desk.slack.say(ada.id, HELP_CHANNEL, second, raw=True))
    return one, two


def test_a_burst_is_one_ticket_with_one_answer(desk: Desk, clock: Clock, ada: Actor) -> None:
    first = ada.says(FIRST)
    clock.advance(seconds=40)
    ada.says(SECOND)

    assert desk.only_ticket.question == f"{FIRST}\n{SECOND}"
    assert len(first.answers) == 1
    assert "added" in first.happened


def test_two_questions_far_apart_are_two_tickets(desk: Desk, clock: Clock, ada: Actor) -> None:
    ada.says(FIRST)
    clock.advance(minutes=3)
    ada.says("And my headset has no sound in meetings")
    assert len(desk.tickets) == 2


def test_two_people_at_once_are_two_tickets(desk: Desk, ada: Actor, eli: Actor) -> None:
    ada.says(FIRST)
    eli.says("My VPN drops too")
    assert len(desk.tickets) == 2


def test_a_burst_delivered_in_reverse_order(desk: Desk, ada: Actor) -> None:
    with desk.delivered_backwards():
        first, second = says_both(desk, ada)

    assert desk.only_ticket.question == f"{FIRST}\n{SECOND}"
    assert len(first.answers) + len(second.answers) == 1


def test_a_burst_that_arrives_all_at_once(desk: Desk, ada: Actor) -> None:
    first, second = says_both(desk, ada)
    desk.work_off()

    assert desk.only_ticket.question == f"{FIRST}\n{SECOND}"
    assert len(first.answers) + len(second.answers) == 1


def test_a_burst_that_begins_with_a_mention(desk: Desk, ada: Actor) -> None:
    first = ada.says(f"{BOT} {FIRST}", raw=True)
    ada.says(SECOND)
    ada.says(f"{BOT} please", raw=True)

    assert len(desk.tickets) == 1
    assert len(first.answers) == 1


HARASSED = "My manager keeps harassing me and I am afraid to come to work"


def test_a_line_that_completes_a_question_belongs_to_it(desk: Desk, ada: Actor) -> None:
    ada.says("The printer is jammed")
    ada.says("it's the one in room 4")
    assert desk.only_ticket.question == "The printer is jammed\nit's the one in room 4"


def test_a_matter_for_a_person_alone_ends_in_no_other_ticket(desk: Desk, clock: Clock, ada: Actor) -> None:
    vpn = ada.says(FIRST).clicks(copy.BUTTON_PERSON)
    clock.advance(seconds=20)
    harassed = ada.says(HARASSED)

    assert [ticket.question for ticket in desk.tickets] == [FIRST, HARASSED]
    assert "harassing" not in shown_text(vpn.card)
    assert len(vpn.answers) == len(harassed.answers) == 1


def test_no_other_question_joins_a_matter_for_a_person_alone(desk: Desk, ada: Actor) -> None:
    ada.says(HARASSED)
    ada.says(FIRST)
    ada.says(SECOND)
    assert [ticket.question for ticket in desk.tickets] == [HARASSED, f"{FIRST}\n{SECOND}"]


def test_a_matter_for_a_person_alone_is_kept_apart_in_whatever_order_it_comes(desk: Desk, ada: Actor) -> None:
    with desk.delivered_backwards():
        says_both(desk, ada, FIRST, HARASSED)
    assert {ticket.question for ticket in desk.tickets} == {FIRST, HARASSED}


def test_a_second_question_about_something_else_is_a_ticket_of_its_own(desk: Desk, ada: Actor) -> None:
    ada.says(FIRST)
    headset = ada.says("And my headset has no sound in meetings")
    desk.slack.redeliver_last(1)
    desk.work_off()

    assert len(desk.tickets) == 2
    assert len(headset.answers) == 1


def test_a_burst_goes_on_while_an_agent_has_claimed_it_already(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says(FIRST).clicks(copy.BUTTON_PERSON)
    ben.claims(question)

    ada.says(SECOND)

    assert desk.only_ticket.question == f"{FIRST}\n{SECOND}"
    assert question.status is TicketStatus.CLAIMED
    assert SECOND in shown_text(question.card)


def test_an_alarm_is_never_the_end_of_another_question(desk: Desk, clock: Clock, ada: Actor) -> None:
    ringtone = ada.says("How do I change the ringtone of my desk phone? no hurry")
    clock.advance(seconds=10)
    alarm = ada.says("The cold store alarm is on and nobody can open the doors, people are inside")

    assert len(desk.tickets) == 2
    assert len(alarm.answers) == 1
    assert alarm.ticket.urgency is Urgency.CRITICAL
    assert ringtone.ticket.urgency is not Urgency.CRITICAL


def test_a_line_that_makes_the_same_matter_critical_stays_with_it(
    desk: Desk, clock: Clock, ada: Actor
) -> None:
    question = ada.says("Nobody at my desk can print")
    clock.advance(seconds=10)
    ada.says("it's the whole warehouse, nobody can work and trucks are waiting")

    assert desk.only_ticket.urgency is Urgency.CRITICAL
    assert len(question.answers) == 1


def test_a_burst_goes_on_while_the_desk_is_closed(desk: Desk, clock: Clock, ada: Actor) -> None:
    desk.rules(opening_hours="Mon-Fri 09:00-17:00")
    clock.advance(hours=10)
    ada.says(FIRST).clicks(copy.BUTTON_PERSON)

    ada.says(SECOND)

    assert desk.only_ticket.status is TicketStatus.DEFERRED
    assert SECOND in desk.only_ticket.question


def test_a_reply_under_the_second_line_of_a_burst_belongs_to_the_ticket(
    desk: Desk, ada: Actor, ben: Actor
) -> None:
    question = ada.says(FIRST).clicks(copy.BUTTON_PERSON)
    second = ada.says(SECOND)

    ben.replies(second, "I'll have a look at your VPN profile.")

    assert question.status is TicketStatus.CLAIMED
    assert question.ticket.first_response_at is not None


# Delivered twice


def test_delivered_three_times_answered_once(desk: Desk, eli: Actor) -> None:
    question = eli.says(FIRST)
    desk.slack.redeliver_last(1)
    desk.slack.redeliver_last(1)
    desk.work_off()

    assert len(desk.tickets) == 1
    assert len(question.answers) == 1


def test_redelivered_days_later_it_is_still_answered_once(desk: Desk, clock: Clock, eli: Actor) -> None:
    question = eli.says(FIRST)
    clock.advance(hours=50)
    desk.slack.redeliver_last(1)
    desk.work_off()
    assert len(desk.tickets) == 1
    assert len(question.answers) == 1


def test_a_reply_delivered_twice_counts_once(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says(FIRST).clicks(copy.BUTTON_PERSON)
    ben.replies(question, "On it.")
    desk.slack.redeliver_last(1)
    desk.work_off()
    assert question.happened.count("claim") == 1
    assert question.happened.count("first_response") == 1


# Changed and deleted


def test_an_edit_changes_the_answer(desk: Desk, ada: Actor) -> None:
    desk.finds("forgot-password")
    question = ada.says("I forgot the thing")
    desk.finds("mailbox-full")

    ada.edits(question, "My mailbox is full")

    assert question.ticket.question == "My mailbox is full"
    assert len(question.answers) == 1, "the same message, brought up to date"
    (title,) = question.articles
    assert title in question.answer
    assert "My mailbox is full" in question.answer


def test_an_edit_that_makes_it_critical_alerts_the_desk(desk: Desk, eli: Actor, ben: Actor) -> None:
    question = eli.says("Scanning is slow today")
    eli.edits(question, "The whole warehouse can't scan parcels, trucks are waiting")

    assert question.status is TicketStatus.WAITING
    assert ben.was_paged()


def test_an_edit_after_it_was_claimed_shows_on_the_card(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says(FIRST).clicks(copy.BUTTON_PERSON)
    ben.claims(question)

    ada.edits(question, "My VPN drops at home only")

    assert "My VPN drops at home only" in shown_text(question.card)
    assert question.status is TicketStatus.CLAIMED


def test_an_edit_that_overtakes_its_message_is_not_lost(desk: Desk, ada: Actor) -> None:
    with desk.delivered_backwards():
        ts = desk.slack.say(ada.id, HELP_CHANNEL, "My VNP drops")
        desk.slack.edit(ada.id, HELP_CHANNEL, ts, "My VPN drops on the train")

    assert desk.only_ticket.question == "My VPN drops on the train"


def test_deleted_before_anybody_answered_it_is_closed(desk: Desk, ada: Actor) -> None:
    question = ada.says(FIRST)

    ada.deletes(question)  # the answer hangs below, so Slack leaves a tombstone

    assert question.status is TicketStatus.CLOSED
    assert copy.BUTTON_PERSON not in question.labels


def test_deleted_before_it_was_answered_at_all(desk: Desk, ada: Actor) -> None:
    with desk.slack_down():
        ts = desk.slack.say(ada.id, HELP_CHANNEL, FIRST)
        desk.until(lambda: desk.tickets)
        desk.slack.delete(ada.id, HELP_CHANNEL, ts)
        desk.until(lambda: desk.only_ticket.status is TicketStatus.CLOSED)
    desk.work_off()

    assert not [m for m in desk.slack.messages(HELP_CHANNEL) if m.get("bot_id")], (
        "no answer without a question"
    )


def test_deleted_in_the_moment_in_which_it_is_answered(
    desk: Desk, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = desk.stage.desk.gateway_for(TEAM)
    really_post = gateway.post

    def slow_post(channel: str, *said: Any, **more: Any) -> Any:
        if channel == HELP_CHANNEL and desk.only_ticket.status is not TicketStatus.CLOSED:
            desk.slack.delete(ada.id, HELP_CHANNEL, desk.only_ticket.thread_ts)
            desk.until(lambda: desk.only_ticket.status is TicketStatus.CLOSED)
        return really_post(channel, *said, **more)

    monkeypatch.setattr(gateway, "post", slow_post)
    desk.slack.say(ada.id, HELP_CHANNEL, FIRST)
    desk.until(lambda: desk.tickets)
    desk.work_off()

    assert desk.only_ticket.status is TicketStatus.CLOSED
    assert not [m for m in desk.slack.messages(HELP_CHANNEL) if m.get("bot_id")]


def test_a_deletion_that_overtakes_its_message_wins(desk: Desk, ada: Actor) -> None:
    with desk.delivered_backwards():
        ts = desk.slack.say(ada.id, HELP_CHANNEL, FIRST)
        desk.slack.delete(ada.id, HELP_CHANNEL, ts)

    assert [t.status for t in desk.tickets] in ([], [TicketStatus.CLOSED])
    assert not [m for m in desk.slack.messages(HELP_CHANNEL) if m.get("bot_id")]


def test_deleted_while_it_waits_nobody_is_asked_any_more(
    desk: Desk, clock: Clock, ada: Actor, ben: Actor, cleo: Actor
) -> None:
    question = ada.says(FIRST).clicks(copy.BUTTON_PERSON)
    ada.deletes(question)

    clock.advance(minutes=10)

    assert question.status is TicketStatus.CLOSED
    assert not cleo.pages
    assert copy.CARD_WITHDRAWN in shown_text(question.card)


def test_deleted_after_an_answer_it_stays_with_a_remark(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says(FIRST).clicks(copy.BUTTON_PERSON)
    ben.claims(question)
    ben.replies(question, "Which network are you on?")

    ada.deletes(question)

    assert question.status is TicketStatus.CLAIMED
    assert question.happened[-1] == "deleted"


def test_one_line_of_a_burst_deleted_leaves_the_other(desk: Desk, ada: Actor) -> None:
    ada.says(FIRST)
    second = ada.says(SECOND)

    ada.deletes(second)

    assert desk.only_ticket.question == FIRST
    assert desk.only_ticket.status is TicketStatus.SUGGESTED


def test_an_event_that_was_acted_on_keeps_no_words(desk: Desk, ada: Actor) -> None:
    ada.says(FIRST)
    with desk.database.reading() as session:
        bodies = [str(row.body) for row in session.scalars(select(InboxEvent))]
    assert bodies
    assert not any(FIRST in body for body in bodies)

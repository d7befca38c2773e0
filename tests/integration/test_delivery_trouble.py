"""Bad days at Slack: every message is said once, in order, and none is lost."""

from typing import Any

import pytest
from cast import Actor, Desk
from sqlalchemy import update

from bot.demo import HELP_CHANNEL
from bot.slack import copy
from bot.slack.gateway import Gateway, Posted
from bot.worker.delivery import deliver
from triage import work_queries
from triage.outbox import Occasion, Say, say, say_to_desk
from triage.tickets.handover import ask_person
from triage.tickets.models import Ticket
from triage.vocabulary import SayState

VPN = "My VPN drops every ten minutes on the train"


def one(desk: Desk, occasion: Occasion) -> Say:
    (row,) = [m for m in desk.messages if m.occasion is occasion]
    return row


@pytest.mark.parametrize("fault", ["drop_after_doing", "after_doing"])
def test_posted_but_not_told_the_bot_finds_its_own_message(desk: Desk, ada: Actor, fault: str) -> None:
    trouble = {"drop_after_doing": True} if fault == "drop_after_doing" else {"http_status": 500, fault: True}
    desk.slack.fail_next("chat.postMessage", **trouble)

    question = ada.says(VPN)

    assert len(question.answers) == 1
    answer = one(desk, Occasion.ANSWER)
    assert (answer.state, answer.attempts) == (SayState.SENT, 2)
    assert answer.sent_ts == question.answers[0]["ts"]


def test_a_direct_message_is_found_again_too(desk: Desk, ada: Actor) -> None:
    desk.slack.fail_next("chat.postMessage", drop_after_doing=True)
    ada.types(f"/help-me {VPN}")
    assert len(ada.direct_messages) == 1
    assert ada.last_direct_question().answers


def test_a_page_and_a_card_are_found_again_too(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says(VPN)
    desk.slack.fail_next("chat.postMessage", drop_after_doing=True, times=3)
    question.clicks(copy.BUTTON_PERSON)
    assert ben.was_paged()
    assert len(question.cards) == 1
    assert len([text for text in question.said if "I've asked the desk" in text]) <= 2


def test_posted_and_then_the_process_dies(desk: Desk, ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The crash comes between Slack's answer and our note of it: nothing in this process survives to tell."""
    really, posted = Gateway.post, []

    class Crash(BaseException):
        pass

    def dies_afterwards(self: Gateway, *arguments: Any, **more: Any) -> Posted:
        posted.append(really(self, *arguments, **more))
        raise Crash

    with desk.slack_down():
        ts = desk.slack.say(ada.id, HELP_CHANNEL, VPN)
        desk.until(lambda: desk.messages and desk.messages[0].state is SayState.SENDING)
        answer = desk.messages[0]
    desk.work_off()
    as_before_the_crash(desk, answer.id, ts)
    monkeypatch.setattr(Gateway, "post", dies_afterwards)
    with pytest.raises(Crash):
        deliver(answer.id, desk.stage.desk)
    monkeypatch.undo()
    assert len(posted) == 1

    deliver(answer.id, desk.stage.desk)
    deliver(answer.id, desk.stage.desk)

    assert len([m for m in desk.slack.replies(HELP_CHANNEL, ts) if m.get("bot_id")]) == 1
    assert desk.messages[0].sent_ts == posted[0].ts


def as_before_the_crash(desk: Desk, say_id: int, ts: str) -> None:
    """Forgets that the answer was sent, in our database and in Slack."""
    for reply in desk.slack.replies(HELP_CHANNEL, ts):
        desk.slack.conversation.delete(desk.slack.workspace.channel(HELP_CHANNEL), reply["ts"])
    with desk.database.transaction() as session:
        session.execute(
            update(Say)
            .where(Say.id == say_id)
            .values(state=SayState.PENDING, sent_ts=None, sent_channel=None, attempts=0)
        )


def test_a_rate_limit_is_waited_out_and_nothing_else_is_tried(desk: Desk, ada: Actor) -> None:
    desk.slack.fail_next("chat.postMessage", rate_limited=1)

    question = ada.says(VPN)

    assert len(question.answers) == 1
    calls = [c for c in desk.slack.calls if c.method == "chat.postMessage"]
    assert [bool(c.error) for c in calls] == [True, False]
    assert not [c for c in desk.slack.calls if c.method == "conversations.replies"], "nothing to look for"


def test_slack_down_then_up_says_everything_once_and_in_order(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says(VPN).clicks(copy.BUTTON_PERSON)
    with desk.slack_down():
        for text in ("I'll have a look.", "It is the profile."):
            desk.slack.say(ben.id, HELP_CHANNEL, text, question.ts)
        desk.until(lambda: question.story.claimed_by is not None)
        desk.slack.say(ada.id, HELP_CHANNEL, "thanks!", question.ts)
        desk.until(lambda: "thanked" in question.happened)
    desk.work_off()

    assert sum("is on it" in text for text in question.said) >= 1
    assert len(question.cards) == 1
    assert ben.mention in str(question.card["blocks"])
    assert all(m.state is SayState.SENT for m in desk.messages)


def test_a_refused_message_has_failed_and_can_be_seen(desk: Desk, ada: Actor) -> None:
    desk.slack.fail_next("chat.postMessage", error="is_archived")

    question = ada.says(VPN)

    assert question.answers == []
    with desk.database.reading() as session:
        (failed,) = work_queries.messages(session, question.ticket.team_id, [SayState.FAILED])
    assert failed.occasion is Occasion.ANSWER
    assert "is_archived" in str(failed.error)


def test_a_refused_card_does_not_hold_up_what_comes_after(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says(VPN)
    desk.slack.workspace.set_members(desk.slack.workspace.channel("CDESK"), [ben.id])

    question.clicks(copy.BUTTON_PERSON)

    assert ben.was_paged()
    assert one(desk, Occasion.CARD).state is SayState.FAILED


def test_a_notice_from_before_its_card_does_not_silence_the_desk(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says(VPN)
    policy, now = desk.stage.desk.rules, desk.slack.now()
    with desk.database.transaction() as session:
        ticket = session.get_one(Ticket, question.ticket.id)
        say_to_desk(
            session,
            Occasion.DESK_NOTICE,
            ticket,
            channel=policy.desk_channel,
            now=now,
            notice="exhausted",
            people=[],
        )
        ask_person(session, ticket.id, by=ada.person, policy=policy, now=now)
    desk.work_off()

    assert one(desk, Occasion.CARD).state is SayState.SENT
    assert question.under_card == []


def test_messages_of_one_channel_keep_their_order(desk: Desk) -> None:
    desk.slack.fail_next("chat.postMessage", slow=0.2)
    desk.slack.fail_next("chat.postMessage", http_status=503)
    with desk.database.transaction() as session:
        for number in range(12):
            say(
                session,
                Occasion.DIRECT,
                team_id="TEVENHAND",
                address=HELP_CHANNEL,
                now=desk.slack.now(),
                notice="text",
                text=f"number {number}",
            )
    desk.work_off()

    assert [m["text"] for m in desk.slack.messages(HELP_CHANNEL)] == [f"number {n}" for n in range(12)]


def test_delivering_twice_says_it_once(desk: Desk, ada: Actor) -> None:
    question = ada.says(VPN).clicks(copy.BUTTON_PERSON)
    before = list(desk.everything_said())

    for row in desk.messages:
        deliver(row.id, desk.stage.desk)

    assert list(desk.everything_said()) == before
    assert len(question.answers) == 1


def test_an_update_that_was_interrupted_is_simply_made_again(desk: Desk, ada: Actor) -> None:
    question = ada.says(VPN)
    desk.slack.fail_next("chat.update", drop_after_doing=True)

    question.clicks(copy.BUTTON_SOLVED)

    assert len(question.answers) == 1
    assert copy.BUTTON_SOLVED not in question.labels


def test_of_many_changes_of_one_message_that_wait_the_last_is_enough(desk: Desk, ada: Actor) -> None:
    question = ada.says(VPN)
    with desk.slack_down():
        for n in range(5):
            desk.slack.edit(ada.id, HELP_CHANNEL, question.ts, f"{VPN}, {n}")
        desk.until(lambda: question.happened.count("edited") >= 1 and not desk.slack.delivery.undelivered())
    desk.work_off()

    assert question.ticket.question == f"{VPN}, 4"
    assert f"{VPN}, 4" in question.answer


def test_a_form_that_can_not_be_opened_is_no_error_of_ours(desk: Desk, ada: Actor) -> None:
    desk.slack.fail_next("views.open", error="expired_trigger_id")
    assert ada.uses_shortcut("shortcut.ask").ok
    assert ada.window == ""

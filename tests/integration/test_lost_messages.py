"""Slack says `ok` and loses the message: it stands there in the end, once; and what was deleted stays deleted."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cast import Actor, Clock, Desk
from question import Question

from bot.demo import DESK_CHANNEL, HELP_CHANNEL
from bot.slack import copy
from bot.slack.gateway import Gateway, Posted
from bot.worker.delivery import deliver
from bot.worker.seeking import seek
from triage.outbox import Occasion, Say
from triage.outbox_seen import LOOK_AFTER, LOOK_AGAIN_AFTER, MOST_POSTS
from triage.vocabulary import SayState

VPN = "My VPN drops every ten minutes on the train"


class Crash(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def nobody_else_looks(desk: Desk) -> Iterator[None]:
    """The stage's own worker looks every few seconds; here it is told when."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.worker.seeking.seek", lambda _: None)
        yield


@pytest.fixture
def looks(desk: Desk, clock: Clock) -> Callable[[], None]:
    """The time passes after which the desk looks again, and it does. What came back was written down meanwhile."""

    def look() -> None:
        desk.stage.desk.echoes.see_to_all()
        clock.advance(seconds=max(LOOK_AFTER, LOOK_AGAIN_AFTER).total_seconds() + 1)
        seek(desk.stage.desk)
        desk.work_off()

    return look


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came back is forgotten, as in a crash."""
    monkeypatch.setattr("bot.slack.echoes.note_seen", lambda *_: 0)


def one(desk: Desk, occasion: Occasion) -> Say:
    (row,) = [m for m in desk.messages if m.occasion is occasion]
    return row


def asked_for(desk: Desk) -> list[str]:
    """Which messages Slack was asked for."""
    return [str(c.arguments["ts"]) for c in desk.slack.calls if c.method == "conversations.replies"]


def lost(desk: Desk, ada: Actor) -> Question:
    desk.slack.fail_next("chat.postMessage", lost=True)
    question = ada.says(VPN)
    assert question.answers == []
    assert one(desk, Occasion.ANSWER).state is SayState.SENT
    return question


def test_an_answer_that_slack_lost_stands_there_in_the_end(
    desk: Desk, ada: Actor, looks: Callable[[], None]
) -> None:
    question = lost(desk, ada)
    looks()
    assert question.answers == [], "asked once, Slack may only be slow to show what it has"
    looks()
    assert len(question.answers) == 1
    looks()
    looks()
    assert len(question.answers) == 1
    answer = one(desk, Occasion.ANSWER)
    assert (answer.sent_ts, answer.look_for_at) == (question.answers[0]["ts"], None)


def test_it_says_what_is_true_by_then(desk: Desk, ada: Actor, ben: Actor, looks: Callable[[], None]) -> None:
    question = ada.says(VPN)
    desk.slack.fail_next("chat.postMessage", lost=True, times=3)
    question.clicks(copy.BUTTON_PERSON)
    assert (len(question.said), question.cards, ben.was_paged()) == (1, [], False)
    looks()
    looks()
    assert (len(question.said), len(question.cards)) == (2, 1)
    assert ben.was_paged()
    ben.claims(question)
    assert ben.mention in str(question.card["blocks"])


def test_what_came_back_is_never_looked_for(desk: Desk, ada: Actor, looks: Callable[[], None]) -> None:
    ada.says(VPN).clicks(copy.BUTTON_PERSON)
    desk.stage.desk.echoes.see_to_all()
    desk.until(lambda: all(m.look_for_at is None for m in desk.messages))
    looks()
    assert asked_for(desk) == []


def test_what_is_there_and_was_not_heard_is_found_and_left_alone(
    desk: Desk, ada: Actor, deaf: None, looks: Callable[[], None]
) -> None:
    question = ada.says(VPN)
    looks()
    looks()
    answer = one(desk, Occasion.ANSWER)
    assert asked_for(desk) == [answer.sent_ts]
    assert (answer.look_for_at, answer.missed, len(question.answers)) == (None, 0, 1)


def test_what_a_person_deleted_is_not_said_again(
    desk: Desk, ada: Actor, deaf: None, looks: Callable[[], None]
) -> None:
    question = ada.says(VPN)
    (answer,) = question.answers
    desk.slack.conversation.delete(desk.slack.workspace.channel(HELP_CHANNEL), answer["ts"])
    desk.work_off()
    for _ in range(3):
        looks()
    assert question.answers == []
    assert one(desk, Occasion.ANSWER).look_for_at is None


def test_a_deleted_card_with_notices_under_it_is_not_said_again(
    desk: Desk, ada: Actor, ben: Actor, deaf: None, looks: Callable[[], None]
) -> None:
    question = ada.says(VPN).clicks(copy.BUTTON_PERSON)
    card = one(desk, Occasion.CARD)
    channel = desk.slack.workspace.channel(DESK_CHANNEL)
    desk.slack.say(ben.id, DESK_CHANNEL, "Mine, in a minute.", card.sent_ts)
    desk.slack.conversation.delete(channel, str(card.sent_ts))
    desk.work_off()
    for _ in range(3):
        looks()
    assert question.cards == []
    assert one(desk, Occasion.CARD).missed == 0


def test_nothing_is_said_while_slack_does_not_answer(
    desk: Desk, ada: Actor, looks: Callable[[], None]
) -> None:
    question = lost(desk, ada)
    with desk.slack_down():
        looks()
        looks()
    assert one(desk, Occasion.ANSWER).missed == 0
    looks()
    looks()
    assert len(question.answers) == 1


def test_where_the_bot_may_not_look_it_is_believed(desk: Desk, ada: Actor, looks: Callable[[], None]) -> None:
    question = lost(desk, ada)
    desk.slack.fail_next("conversations.replies", error="not_in_channel")
    looks()
    looks()
    assert question.answers == []
    assert one(desk, Occasion.ANSWER).look_for_at is None


def test_lost_again_and_again_it_is_failed_work(desk: Desk, ada: Actor, looks: Callable[[], None]) -> None:
    desk.slack.fail_next("chat.postMessage", lost=True, times=MOST_POSTS)
    question = ada.says(VPN)
    for _ in range(2 * MOST_POSTS):
        looks()
    answer = one(desk, Occasion.ANSWER)
    assert (answer.state, answer.error) == (SayState.FAILED, "Slack took it 3 times, and does not have it")
    assert question.answers == []


@pytest.mark.parametrize("where", ["while it looks", "before it is sent", "after it is sent"])
def test_the_process_dies_and_it_is_said_once_all_the_same(
    desk: Desk,
    ada: Actor,
    looks: Callable[[], None],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    question = lost(desk, ada)
    answer, here = one(desk, Occasion.ANSWER), desk.stage.desk

    def dies(*_: Any, **__: Any) -> None:
        raise Crash

    def posts_and_dies(self: Gateway, *arguments: Any, **more: Any) -> Posted:
        posts(self, *arguments, **more)
        raise Crash

    posts = Gateway.post
    if where == "while it looks":
        monkeypatch.setattr(Gateway, "has", dies)
        clock.advance(seconds=31)
        with pytest.raises(Crash):
            seek(here)
    else:
        looks()
        # The process ends before its worker takes the job, and another worker takes it.
        monkeypatch.setattr("triage.outbox_seen.enqueue", lambda *_: None)
        clock.advance(seconds=31)
        seek(here)
        assert one(desk, Occasion.ANSWER).state is SayState.SENDING
        monkeypatch.setattr(Gateway, "post", posts_and_dies if where == "after it is sent" else dies)
        with pytest.raises(Crash):
            deliver(answer.id, here)
    monkeypatch.undo()

    deliver(answer.id, here)
    for _ in range(3):
        looks()
    assert len(question.answers) == 1
    assert one(desk, Occasion.ANSWER).state is SayState.SENT

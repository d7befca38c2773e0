"""Slack delivers in any order: a reply that comes before its question counts as if it had come after it."""

from typing import Any

from cast import Actor, Desk
from question import Question

from bot.demo import HELP_CHANNEL

VPN = "My VPN drops every ten minutes on the train"


def asks_and_adds(desk: Desk, ada: Actor, *replies: tuple[Actor, str]) -> Question:
    """The question is under way for longer than what stands below it."""
    desk.slack.delivery.delay = lambda sent: 0.0 if "thread_ts" in sent["event"] else 0.5
    ts = desk.slack.say(ada.id, HELP_CHANNEL, VPN)
    for author, words in replies:
        desk.slack.say(author.id, HELP_CHANNEL, words, ts)
    desk.work_off()
    return Question(ada, HELP_CHANNEL, ts)


def test_more_words_before_the_question_still_ask_for_a_person(desk: Desk, ada: Actor) -> None:
    question = asks_and_adds(desk, ada, (ada, "It is the same at home."))
    assert question.happened.count("replied") == 1
    assert "escalate" in question.happened


def test_an_agent_who_answers_before_the_question_came_has_claimed_it(
    desk: Desk, ada: Actor, ben: Actor
) -> None:
    question = asks_and_adds(desk, ada, (ben, "I'll have a look."), (ada, "It is urgent!"))
    assert question.happened.count("replied") == 1
    assert question.ticket.claimed_by_id == ben.person.id


def test_delivered_again_afterwards_it_counts_once(desk: Desk, ada: Actor) -> None:
    question = asks_and_adds(desk, ada, (ada, "It is the same at home."))
    desk.slack.redeliver_last(3)
    desk.work_off()
    assert question.happened.count("replied") == 1


def test_people_who_talk_under_a_greeting_open_nothing(desk: Desk, ada: Actor, eli: Actor) -> None:
    ts = desk.slack.say(ada.id, HELP_CHANNEL, "Good morning!")
    desk.slack.say(eli.id, HELP_CHANNEL, "Good morning, Ada, how was the weekend?", ts)
    desk.work_off()
    said: list[dict[str, Any]] = desk.slack.replies(HELP_CHANNEL, ts)
    assert [message for message in said if message.get("bot_id")] == []

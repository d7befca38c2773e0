"""Harsh words: known to the desk so that nobody gets too many of them, and told to no requester."""

import json

from cast import Actor, Clock, Desk, Question, shown_text

from bot.explain import explain
from bot.playground.cast import TEAM
from bot.slack.copy_tone import ACKNOWLEDGED
from triage.care.tone_words.kinds import Feeling
from triage.tickets.wording import HARSH, told_to_requester


def harsh_lines(question: Question) -> list[str]:
    return [entry.reason for entry in question.story.timeline if entry.what == HARSH]


def test_a_harsh_question_is_known_to_be_one(desk: Desk, ada: Actor) -> None:
    asked = ada.says("You are useless, all of you. My VPN drops again")

    assert desk.only_ticket.hostile
    assert harsh_lines(asked) == ["the wording is harsh: “You are useless”".replace("You", "you")]


def test_a_calm_question_is_not(desk: Desk, ada: Actor) -> None:
    asked = ada.says("My VPN drops every few minutes on the train")
    assert not desk.only_ticket.hostile
    assert harsh_lines(asked) == []


def test_a_later_reply_raises_it_and_an_apology_does_not_lower_it(desk: Desk, ada: Actor) -> None:
    asked = ada.says("My VPN drops every few minutes on the train")
    ada.replies(asked, "Are you idiots even reading this?")
    assert desk.only_ticket.hostile

    ada.replies(asked, "Sorry, that was not fair of me. It is still broken.")
    assert desk.only_ticket.hostile
    ada.replies(asked, "you are useless")
    assert len(harsh_lines(asked)) == 1


def test_the_second_line_of_a_burst_and_an_edit_count_too(desk: Desk, clock: Clock, ada: Actor) -> None:
    first = ada.says("My VPN drops every few minutes")
    ada.says("do your job, idiots")
    assert [ticket.hostile for ticket in desk.tickets] == [True]

    clock.advance(minutes=5)
    second = ada.says("The scanner in the hall beeps twice")
    ada.edits(second, "The scanner in the hall beeps twice, you morons")
    assert all(ticket.hostile for ticket in desk.tickets)
    assert harsh_lines(first)
    assert harsh_lines(second)


def test_what_an_agent_writes_is_never_read(desk: Desk, ada: Actor, ben: Actor) -> None:
    asked = ada.says("My VPN drops every few minutes on the train")
    ben.replies(asked, "Are you an idiot? Do your damn job yourself")
    assert not desk.only_ticket.hostile
    assert harsh_lines(asked) == []


def test_the_requester_is_never_told(desk: Desk, ada: Actor, ben: Actor) -> None:
    asked = ada.says("You are useless, all of you. My VPN drops again")
    ada.clicks(asked, "Talk to a person")
    ben.claims(asked)

    said = [shown_text(message) for message in asked.thread] + [
        shown_text(message) for message in ada.direct_messages
    ]
    assert not any("harsh" in text or "hostile" in text for text in said)
    assert HARSH not in [entry.what for entry in told_to_requester(asked.story.timeline)]
    explained = json.dumps(explain(desk.stage.desk, TEAM["id"], asked.channel, asked.ts), default=str)
    assert "harsh" not in explained


def test_frustration_is_met_in_the_first_line(ada: Actor) -> None:
    asked = ada.says("I'm so frustrated, my VPN drops every ten minutes")
    assert asked.answer.startswith(ACKNOWLEDGED[Feeling.UPSET])

"""Where tickets come from, and what is none."""

import pytest
from cast import Actor, Clock, Desk, Question, shown_text

from bot.demo import DESK_CHANNEL, HELP_CHANNEL
from bot.playground import cast as playground
from bot.slack import copy, ids
from triage.vocabulary import Source, TicketStatus

VPN = "My VPN drops every ten minutes on the train"
BOT = f"<@{playground.BOT_USER}>"
SIDE = "CSIDE"


@pytest.fixture
def side_channel(desk: Desk, ada: Actor, eli: Actor) -> str:
    """A channel that is no help channel; the bot was invited."""
    desk.slack.workspace.create_channel(SIDE, "side", [ada.id, eli.id, playground.BOT_USER], private=False)
    return SIDE


def test_a_message_in_a_help_channel(desk: Desk, ada: Actor) -> None:
    question = ada.says(VPN)

    assert question.ticket.source is Source.CHANNEL
    assert len(question.answers) == 1


def test_a_mention_and_its_message_are_one_ticket(desk: Desk, ada: Actor) -> None:
    question = ada.says(f"{BOT} {VPN}", raw=True)

    assert desk.only_ticket.id == question.ticket.id
    assert len(question.answers) == 1
    assert question.ticket.question == VPN


def test_a_mention_where_nobody_else_asks_the_desk(desk: Desk, ada: Actor, side_channel: str) -> None:
    ada.says("lunch, anybody?", side_channel)
    question = ada.says(f"{BOT} {VPN}", side_channel, raw=True)

    assert desk.only_ticket.source is Source.MENTION
    assert len(question.answers) == 1


def test_a_mention_inside_a_thread_is_answered_there(
    desk: Desk, eli: Actor, ada: Actor, side_channel: str
) -> None:
    talk = eli.says("How do you all work on the train?", side_channel)
    ada.replies(talk, f"{BOT} {VPN}", raw=True)

    assert desk.only_ticket.source is Source.MENTION
    assert desk.only_ticket.thread_ts == talk.ts
    assert len(talk.answers) == 1


def test_a_mention_inside_a_ticket_s_thread_is_a_reply_and_counts_once(desk: Desk, ada: Actor) -> None:
    question = ada.says(VPN)
    ada.replies(question, f"{BOT} I tried that, it still drops", raw=True)

    assert desk.only_ticket.id == question.ticket.id
    assert question.happened.count("replied") == 1
    assert question.happened.count("escalate") == 1


def test_a_direct_message(desk: Desk, ada: Actor) -> None:
    question = ada.writes_to_the_bot(VPN)

    assert question.ticket.source is Source.DIRECT_MESSAGE
    assert len(question.answers) == 1


def test_the_ticket_reaction_opens_a_ticket_for_the_author_once(
    desk: Desk, ada: Actor, eli: Actor, clock: Clock, side_channel: str
) -> None:
    question = ada.says(VPN, side_channel)
    assert not desk.tickets

    eli.marks(question)
    assert desk.only_ticket.source is Source.REACTION
    assert question.story.requester.slack_id == ada.id

    desk.slack.unreact(eli.id, SIDE, question.ts, ids.TICKET_REACTION)
    clock.advance(minutes=5)
    eli.marks(question)
    assert len(desk.tickets) == 1
    assert len(question.answers) == 1


def test_the_ticket_reaction_on_a_reply_opens_nothing(
    desk: Desk, ada: Actor, eli: Actor, side_channel: str
) -> None:
    talk = eli.says("How do you all work on the train?", side_channel)
    reply = Question(ada, SIDE, ada.replies(talk, VPN))

    eli.marks(reply)

    assert not desk.tickets


def test_another_reaction_opens_nothing(desk: Desk, ada: Actor, eli: Actor, side_channel: str) -> None:
    question = ada.says(VPN, side_channel)
    eli.marks(question, "eyes")
    assert not desk.tickets


def test_the_message_shortcut_asks_for_the_author(
    desk: Desk, ada: Actor, eli: Actor, side_channel: str
) -> None:
    question = ada.says(VPN, side_channel)

    eli.uses_shortcut(ids.SHORTCUT_MESSAGE, question)
    eli.uses_shortcut(ids.SHORTCUT_MESSAGE, question)

    assert desk.only_ticket.source is Source.MESSAGE_SHORTCUT
    assert question.story.requester.slack_id == ada.id
    assert len(question.answers) == 1


def test_the_global_shortcut_opens_a_form_and_answers_in_private(desk: Desk, ada: Actor) -> None:
    ada.uses_shortcut(ids.SHORTCUT_ASK)
    assert ada.window == copy.ASK_TITLE
    assert ada.submits(text=VPN) == {}

    question = ada.last_direct_question()
    assert question.ticket.source is Source.GLOBAL_SHORTCUT
    assert len(question.answers) == 1
    assert not desk.slack.messages(HELP_CHANNEL)


def test_an_empty_form_is_refused(desk: Desk, ada: Actor) -> None:
    ada.uses_shortcut(ids.SHORTCUT_ASK)
    assert ada.submits(text="  ")
    assert not desk.tickets


def test_the_command(desk: Desk, ada: Actor) -> None:
    assert ada.types(f"/help-me {VPN}") == copy.HELP_ME_DONE

    question = ada.last_direct_question()
    assert question.ticket.source is Source.COMMAND
    assert len(question.answers) == 1
    question.clicks(copy.BUTTON_PERSON)
    assert question.status is TicketStatus.WAITING
    assert "/archives/" in shown_text(question.card), "the card leads to the thread"


def test_the_card_of_a_critical_command_leads_to_the_thread(desk: Desk, eli: Actor, ben: Actor) -> None:
    eli.types("/help-me The whole warehouse can't scan parcels, trucks are waiting")

    question = eli.last_direct_question()
    assert "/archives/" in shown_text(question.card)
    (page,) = ben.pages
    assert "/archives/" in shown_text(page)


def test_the_command_without_words_says_how(desk: Desk, ada: Actor) -> None:
    assert ada.types("/help-me") == copy.HELP_ME_EMPTY
    assert ada.types("/help-me hello") == copy.GREETED
    assert not desk.tickets


def test_app_home_asks(desk: Desk, ada: Actor) -> None:
    ada.opens_home()
    ada.presses_in_home(copy.HOME_ASK)
    assert ada.submits(text=VPN) == {}

    assert ada.last_direct_question().ticket.source is Source.HOME
    assert VPN in shown_text(ada.opens_home())


# What is no question


@pytest.mark.parametrize(
    "text", ["good morning everybody :wave:", "hello", "thanks!", "thank you, that worked"]
)
def test_greetings_and_thanks_open_nothing(desk: Desk, eli: Actor, text: str) -> None:
    message = eli.says(text)
    assert not desk.tickets
    assert not message.thread


def test_a_greeting_in_private_is_answered(desk: Desk, eli: Actor) -> None:
    eli.writes_to_the_bot("hello")
    assert not desk.tickets
    assert eli.was_whispered(copy.GREETED)


def test_other_bots_open_nothing(desk: Desk, ada: Actor) -> None:
    desk.slack.say(ada.id, HELP_CHANNEL, "Build 42 failed: the VPN tests drop", bot_id="BBUILD")
    desk.slack.say(ada.id, HELP_CHANNEL, "Build 43 failed too", subtype="bot_message", bot_id="BBUILD")
    desk.work_off()
    assert not desk.tickets


def test_joining_opens_nothing(desk: Desk, eli: Actor) -> None:
    desk.slack.leave(eli.id, HELP_CHANNEL)
    desk.slack.join(eli.id, HELP_CHANNEL)
    desk.work_off()
    assert not desk.tickets


def test_a_link_preview_changes_nothing(desk: Desk, ada: Actor) -> None:
    question = ada.says(f"{VPN}, see <https://example.com>", raw=True)
    before = question.happened

    desk.slack.unfurl(HELP_CHANNEL, question.ts)
    desk.work_off()

    assert question.happened == before
    assert len(desk.tickets) == 1


def test_people_talking_in_the_desk_s_channel_open_nothing(desk: Desk, ben: Actor) -> None:
    ben.says("Who takes the printer today?", DESK_CHANNEL)
    assert not desk.tickets


def test_people_talking_in_a_thread_open_nothing(desk: Desk, eli: Actor, ada: Actor) -> None:
    hello = eli.says("good morning everybody")
    ada.replies(hello, "Morning! My VPN dropped again on the train")
    assert not desk.tickets


def test_a_file_without_words_is_a_question(desk: Desk, ada: Actor) -> None:
    picture = {"id": "F1", "name": "error-0x800ccc0e.png", "title": "Outlook error 0x800ccc0e"}
    question = ada.says("", files=[picture])
    assert "0x800ccc0e" in question.ticket.question


def test_a_reply_that_is_also_sent_to_the_channel_is_a_reply(desk: Desk, ada: Actor) -> None:
    question = ada.says(VPN)
    ada.replies(question, "I tried all of it and it still drops", broadcast=True)
    assert desk.only_ticket.id == question.ticket.id
    assert "replied" in question.happened


def test_events_that_nobody_knows_are_taken_quietly(desk: Desk) -> None:
    for kind in ("tokens_revoked", "pin_added", "something_new"):
        desk.slack.emit({"type": kind})
    desk.work_off()
    assert all(attempt.status == 200 for attempt in desk.slack.delivery_log)

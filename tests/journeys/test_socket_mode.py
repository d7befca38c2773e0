"""The same desk without a public address: events, clicks and forms come through a websocket."""

from collections.abc import Iterator

import pytest
from cast import Actor, Desk

from bot.runtime import socket_mode
from bot.slack import copy
from triage.vocabulary import TicketStatus

pytestmark = pytest.mark.usefixtures("through_a_socket")


@pytest.fixture
def through_a_socket(desk: Desk) -> Iterator[None]:
    desk.slack.delivery.mode = "socket"
    with socket_mode(desk.stage.assembly):
        desk.until(lambda: desk.slack.sockets.open_count)
        yield
        desk.work_off()
    desk.slack.delivery.mode = "auto"


def ways(desk: Desk) -> set[str]:
    return {attempt.via for attempt in desk.slack.delivery_log}


def test_ask_escalate_claim_resolve_rate(desk: Desk, ada: Actor, ben: Actor) -> None:
    question = ada.says("The label printer prints every second label blank").clicks(copy.BUTTON_PERSON)
    assert ben.was_paged()
    ben.claims(question)
    ben.replies(question, "On my way.")
    assert ben.resolves(question, "   "), "the form's complaint comes back through the socket"
    assert ben.submits(how="A new roll is in.") == {}
    question.clicks("Good")

    assert question.status is TicketStatus.RESOLVED
    assert question.story.satisfaction.rating == "good"
    assert ways(desk) == {"socket"}


def test_commands_shortcuts_and_home(desk: Desk, ada: Actor, ben: Actor) -> None:
    assert ada.types("/help-me my VPN drops on the train") == copy.HELP_ME_DONE
    assert ada.last_direct_question().answers
    assert ben.mention in ada.types("/oncall")
    ben.opens_home()
    assert ways(desk) == {"socket"}


def test_delivered_twice_and_over_a_renewed_connection_answered_once(desk: Desk, ada: Actor) -> None:
    desk.slack.sockets.refresh(grace=0.05)
    desk.until(lambda: desk.slack.sockets.open_count)

    question = ada.says("My VPN drops every ten minutes on the train")
    desk.slack.redeliver_last(1)
    desk.work_off()

    assert len(question.answers) == 1
    question.clicks(copy.BUTTON_PERSON)
    assert question.status is TicketStatus.WAITING


def test_a_body_that_slack_never_sends_is_refused_and_the_next_one_is_taken(desk: Desk, ada: Actor) -> None:
    receipt, desk.slack.delivery.receipt = desk.slack.delivery.receipt, 0.1
    desk.slack.emit({"type": "app_mention", "channel": ["CHELP"], "user": ada.id, "text": "x", "ts": "then"})
    desk.until(lambda: not desk.slack.delivery.undelivered())
    desk.slack.delivery.receipt = receipt

    assert {attempt.status for attempt in desk.slack.delivery_log} == {None}
    assert ada.says("My VPN drops every ten minutes on the train").answers
    assert len(desk.tickets) == 1

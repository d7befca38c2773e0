"""An answer whose question went in that moment is taken back, also where Slack lets the desk wait for that."""

from typing import Any

import pytest
from cast import Actor, Desk

from bot.demo import HELP_CHANNEL
from bot.slack.gateway import Gateway, Posted
from triage.vocabulary import TicketStatus

VPN = "My VPN drops every ten minutes on the train"


def test_told_to_wait_it_is_taken_back_later(desk: Desk, ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    really = Gateway.post

    def posts_while_the_question_is_deleted(self: Gateway, *arguments: Any, **more: Any) -> Posted:
        posted = really(self, *arguments, **more)
        if desk.only_ticket.status is not TicketStatus.CLOSED:
            desk.slack.delete(ada.id, HELP_CHANNEL, more["thread_ts"])
            desk.until(lambda: desk.only_ticket.status is TicketStatus.CLOSED)
        return posted

    monkeypatch.setattr(Gateway, "post", posts_while_the_question_is_deleted)
    desk.slack.fail_next("chat.delete", rate_limited=1)
    desk.slack.say(ada.id, HELP_CHANNEL, VPN)
    desk.work_off()

    said = [m for m in desk.slack.state.all(f"messages/{HELP_CHANNEL}") if m.get("bot_id")]
    assert said == []

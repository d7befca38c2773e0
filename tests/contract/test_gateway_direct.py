"""Paging the same agents all day asks Slack once for the way to each of them."""

from slack_sdk import WebClient

from bot.playground.slack import LocalSlack
from bot.slack.gateway import Gateway


def test_the_channel_of_a_person_is_asked_for_once(local: LocalSlack, web: WebClient) -> None:
    gateway = Gateway(web)
    channels = {gateway.open_direct("UBEN") for _ in range(3)}
    assert channels == {local.dm("UBEN")}
    assert gateway.open_direct("UCLEO") == local.dm("UCLEO")
    assert [call.method for call in local.calls] == ["conversations.open"] * 2

"""Socket Mode with Slack's own clients: the app dials in, and what it does not acknowledge comes again."""

import gc
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
from playground_desk import Recorder, eventually
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient as Builtin
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.socket_mode.websocket_client import SocketModeClient as WithWebsocketClient

from bot.playground.slack import LocalSlack

# Slack's built-in client forgets to close a socket when it comes back on a new one.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """What that client leaves behind is found in this module, not in the next."""
    yield
    gc.collect()


class Dialled:
    """A client that keeps what it is sent, and acknowledges as the test says."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.requests: list[SocketModeRequest] = []
        self.ignore = 0
        client.socket_mode_request_listeners.append(self._take)

    def _take(self, client: Any, request: SocketModeRequest) -> None:
        self.requests.append(request)
        if self.ignore:
            self.ignore -= 1
            return
        said = {"text": "taken"} if request.type == "slash_commands" else None
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload=said))


def quiet_end(client: Any, local: LocalSlack) -> None:
    """Hang up from this side: the client takes three seconds to notice its own goodbye."""
    client.auto_reconnect_enabled = False
    local.sockets.drop()
    eventually(lambda: local.sockets.open_count == 0)
    # The SDK's own reader may let go of the socket in the same moment, and close() then trips over it.
    with suppress(AttributeError):
        client.close()


@pytest.fixture(params=[Builtin, WithWebsocketClient], ids=["builtin", "websocket-client"])
def dialled(request: Any, local: LocalSlack, web: WebClient) -> Iterator[Dialled]:
    client = request.param(app_token=local.app_token, web_client=web)
    dialled = Dialled(client)
    client.connect()
    eventually(lambda: local.sockets.open_count == 1)
    yield dialled
    quiet_end(client, local)


def test_events_and_commands_come_down_the_line(local: LocalSlack, dialled: Dialled) -> None:
    local.say("UADA", "CHELP", "help")
    assert local.settle()
    assert local.command("UADA", "/help-me now").body == {"text": "taken"}
    assert [r.type for r in dialled.requests] == ["events_api", "slash_commands"]
    assert dialled.requests[0].payload["event"]["text"] == "help"
    assert local.ephemerals("UADA")[0]["text"] == "taken"


def test_an_event_nobody_acknowledges_comes_again(local: LocalSlack, dialled: Dialled) -> None:
    local.delivery.receipt, local.delivery.retry_delays = 0.1, (0.0, 0.1)
    dialled.ignore = 1
    local.say("UADA", "CHELP", "help")
    eventually(lambda: len(dialled.requests) == 2)
    first, second = dialled.requests
    assert first.payload["event_id"] == second.payload["event_id"]
    assert (first.retry_attempt, second.retry_attempt) == (0, 1)
    assert first.envelope_id != second.envelope_id
    assert local.settle()


def test_what_happened_while_the_line_was_down_arrives_later(local: LocalSlack, web: WebClient) -> None:
    local.say("UADA", "CHELP", "anybody?")
    client = Builtin(app_token=local.app_token, web_client=web)
    dialled = Dialled(client)
    client.connect()
    eventually(lambda: dialled.requests)
    assert local.settle()
    quiet_end(client, local)


def test_a_refresh_brings_the_app_back_on_a_new_line(local: LocalSlack, web: WebClient) -> None:
    client = Builtin(app_token=local.app_token, web_client=web)
    dialled = Dialled(client)
    client.connect()
    eventually(lambda: local.sockets.open_count == 1)
    before = client.session_id()
    local.sockets.refresh()
    eventually(lambda: local.sockets.open_count == 1)
    local.say("UADA", "CHELP", "still there?")
    eventually(lambda: dialled.requests)
    assert client.session_id() != before
    assert local.settle()
    quiet_end(client, local)


def test_a_whole_bolt_app_serves_over_the_line(local: LocalSlack, app: App, web: WebClient) -> None:
    @app.event("message")
    def answer(event: dict[str, Any], say: Any) -> None:
        if "bot_id" not in event:
            say(text="Try this", thread_ts=event["ts"])

    handler = SocketModeHandler(app, local.app_token)
    handler.connect()
    eventually(lambda: local.sockets.open_count == 1)
    asked = local.say("UADA", "CHELP", "help")
    assert eventually(lambda: local.replies("CHELP", asked))[0]["text"] == "Try this"
    assert local.settle()
    quiet_end(handler.client, local)


def test_http_is_used_again_when_the_line_is_gone(
    local: LocalSlack, web: WebClient, recorder: Recorder
) -> None:
    client = Builtin(app_token=local.app_token, web_client=web)
    dialled = Dialled(client)
    client.connect()
    eventually(lambda: local.sockets.open_count == 1)
    local.say("UADA", "CHELP", "one")
    assert local.settle()
    quiet_end(client, local)
    local.say("UADA", "CHELP", "two")
    assert local.settle()
    assert [r.payload["event"]["text"] for r in dialled.requests] == ["one"]
    assert [e["event"]["text"] for e in recorder.events] == ["two"]


def test_a_link_serves_once(local: LocalSlack, web: WebClient, api_url: str) -> None:
    link = web.apps_connections_open(app_token=local.app_token)["url"]
    assert link.startswith("ws://127.0.0.1:")
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    forged = requests.get(f"{api_url}/socket/link?ticket=forged", headers=upgrade)
    assert forged.status_code == 401


def test_there_are_ten_lines_and_no_more(local: LocalSlack, web: WebClient) -> None:
    local.sockets._open.extend([object()] * 10)  # type: ignore[list-item]
    with pytest.raises(SlackApiError, match="too_many_websockets"):
        web.apps_connections_open(app_token=local.app_token)
    local.sockets._open.clear()
    assert threading.active_count() < 50

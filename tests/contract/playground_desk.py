"""A tiny real Bolt app behind the local Slack: what the contract tests put at the other end."""

import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Request, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient
from werkzeug.serving import make_server

from bot.playground.slack import LocalSlack

ROUTES = ("help", "ticket")


def eventually(true: Callable[[], Any], within: float = 30.0) -> Any:
    """What `true()` gives once it is truthy; the test fails when it never is."""
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        if found := true():
            return found
        time.sleep(0.005)
    raise AssertionError("it never happened")


class Receiver:
    """Any Flask app on a free port of this machine."""

    def __init__(self, app: Flask) -> None:
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.02), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Recorder(Receiver):
    """Takes whatever arrives, and answers as the test says."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[Callable[[Request], Any]] = []
        app = Flask("recorder")

        @app.post("/slack/events")
        def receive() -> Any:
            self.events.append(request.get_json(silent=True) or request.form.to_dict())
            self.headers.append(dict(request.headers))
            return self.answers.pop(0)(request) if self.answers else ""

        super().__init__(app)

    def of_type(self, name: str) -> list[dict[str, Any]]:
        return [e["event"] for e in self.events if e.get("event", {}).get("type") == name]


def bolt_app(local: LocalSlack, api_url: str) -> App:
    """Signature checks, authorization by auth.test and all: only the address differs from the real thing."""
    return App(
        client=WebClient(token=local.bot_token, base_url=f"{api_url}/api/"),
        signing_secret=local.signing_secret,
        process_before_response=True,
    )


class BoltDesk(Receiver):
    def __init__(self, app: App) -> None:
        handler = SlackRequestHandler(app)
        flask_app = Flask("desk")
        flask_app.post("/slack/events")(lambda: handler.handle(request))
        super().__init__(flask_app)

"""Asked to stop, a desk says so first and finishes what it has begun; asked twice, it is gone at once."""

import http.client
import json
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from chaos.processes import DeskProcess, answers, free_port
from databases import NewDatabase
from slack_sdk.signature import SignatureVerifier

from bot.assembly import prepare_database
from bot.settings import Settings

SECRET = "a-secret-for-stopping"
PATIENCE = 120.0
LONG = "120"


def until(true: Callable[[], Any]) -> Any:
    ends = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.02)
    return found


class Process:
    def __init__(self, url: str, folder: Path, **more: str) -> None:
        prepare_database(Settings(data_folder=folder, database_url=url))
        self.port = free_port()
        settings = {
            "DATABASE_URL": url,
            "PORT": str(self.port),
            "EVENHAND_DATA_FOLDER": str(folder),
            "EVENHAND_HOST": "127.0.0.1",
            "EVENHAND_DESK_CHANNEL": "CDESK",
            "EVENHAND_ENCRYPTION_KEYS": "k" * 43 + "=",
            "EVENHAND_SECRET_KEY": "a secret for the console's sessions",
            "SLACK_BOT_TOKEN": "xoxb-nobody",
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": "http://127.0.0.1:9/api/",  # nobody there
            **more,
        }
        name = "up" if url.startswith("sqlite") else "web"
        self.process = DeskProcess((name,), settings, folder / "log", self.port)
        self.process.start()
        until(lambda: answers(self.port) or self.exit_code is not None)
        assert self.exit_code is None, (folder / "log").read_text("utf-8")

    def get(self, path: str) -> tuple[int, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as line:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read().decode()

    def begin_event(self, event_id: str) -> "BegunRequest":
        return BegunRequest(self.port, event_id)

    @property
    def exit_code(self) -> int | None:
        assert self.process._process is not None
        return self.process._process.poll()

    def signal(self, number: int = signal.SIGTERM) -> None:
        assert self.process._process is not None
        self.process._process.send_signal(number)


class BegunRequest:
    """Half of a request: the server has begun it and waits for the rest."""

    def __init__(self, port: int, event_id: str) -> None:
        event = {"type": "app_home_opened", "user": "U1", "tab": "home", "channel": "D1", "event_ts": "1.0"}
        body = json.dumps({"type": "event_callback", "event_id": event_id, "team_id": "T1", "event": event})
        stamp = str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
        self._rest = body[10:].encode()
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        head = (
            f"POST /slack/events HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nX-Slack-Request-Timestamp: {stamp}\r\n"
            f"X-Slack-Signature: {signature}\r\n\r\n{body[:10]}"
        )
        self._socket.sendall(head.encode())

    def finish(self) -> int:
        with closing(self._socket):
            self._socket.sendall(self._rest)
            with closing(http.client.HTTPResponse(self._socket)) as answer:
                answer.begin()
                return answer.status


@pytest.fixture
def start(new_database: NewDatabase, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def start(kind: str, **more: str) -> Process:
        url = new_database(f"graceful_{uuid4().hex[:8]}")
        if not url.startswith(kind):
            pytest.skip(f"tried on {kind}")
        started.append(Process(url, tmp_path, **more))
        return started[-1]

    yield start
    for process in started:
        process.process.stop()


def test_load_balancers_are_told_before_anything_is_refused(start: Callable[..., Process]) -> None:
    desk = start("postgresql", EVENHAND_DRAIN_SECONDS="2", EVENHAND_STOP_SECONDS="5")
    assert desk.get("/readyz")[0] == 200
    begun = desk.begin_event("EvBegun")

    desk.signal()
    _, told = until(lambda: (found := desk.get("/readyz"))[0] == 503 and found)

    assert json.loads(told)["stopping"] is True
    assert begun.finish() == 200, "what was begun is finished"
    assert until(lambda: desk.exit_code is not None)
    assert desk.exit_code == 0


def test_asked_twice_it_leaves_at_once(start: Callable[..., Process]) -> None:
    desk = start("sqlite", EVENHAND_DRAIN_SECONDS=LONG, EVENHAND_STOP_SECONDS=LONG)
    desk.signal()
    until(lambda: desk.get("/readyz")[0] == 503)
    began = time.monotonic()
    desk.signal()
    until(lambda: desk.exit_code is not None)
    assert time.monotonic() - began < float(LONG)

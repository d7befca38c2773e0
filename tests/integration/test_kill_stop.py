"""Ctrl-C and a polite kill: every process goes although work waits or Slack hangs, and nothing is lost by it."""

import json
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from chaos.desk import start_desk
from chaos.inside import PATIENCE as PATIENCE_WITH_SLACK
from chaos.inside import Levers
from chaos.people import Asked, workspace
from chaos.processes import DeskProcess, answers, free_port
from databases import NewDatabase

from bot.playground.server import create_local_slack, serve
from bot.playground.slack import LocalSlack

PATIENCE = 120.0
# Longer than a stop takes. On PostgreSQL whoever starts next keeps to it too: Slack counts for all processes.
A_WHILE = 20
# Longer than any stop, and the desk here would wait longer still for Slack's answer.
HANGS = 28.0
PATIENT = "60"


def until(true: Callable[[], Any]) -> Any:
    ends = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < ends, "it never happened"
        time.sleep(0.05)
    return found


class Running:
    """The desk's processes beside a local Slack in this one."""

    def __init__(self, url: str, folder: Path) -> None:
        self.slack: LocalSlack = workspace(3)
        self._server = serve(create_local_slack(self.slack))
        Levers(folder / "levers").pull(PATIENCE_WITH_SLACK, PATIENT)
        self.processes = start_desk(
            url, f"{self._server.url}/api/", folder, parts=("web", "worker"), inside=True
        )
        port = self.processes[0].port or 0
        self.slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        until(lambda: answers(port))

    def asks(self, number: int) -> Asked:
        question = Asked(number, f"U{number:05d}", "CHELP", "The printer on floor two is out of toner")
        question.ts = self.slack.say(question.user, question.channel, question.text)
        return question

    def answers_to(self, question: Asked) -> list[dict[str, Any]]:
        return [m for m in self.slack.replies(question.channel, question.ts) if m.get("bot_id")]

    def calls(self, method: str) -> int:
        return sum(1 for call in self.slack.calls if call.method == method)

    def close(self) -> None:
        for process in self.processes:
            process.stop()
        self._server.stop()
        self.slack.close()


@pytest.fixture
def running(new_database: NewDatabase, tmp_path: Path) -> Iterator[Running]:
    running = Running(new_database(f"stop_{uuid4().hex[:8]}"), tmp_path)
    yield running
    running.close()


def test_a_stop_waits_for_nothing_that_waits_and_loses_nothing(running: Running) -> None:
    running.slack.fail_next("chat.postMessage", rate_limited=A_WHILE)
    question = running.asks(1)
    until(lambda: running.calls("chat.postMessage"))

    assert [process.ask_to_stop(signal.SIGTERM) for process in running.processes] == [0] * len(
        running.processes
    )
    missed = running.asks(2)
    for process in running.processes:
        process.start()

    until(lambda: running.answers_to(question) and running.answers_to(missed))
    assert len(running.answers_to(question)) == len(running.answers_to(missed)) == 1


def test_a_stop_does_not_wait_for_a_slack_that_hangs(running: Running) -> None:
    running.slack.fail_next("chat.postMessage", slow=HANGS, lost=True)
    question = running.asks(1)
    until(lambda: not running.slack.faults._queued["chat.postMessage"])

    # Whoever speaks is the last of them.
    assert running.processes[-1].ask_to_stop(signal.SIGINT) == 0
    assert not running.calls("chat.postMessage"), "it waited for Slack's answer"
    running.slack.faults.clear()
    for process in running.processes[:-1]:
        assert process.ask_to_stop(signal.SIGINT) == 0
    for process in running.processes:
        process.start()

    until(lambda: running.answers_to(question))
    assert len(running.answers_to(question)) == 1
    until(lambda: running.calls("chat.postMessage") > 1)


class Demo:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        settings = {"EVENHAND_DATA_FOLDER": str(folder), "DATABASE_URL": ""}
        arguments = ("demo", "--no-browser", "--port", str(self.port))
        self.process = DeskProcess(arguments, settings, folder / "demo.log", self.port)

    def start(self) -> None:
        self.process.start()
        until(lambda: answers(self.port))

    def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"}
        address = f"http://127.0.0.1:{self.port}/playground/api/{path}"
        with urllib.request.urlopen(urllib.request.Request(address, data, headers)) as answer:
            return json.load(answer)

    def answers_to(self, ts: str) -> list[dict[str, Any]]:
        shown = self.call(f"messages?as=UADA&channel=CHELP&thread_ts={ts}")
        return [message for message in shown["messages"] if message.get("bot_id")]


def test_the_demo_keeps_what_was_asked_just_before_ctrl_c(tmp_path: Path) -> None:
    demo = Demo(tmp_path)
    try:
        demo.start()
        asked = {"as": "UADA", "channel": "CHELP", "text": "My VPN drops every ten minutes"}
        ts = demo.call("post", asked)["ts"]
        assert demo.process.ask_to_stop(signal.SIGINT) == 0

        demo.start()
        until(lambda: demo.answers_to(ts))
        assert len(demo.answers_to(ts)) == 1
    finally:
        demo.process.stop()

"""A desk that runs in its processes, and a local Slack in one of its own, whose people ask it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from bot.bench.processes import Started, free_port
from bot.bench.running.desk import running_desk
from bot.bench.running.slack_side import Asked, Order, Posted
from bot.database import make_engine
from bot.settings import load


class SlackSide:
    """The other process: takes orders, one at a time."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self._process = process
        self.api = f"http://127.0.0.1:{port}/api/"

    def must_listen(self) -> None:
        self._heard()

    def deliver_to(self, url: str) -> None:
        self._order({"deliver_to": url})

    def ask(self, order: Order) -> list[Asked]:
        return [
            Asked(one["channel"], one["ts"], one["late"], tuple(Posted(**posted) for posted in one["posted"]))
            for one in self._order(asdict(order))["asked"]
        ]

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._heard()

    def _heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the local Slack ended")
        heard: dict[str, Any] = json.loads(line)
        return heard


@dataclass(frozen=True)
class StandingDesk:
    """`engine` looks at its database from outside."""

    engine: sa.Engine
    slack: SlackSide
    processes: tuple[Started, ...]


@contextmanager
def standing_desk(url: str, *, workers: int = 1) -> Iterator[StandingDesk]:
    """On the prepared database at `url`; `workers` where it is PostgreSQL's."""
    engine = make_engine(load(database_url=url).url)
    try:
        # Both start at once; the desk takes much longer.
        with _slack_side(free_port()) as slack, running_desk(url, slack.api, workers=workers) as desk:
            slack.must_listen()
            slack.deliver_to(desk.events)
            yield StandingDesk(engine, slack, desk.processes)
    finally:
        engine.dispose()


@contextmanager
def _slack_side(port: int) -> Iterator[SlackSide]:
    with subprocess.Popen(
        [sys.executable, "-m", "bot.bench.running.slack_side", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield SlackSide(process, port)
        finally:
            process.kill()

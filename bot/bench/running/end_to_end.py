"""From the question to its answer in Slack: the whole desk in its processes, the local Slack in one of its own."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select

from bot.bench.running.desk import prepared, running_desk
from bot.bench.running.slack_side import Asked, Order, Posted
from bot.bench.spread import quantile
from triage.outbox import Occasion, Say
from triage.tickets.models import Ticket

RATES = (5, 20, 50)


@dataclass(frozen=True)
class EndToEndPlan:
    """Each rate for `seconds`, once with Slack's limits and once without; first a few questions that do not count."""

    rates: tuple[float, ...] = RATES
    seconds: float = 20.0
    limits: tuple[bool, ...] = (True, False)
    warm_up: float = 2.0
    patience: float = 60.0
    seed: int = 3

    @property
    def steps(self) -> int:
        return len(self.rates) * len(self.limits)


QUICK = EndToEndPlan(seconds=2.0, limits=(True,), warm_up=1.0, patience=15.0)


def measure_end_to_end(
    url: str, plan: EndToEndPlan = EndToEndPlan(), progress: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """`limits_on` and `limits_off`, each by rate."""
    engine = prepared(url)
    try:
        with slack_side() as slack, running_desk(url, f"{slack.url}/api/") as desk:
            slack.deliver_to(desk.events)
            slack.ask(Order(5, plan.warm_up, False, plan.seed))
            return {
                "limits_on" if limits else "limits_off": dict(_by_rate(slack, engine, plan, limits, progress))
                for limits in plan.limits
            }
    finally:
        engine.dispose()


def _by_rate(
    slack: "SlackSide", engine: sa.Engine, plan: EndToEndPlan, limits: bool, progress: Callable[[], None]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, rate in enumerate(plan.rates):
        order = Order(rate, plan.seconds, limits, plan.seed + number + 100 * limits, plan.patience)
        asked = slack.ask(order)
        yield f"{rate:g}", tally(asked, answers_among(engine, asked))
        progress()


def answers_among(engine: sa.Engine, asked: Sequence[Asked]) -> frozenset[int]:
    """Those rows of the outbox that are answers to these questions."""
    first, last = min(one.ts for one in asked), max(one.ts for one in asked)
    query = (
        select(Say.id)
        .join(Ticket, Ticket.id == Say.ticket_id)
        .where(Say.occasion == Occasion.ANSWER, Ticket.thread_ts.between(first, last))
    )
    with engine.execution_options(sqlite_begin="DEFERRED").connect() as connection:
        return frozenset(connection.scalars(query))


def tally(asked: Sequence[Asked], answers: frozenset[int]) -> dict[str, Any]:
    """A question without its answer is lost; a second one under it, or the same one again, is doubled."""
    found = [[posted for posted in one.posted if posted.outbox_id in answers] for one in asked]
    waits = [under[0].after for under in found if under]
    rows = Counter(posted.outbox_id for under in found for posted in under)
    return {
        "p50_s": round(quantile(waits, 0.5), 3) if waits else None,
        "p99_s": round(quantile(waits, 0.99), 3) if waits else None,
        "lost": sum(not under for under in found),
        "doubled": sum(len(under) - 1 for under in found if under)
        + sum(n - 1 for n in rows.values() if n > 1),
        "asked": len(asked),
        # How far the asking itself fell behind: more than a little, and the machine was too small for both.
        "late_s": round(max(one.late for one in asked), 3),
    }


class SlackSide:
    """The other process: takes orders, one at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.url = str(self._heard()["url"])

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


@contextmanager
def slack_side() -> Iterator[SlackSide]:
    with subprocess.Popen(
        [sys.executable, "-m", "bot.bench.running.slack_side"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield SlackSide(process)
        finally:
            process.kill()

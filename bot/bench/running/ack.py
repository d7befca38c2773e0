"""How long Slack waits for its receipt: the desk beside two bare Bolt apps, each on the same server and in turn."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.bench.processes import free_port, started
from bot.bench.running.desk import desk_settings
from bot.bench.running.events import EventPost, Line, message_events
from bot.bench.running.questions import CHANNELS, question_texts
from bot.bench.running.receiving import BARE_COMMIT, EVENHAND, TABLE, WHAT
from bot.bench.spread import p50_p99, quantile
from bot.database import make_engine
from bot.settings import load


@dataclass(frozen=True)
class AckPlan:
    """`rounds` single requests to each app in turn, then slices in which `lines` connections send all they can."""

    rounds: int = 600
    slices: int = 5
    slice_seconds: float = 1.5
    lines: int = 8
    warm_up: int = 30
    seed: int = 5

    @property
    def steps(self) -> int:
        return self.rounds + self.slices * len(WHAT)


QUICK = AckPlan(rounds=120, slices=2, slice_seconds=0.4, warm_up=15)


def measure_ack(
    url: str, plan: AckPlan = AckPlan(), progress: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """On the prepared database at `url`. The desk's worker is not running: it is measured end to end."""
    _make_table(url)
    with _all_three(url) as ports:
        events = message_events(question_texts(), channels=list(CHANNELS), seed=plan.seed)
        times = _in_turn(ports, plan, events, progress)
        rates = _in_slices(ports, plan, events, progress)
    _must_have_kept(url, least=plan.rounds)
    found: dict[str, Any] = {
        what: {**p50_p99(times[what]), "per_s": round(quantile(rates[what], 0.5), 1)} for what in WHAT
    }
    found["ratio_p50"] = round(quantile(times[EVENHAND], 0.5) / quantile(times[BARE_COMMIT], 0.5), 3)
    return found


def _make_table(url: str) -> None:
    """For the row that the bare app commits."""
    engine = make_engine(load(database_url=url).url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE {TABLE} (id VARCHAR(64) PRIMARY KEY)"))
    engine.dispose()


def _must_have_kept(url: str, *, least: int) -> None:
    """A receipt for what was not stored would be quick, and worth nothing."""
    engine = make_engine(load(database_url=url).url)
    with engine.connect() as connection:
        for table in ("inbox_event", TABLE):
            kept = connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0
            if kept < least:
                raise RuntimeError(f"{least} events were acknowledged, {table} has {kept}")
    engine.dispose()


@contextmanager
def _all_three(url: str) -> Iterator[dict[str, int]]:
    """What listens, by its port."""
    ports = {what: free_port() for what in WHAT}
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                started(
                    what,
                    ("-m", "bot.bench.running.receiving", what, str(port)),
                    desk_settings(url, port),
                )
            )
            for what, port in ports.items()
        ]
        for process, port in zip(running, ports.values(), strict=True):
            process.answers(port)
        yield ports


def _in_turn(
    ports: Mapping[str, int], plan: AckPlan, events: Iterator[EventPost], progress: Callable[[], None]
) -> dict[str, list[float]]:
    """One request at a time, so that nothing waits for anything but itself; each round begins with another app."""
    lines = {what: Line(port) for what, port in ports.items()}
    times: dict[str, list[float]] = {what: [] for what in ports}
    order = list(ports)
    for number in range(-plan.warm_up, plan.rounds):
        for what in order:
            took = lines[what].post(next(events))
            if number >= 0:
                times[what].append(took)
        order = order[1:] + order[:1]
        if number >= 0:
            progress()
    for line in lines.values():
        line.close()
    return times


def _in_slices(
    ports: Mapping[str, int], plan: AckPlan, events: Iterator[EventPost], progress: Callable[[], None]
) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {what: [] for what in ports}
    for _ in range(plan.slices):
        for what, port in ports.items():
            rates[what].append(_rate(port, plan, events))
            progress()
    return rates


def _rate(port: int, plan: AckPlan, events: Iterator[EventPost]) -> float:
    """Receipts a second, of as many connections as the plan says."""
    lock, counts = threading.Lock(), [0] * plan.lines
    ends = time.monotonic() + plan.slice_seconds

    def send(number: int) -> None:
        line = Line(port)
        while time.monotonic() < ends:
            with lock:
                event = next(events)
            line.post(event)
            counts[number] += 1
        line.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(plan.lines)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)

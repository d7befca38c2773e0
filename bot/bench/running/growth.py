"""How the statements that a desk runs most bear it when its tickets grow from a thousand to a million."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.assembly import assemble
from bot.bench.running.desk import NO_SLACK, NoJobs, prepared
from bot.bench.running.grown.history import grow, now_at
from bot.bench.running.grown.round import ACTS, a_round
from bot.bench.running.grown.statements import NOBODY, Catcher, Plan, Statement, explained, timed
from bot.bench.running.questions import CHANNELS, DESK_CHANNEL
from bot.bench.spread import p50_p99, quantile
from bot.playground import cast
from bot.settings import load
from bot.slack.desk import Desk
from bot.worker.upkeep import keep_up

SIZES = (1_000, 10_000, 100_000, 1_000_000)
HOTTEST = 5
# From one size to the next there are ten times as many rows; what is flat takes hardly longer.
FLAT = 2.0
# What takes less is the machine rather than the statement: a quarter that became half would be growth.
_LEAST_MS = 0.25
# What grows with each ticket; reading one of these from end to end is what may not happen.
GROWING = frozenset(
    {
        "ticket",
        "ticket_message",
        "timeline",
        "prediction",
        "label",
        "say",
        "satisfaction",
        "inbox_event",
        "timer",
        "sla_timer",
        "escalation",
    }
)


@dataclass(frozen=True)
class GrowthPlan:
    """Each statement is timed so many `times` at each size."""

    sizes: tuple[int, ...] = SIZES
    times: int = 40

    @property
    def steps(self) -> int:
        return len(self.sizes) * (2 + len(ACTS))


QUICK = GrowthPlan(sizes=(1_000, 10_000), times=10)


def measure_growth(
    url: str, plan: GrowthPlan = GrowthPlan(), progress: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """The hottest statements at each size, and under `plans` how the database goes about them at the last."""
    prepared(url).dispose()
    sizes: dict[int, list[Measured]] = {}
    before = 0
    for size in plan.sizes:
        grow(url, before=before, tickets=size)
        progress()
        with _desk(url, now_at(size)) as desk:
            sizes[size] = _measured(desk, now_at(size), plan, progress)
        before = size
    return report(sizes)


@dataclass(frozen=True)
class Measured:
    statement: Statement
    times: Sequence[float]
    plan: Plan

    @property
    def heat(self) -> float:
        """What it takes of a round."""
        return quantile(self.times, 0.5) * self.statement.calls if self.times else 0.0

    @property
    def scans(self) -> list[str]:
        return sorted(set(self.plan.scans) & GROWING)


def _measured(desk: Desk, now: datetime, plan: GrowthPlan, progress: Callable[[], None]) -> list[Measured]:
    # What is loaded once, such as the index, and what is done once a day, is no statement of every hour.
    keep_up(desk)
    for _ in a_round(desk, now):
        pass
    catcher = Catcher()
    with catcher.catching(desk.database.engine):
        for _ in a_round(desk, now):
            progress()
    found = []
    with desk.database.engine.connect() as connection:
        connection.begin()
        for statement in catcher.statements:
            if statement.explicable and statement.asked_by != NOBODY:
                # What writes is explained alone: a second time it would find its work done.
                times = timed(connection, statement, times=plan.times) if statement.reads else ()
                found.append(Measured(statement, times, explained(connection, statement)))
        connection.rollback()
    progress()
    return found


@contextmanager
def _desk(url: str, now: datetime) -> Iterator[Desk]:
    """A desk in this process that talks to nobody, on the evening of its last ticket."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evenhand-bench-")))
        settings = load(
            database_url=url,
            data_folder=folder,
            slack_bot_token=SecretStr(cast.BOT_TOKEN),
            slack_api_url=NO_SLACK,
            help_channels=CHANNELS,
            desk_channel=DESK_CHANNEL,
            agents=("UBEN", "UCLEO"),
        )
        assembly = assemble(settings, clock=lambda: now)
        stack.callback(assembly.close)
        assembly.desk.database.jobs = NoJobs()
        yield assembly.desk


def report(sizes: dict[int, list[Measured]]) -> dict[str, Any]:
    """By size, then by who asks; the five are those that take most of a round at the largest size.

    Flat is the whole desk or nothing: no statement reads a growing table from end to end, and none takes longer.
    """
    last = max(sizes)
    hottest = sorted(sizes[last], key=lambda one: -one.heat)[:HOTTEST]
    names = _names(hottest)
    found: dict[str, Any] = {
        str(size): {
            names[_key(one)]: {**p50_p99(one.times), "calls": one.statement.calls}
            for one in measured
            if _key(one) in names
        }
        for size, measured in sizes.items()
    }
    found["plans"] = {
        names[_key(one)]: {"sql": one.statement.sql, "plan": one.plan.lines, "scans": one.scans}
        for one in hottest
    }
    found["statements"] = len(sizes[last])
    # Of all that were caught, not of the five alone: who asks, and what is read from end to end.
    found["scans"] = {
        f"{one.statement.asked_by}: {', '.join(one.scans)}": p50_p99(one.times) if one.times else {}
        for one in sizes[last]
        if one.scans
    }
    grew = [(one, _grew(one, sizes)) for one in sizes[last]]
    found["grew"] = {names[_key(one)]: by for one, by in grew if _key(one) in names}
    found["longer"] = {one.statement.asked_by: by for one, by in grew if by > FLAT}
    found["flat"] = not found["scans"] and not found["longer"]
    return found


def _grew(one: Measured, sizes: dict[int, list[Measured]]) -> float:
    """How many times as long it takes at the last size as at the one before.

    By the quickest runs: what else the machine did can only have added to the others.
    """
    before = sorted(sizes)[-2:][0]
    same = [other for other in sizes[before] if _key(other) == _key(one)]
    if not same or not one.times:
        return 1.0
    took, took_before = (max(_LEAST_MS, min(times)) for times in (one.times, same[0].times))
    return round(took / took_before, 2)


def _key(one: Measured) -> tuple[str, str]:
    return one.statement.asked_by, one.statement.sql


def _names(hottest: Sequence[Measured]) -> dict[tuple[str, str], str]:
    """Who asks; where one place asks several things, they are numbered."""
    seen: dict[str, int] = {}
    names = {}
    for one in hottest:
        by = one.statement.asked_by
        seen[by] = seen.get(by, 0) + 1
        names[_key(one)] = by if seen[by] == 1 else f"{by} ({seen[by]})"
    return names

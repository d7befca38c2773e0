"""All parts of `evenhand bench`, one after the other, each on every database that is asked for."""

import os
import platform
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bot.bench.databases import POSTGRESQL, empty_database, postgresql_server
from bot.bench.decision import QUICK as QUICK_DECISION
from bot.bench.decision import DecisionPlan, measure_decision
from bot.bench.running.ack import QUICK as QUICK_ACK
from bot.bench.running.ack import AckPlan, measure_ack
from bot.bench.running.end_to_end import QUICK as QUICK_END_TO_END
from bot.bench.running.end_to_end import EndToEndPlan, measure_end_to_end
from bot.bench.running.growth import QUICK as QUICK_GROWTH
from bot.bench.running.growth import GrowthPlan, measure_growth
from bot.bench.running.idle import QUICK as QUICK_IDLE
from bot.bench.running.idle import IdlePlan, measure_idle
from bot.clock import system_clock
from kb.meaning.encoder import Encoder

# Called with what is being done, how much of it, and of how much.
Step = Callable[[str, int, int], None]
_NAMED = ("evenhand", "slack-bolt", "sqlalchemy", "dbos", "scikit-learn", "numpy")


def _no_step(_what: str, _done: int, _total: int) -> None:
    return


@dataclass(frozen=True)
class Plans:
    """How thoroughly each part is measured."""

    decision: DecisionPlan = field(default_factory=DecisionPlan)
    ack: AckPlan = field(default_factory=AckPlan)
    end_to_end: EndToEndPlan = field(default_factory=EndToEndPlan)
    idle: IdlePlan = field(default_factory=IdlePlan)
    growth: GrowthPlan = field(default_factory=GrowthPlan)


THOROUGH = Plans()
QUICK = Plans(QUICK_DECISION, QUICK_ACK, QUICK_END_TO_END, QUICK_IDLE, QUICK_GROWTH)
PARTS = ("decision", "ack", "end_to_end", "idle", "growth")


@dataclass(frozen=True)
class Bench:
    """`kinds` are the databases, the first of which the plain keys of each part speak of."""

    kinds: Sequence[str]
    plans: Plans = THOROUGH
    encoder: Encoder | None = None
    step: Step = _no_step

    def measure(self, parts: Sequence[str] = PARTS) -> dict[str, Any]:
        with ExitStack() as stack:
            wants_server = POSTGRESQL in self.kinds and set(parts) != {"decision"}
            server = stack.enter_context(postgresql_server()) if wants_server else None
            return {part: self._part(part, server) for part in parts}

    def _part(self, part: str, server: str | None) -> dict[str, Any]:
        if part == "decision":
            plan = self.plans.decision
            return measure_decision(plan, self.encoder, self._counting("decision", plan.steps))
        by_database = {}
        for kind in self.kinds:
            with empty_database(kind, server) as url:
                by_database[kind] = self._on(part, url, f"{part} on {kind}")
        first = by_database[self.kinds[0]]
        # Of what is measured with Slack's limits and without, the plain keys are those with: that is Slack.
        plain = next(iter(first.values())) if part == "end_to_end" else first
        return {**plain, "by_database": by_database}

    def _on(self, part: str, url: str, shown: str) -> dict[str, Any]:
        plans = self.plans
        if part == "ack":
            return measure_ack(url, plans.ack, self._counting(shown, plans.ack.steps))
        if part == "end_to_end":
            steps = self._counting(shown, plans.end_to_end.steps)
            return measure_end_to_end(url, plans.end_to_end, steps)
        if part == "idle":
            return measure_idle(url, plans.idle, self._counting(shown, plans.idle.steps))
        return measure_growth(url, plans.growth, self._counting(shown, plans.growth.steps))

    def _counting(self, what: str, total: int) -> Callable[[], None]:
        done = 0
        self.step(what, 0, total)

        def one_more() -> None:
            nonlocal done
            done += 1
            self.step(what, done, total)

        return one_more


def about(*, quick: bool) -> dict[str, Any]:
    """The machine, the day and the versions that figures hold for."""
    return {
        "machine": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": platform.system(),
        "date": system_clock().date().isoformat(),
        "quick": quick,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _NAMED}},
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def parts_named(only: str) -> tuple[str, ...]:
    """`decision,ack` in the order of the bench. Raises `KeyError` with the name that no part has."""
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    for name in wanted:
        if name not in PARTS:
            raise KeyError(name)
    return tuple(part for part in PARTS if part in wanted) or PARTS

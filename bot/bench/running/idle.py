"""What a desk costs while nobody asks: all of its processes, with everything that they need, at rest."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bench.running.slack_side import Order
from bot.bench.running.standing import StandingDesk

_PROC = Path("/proc")
_LOOK_EVERY = 0.5


class NotMeasurable(RuntimeError):
    """This system does not tell what a process takes."""


@dataclass(frozen=True)
class IdlePlan:
    """A few questions, so that everything is loaded; `settle` seconds to calm down; then the window."""

    window: float = 30.0
    settle: float = 15.0
    asked: float = 2.0

    @property
    def steps(self) -> int:
        return round(self.window / _LOOK_EVERY)


QUICK = IdlePlan(window=3.0, settle=2.0, asked=0.5)


def measure_idle(
    desk: StandingDesk, plan: IdlePlan = IdlePlan(), progress: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Per cent of one core, and the megabytes of all processes together."""
    if not _PROC.exists():
        raise NotMeasurable
    desk.slack.ask(Order(5, plan.asked, False, seed=1))
    time.sleep(plan.settle)
    pids = [pid for process in desk.processes for pid in family(process.pid)]
    before, began = sum(map(cpu_seconds, pids)), time.monotonic()
    most = 0.0
    while time.monotonic() < began + plan.window:
        time.sleep(_LOOK_EVERY)
        most = max(most, megabytes(pids))
        progress()
    spent, took = sum(map(cpu_seconds, pids)) - before, time.monotonic() - began
    return {"cpu_pct": round(100 * spent / took, 2), "rss_mb": round(most, 1), "processes": len(pids)}


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    children = (_PROC / str(pid) / "task").glob("*/children")
    found = [int(child) for file in children for child in file.read_text("ascii").split()]
    return [pid, *(one for child in found for one in family(child))]


def cpu_seconds(pid: int) -> float:
    # The name in brackets may hold spaces; what follows it is counted from the state on.
    fields = (_PROC / str(pid) / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pids: Sequence[int]) -> float:
    """Of all of them together. What a fork shares with its parent is in the machine once, and so are the libraries
    that each of them loads: those of the process with the most count for all.
    """
    own = sum(_kilobytes(pid, "smaps_rollup", "Pss_Anon", "Pss_Shmem") for pid in pids)
    return (own + max(_kilobytes(pid, "status", "RssFile") for pid in pids)) / 1024


def _kilobytes(pid: int, file: str, *names: str) -> int:
    lines = (_PROC / str(pid) / file).read_text("utf-8", "replace").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.partition(":")[0] in names)

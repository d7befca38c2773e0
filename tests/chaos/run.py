"""Plays one fault: a desk as a user starts it, people who ask, the fault that comes and goes, and the reckoning."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .databases import database
from .desk import patience_with, start_desk
from .faults.base import Fault
from .inside import Levers
from .pace import allowed
from .people import Agents, Crowd, questions, workspace
from .processes import DeskProcess, answers
from .quiet import looking, wait_until
from .scene import Plan, Scene, supervised
from .slack_front import Front
from .tally import Tally

Say = Callable[[str], None]
_UP_WITHIN = 90.0


class NeverUp(RuntimeError):
    """The desk did not start: the run says nothing about the fault."""


@dataclass
class Report:
    fault: str
    database: str
    seed: int
    questions: int
    events: int = 0
    injected: int = 0
    redeliveries: int = 0
    fell: int = 0
    # From the end of the last fault until nothing was left to do.
    settled_in: float = 0.0
    # What the README says, or as long as Slack's limits took if that was longer.
    allowed: float = 0.0
    duration: float = 0.0
    tally: Tally = field(default_factory=Tally)
    # What this fault demands beyond the reckoning, and did not come true.
    unmet: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.tally.good and not self.unmet

    @property
    def findings(self) -> list[str]:
        return [*self.tally.findings, *self.unmet]

    def as_json(self) -> dict[str, Any]:
        return {"good": self.good, **asdict(self), "longest_wait": self.tally.longest_wait}


def play(plan: Plan, fault: Fault, folder: Path, say: Say = lambda _: None) -> Report:
    """In `folder`, which keeps the processes' logs. Raises `NoSmallDisk` or `NeverUp`."""
    report = Report(plan.fault, plan.database, plan.seed, plan.questions)
    began = time.monotonic()
    with ExitStack() as stack:
        scene = _set(plan, fault, folder, stack)
        say(f"{fault.name} on {plan.database}: the desk is up; people begin to ask.")
        crowd, agents = _crowd(scene, stack)
        healed = _trouble(fault, scene, crowd, report)
        healed_at = time.time() - (time.monotonic() - healed)
        say("All have asked and the fault is over; waiting for quiet.")
        with looking(scene.place.url) as sight:
            settled = wait_until(
                lambda: agents.idle and sight.all_quiet(scene.local) and fault.is_over(sight),
                max(plan.patience, fault.settles_within),
            )
            report.settled_in = time.monotonic() - healed
            report.unmet += fault.afterwards(scene, sight)
            agents.stop()
            wait_until(lambda: sight.all_quiet(scene.local), 60)
            report.tally = sight.reckon(scene.local, scene.asked)
            report.allowed = allowed(
                sight.changes_said(), healed_at=healed_at, settles_within=fault.settles_within
            )
        fault.judge(scene, report.tally)
        if not settled or report.settled_in > report.allowed:
            report.unmet.append(f"quiet after {report.settled_in:.0f} s, not {report.allowed:.0f} s")
        _count(report, scene, crowd, fault)
    report.duration = time.monotonic() - began
    return report


def _set(plan: Plan, fault: Fault, folder: Path, stack: ExitStack) -> Scene:
    place = stack.enter_context(
        database(plan.database, folder, own=fault.own_server, small_disk=fault.small_disk)
    )
    local = workspace(plan.questions)
    stack.callback(local.close)
    front = Front(local)
    stack.callback(front.shut)
    rng = random.Random(f"{plan.seed} {plan.fault}")
    parts = ("web", *["worker"] * plan.workers) if fault.shape == "http" else ()
    processes = start_desk(
        place.url,
        f"{front.url}/api/",
        folder,
        shape=fault.shape,
        parts=parts,
        inside=True,
        **{**patience_with(plan.hesitate), **fault.settings},
    )
    for process in processes:
        stack.callback(process.stop)
    scene = Scene(plan, place, local, front, processes, Levers(folder / "levers"), rng)
    stack.callback(scene.over.set)
    scene.asked = questions(plan.questions, rng, local=local)
    port = next((process.port for process in processes if process.port), None)
    if "socket" not in fault.shape:
        local.deliver_to(f"http://127.0.0.1:{port}/slack/events")
    if not wait_until(lambda: _up(scene, port), _UP_WITHIN) or not _worked(scene):
        raise NeverUp(f"the desk did not start; its logs are in {folder}")
    fault.prepare(scene)
    return scene


def _worked(scene: Scene) -> bool:
    """Whether every worker has given a sign of life: before that, faults would tell of starting alone."""
    expected = sum(process.command in ("worker", "up") for process in scene.processes)
    with looking(scene.place.url) as sight:
        return wait_until(lambda: sight.workers() >= expected, _UP_WITHIN)


def _up(scene: Scene, port: int | None) -> bool:
    return (port is None or answers(port)) and scene.local.delivery.reachable()


def _crowd(scene: Scene, stack: ExitStack) -> tuple[Crowd, Agents]:
    plan, rng = scene.plan, scene.rng
    stack.enter_context(supervised(scene.processes))
    agents = Agents(scene.local, random.Random(rng.random()), hesitate=plan.hesitate)
    agents.start()
    stack.callback(agents.stop)
    return Crowd(scene.local, scene.asked, random.Random(rng.random()), pace=plan.pace), agents


def _trouble(fault: Fault, scene: Scene, crowd: Crowd, report: Report) -> float:
    """The fault comes and goes while people ask; says when it was over."""
    asking = threading.Thread(target=crowd.run, name="asking", daemon=True)
    asking.start()
    every = scene.plan.questions / scene.plan.pace / max(1, scene.plan.times)
    for _ in range(scene.plan.times):
        scene.wait(scene.rng.uniform(0.2, 0.6) * every)
        fault.inject(scene)
        report.injected += 1
        try:
            scene.wait(scene.rng.uniform(*fault.stays))
        finally:
            fault.heal(scene)
    healed = time.monotonic()
    asking.join()
    return max(healed, crowd.asked_at)


def _count(report: Report, scene: Scene, crowd: Crowd, fault: Fault) -> None:
    report.events = len({attempt.id for attempt in scene.local.delivery_log if attempt.kind == "event"})
    report.redeliveries = sum(1 for attempt in scene.local.delivery_log if attempt.attempt)
    report.fell = sum(process.fell for process in scene.processes)
    if report.fell and not fault.fells:
        report.unmet.append(f"{report.fell} times a process ended by itself")


def log_tail(processes: list[DeskProcess], lines: int = 20) -> str:
    """The last of what the processes wrote, for whoever wonders why nothing came."""
    said = []
    for process in processes:
        with suppress(FileNotFoundError):
            tail = process.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
            said.append(f"--- {process.log.name}\n" + "\n".join(tail))
    return "\n".join(said)

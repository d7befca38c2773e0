"""`python -m tests.chaos.fleet`: two web and two worker processes on PostgreSQL, one of them killed each minute.

People ask twenty questions a second for five minutes. Slack and the people live in a process of their own, which
takes the web processes in turn and passes over one that is down, as a load balancer does. Slack's limits are off on
both sides: this is about the desk. Exit code 1 if anything was lost, said twice or left over.
"""

import argparse
import json
import multiprocessing
import random
import signal
import sys
import tempfile
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import func, select

from bot.playground.slack import LocalSlack
from bot.slack.inbox import InboxEvent

from .databases import database
from .desk import patience_with, start_desk
from .people import Agents, Crowd, questions, workspace
from .processes import DeskProcess, answers
from .quiet import looking, wait_until
from .saved import as_table, save
from .slack_front import Front
from .tally import Tally

_PARTS = ("web", "web", "worker", "worker")
_UP_WITHIN = 120.0
_TITLE = "Two web and two worker processes on PostgreSQL, one killed now and then"


@dataclass(frozen=True)
class Plan:
    seconds: float = 300.0
    pace: float = 20.0
    # One process is killed in each such while, and comes back after `away` seconds.
    every: float = 60.0
    away: float = 5.0
    seed: int = 1
    # Each asks again after more than a minute: what comes sooner is one question.
    crowd: int = 2_000
    persons: float = 0.03
    hesitate: float = 30.0
    patience: float = 180.0

    @property
    def questions(self) -> int:
        return int(self.seconds * self.pace)

    @property
    def channels(self) -> tuple[str, ...]:
        return ("CHELP", *(f"CHELP{number}" for number in range(2, max(6, int(self.pace * 3)))))


@dataclass
class Report:
    seed: int
    questions: int
    pace: float
    seconds: float
    events: int = 0
    redeliveries: int = 0
    presses_lost: int = 0
    kills: list[str] = field(default_factory=list)
    fell: int = 0
    # From a worker's death to the moment when another one took its work, where it had any.
    take_over: list[float] = field(default_factory=list)
    settled_in: float = 0.0
    tally: Tally = field(default_factory=Tally)

    @property
    def good(self) -> bool:
        return self.tally.good and not self.fell

    def waited(self, share: float) -> float:
        waits = sorted(self.tally.waits)
        return waits[min(len(waits) - 1, int(share * len(waits)))] if waits else 0.0

    def as_json(self) -> dict[str, Any]:
        told = asdict(self)
        told["tally"].pop("waits")
        waits = {"p50_s": self.waited(0.5), "p99_s": self.waited(0.99), "longest_s": self.tally.longest_wait}
        lost, doubled = len(self.tally.lost), len(self.tally.doubled)
        return {"good": self.good, "lost": lost, "doubled": doubled, "answers": waits, **told}


def run(plan: Plan, folder: Path, say: Any = print) -> Report:
    report = Report(plan.seed, plan.questions, plan.pace, plan.seconds)
    spawn = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        place = stack.enter_context(database("postgresql", folder))
        ours, theirs = spawn.Pipe()
        slack = spawn.Process(target=slack_side, args=(theirs, plan, place.url), daemon=True)
        slack.start()
        stack.callback(slack.kill)
        theirs.close()
        processes = _start(plan, place.url, str(ours.recv()), folder, stack)
        ports = [process.port for process in processes if process.port]
        with looking(place.url) as sight:
            up = wait_until(
                lambda: all(answers(port) for port in ports) and sight.workers() == _PARTS.count("worker"),
                _UP_WITHIN,
            )
        if not up:
            raise RuntimeError(f"the desk did not start; its logs are in {folder}")
        say("The desk is up; people begin to ask.")
        ours.send([f"http://127.0.0.1:{port}/slack/events" for port in ports])
        killed = _kill_now_and_then(plan, processes, report, say)
        say("All have asked; waiting for quiet, and counting.")
        told: Report = ours.recv()
        report.fell = sum(process.fell for process in processes)
        report.take_over = _take_overs(killed, processes)
    for name in ("events", "redeliveries", "presses_lost", "settled_in", "tally"):
        setattr(report, name, getattr(told, name))
    return report


def _start(plan: Plan, url: str, slack_url: str, folder: Path, stack: ExitStack) -> list[DeskProcess]:
    processes = start_desk(
        url,
        slack_url,
        folder,
        parts=_PARTS,
        EVENHAND_SLACK_LIMITS="false",
        EVENHAND_HELP_CHANNELS=",".join(plan.channels),
        **patience_with(plan.hesitate),
    )
    for process in processes:
        stack.callback(process.stop)
    return processes


def _kill_now_and_then(plan: Plan, processes: list[DeskProcess], report: Report, say: Any) -> list[float]:
    """One in each while, at a random moment of it; says when workers died, by the wall clock."""
    rng, began, died = random.Random(plan.seed), time.monotonic(), []
    for number in range(int(plan.seconds / plan.every)):
        at = began + plan.every * number + rng.uniform(0.2, 0.8) * plan.every
        time.sleep(max(0.0, at - time.monotonic()))
        victim = rng.choice(processes)
        victim.kill(family=True)
        if victim.command == "worker":
            died.append(time.time())
        report.kills.append(f"{victim.log.stem} after {time.monotonic() - began:.0f} s")
        say(f"Killed {report.kills[-1]}.")
        time.sleep(plan.away)
        victim.start()
    time.sleep(max(0.0, began + plan.seconds - time.monotonic()))
    for process in processes:
        process.revive()
    return died


def _take_overs(died: list[float], processes: list[DeskProcess]) -> list[float]:
    taken = []
    for process in processes:
        for line in process.log.read_text(encoding="utf-8", errors="replace").splitlines():
            if '"lease.took_over"' in line and (told := json.loads(line))["count"]:
                taken.append(datetime.fromisoformat(told["timestamp"]).timestamp())
    return [round(min(after), 1) for death in died if (after := [at - death for at in taken if at > death])]


# --- The other process: Slack, the people, and the reckoning ---------------------------------------


def slack_side(line: Connection, plan: Plan, url: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    local = workspace(plan.crowd, plan.channels)
    local.delivery.log = deque()
    front = Front(local)
    line.send(f"{front.url}/api/")
    first, *others = line.recv()
    local.delivery.others = tuple(others)
    local.deliver_to(first)
    line.send(_ask_and_reckon(local, plan, url))
    line.close()


def _ask_and_reckon(local: LocalSlack, plan: Plan, url: str) -> Report:
    report = Report(plan.seed, plan.questions, plan.pace, plan.seconds)
    rng = random.Random(plan.seed)
    asked = questions(
        plan.questions,
        rng,
        local=local,
        crowd=plan.crowd,
        channels=plan.channels,
        persons=plan.persons,
        replies=0.005,
    )
    crowd = Crowd(local, asked, random.Random(rng.random()), pace=plan.pace)
    agents = Agents(local, random.Random(rng.random()), hesitate=plan.hesitate)
    agents.start()
    crowd.run()
    ended = time.monotonic()
    with looking(url) as sight:
        wait_until(lambda: agents.idle and sight.all_quiet(local), plan.patience)
        report.settled_in = time.monotonic() - ended
        agents.stop()
        wait_until(lambda: sight.all_quiet(local), 60)
        report.tally = sight.reckon(local, asked)
        with sight.desk.reading() as session:
            report.events = session.scalar(select(func.count()).select_from(InboxEvent)) or 0
    report.redeliveries = sum(1 for attempt in local.delivery.log if attempt.attempt)
    report.presses_lost = crowd.presses_lost
    return report


# --- What is told ----------------------------------------------------------------------------------


def lines(report: Report) -> list[list[str]]:
    """The heading, and one line for each figure."""
    tally = report.tally
    told = (
        ("questions", f"{report.questions}, {report.pace:g} a second for {report.seconds:.0f} s"),
        ("events", report.events),
        ("tickets, answers", f"{tally.tickets}, {tally.answers}"),
        ("escalated, claimed", f"{tally.escalated}, {tally.claimed}"),
        ("killed", "; ".join(report.kills)),
        ("ended by themselves", report.fell),
        ("redeliveries", report.redeliveries),
        ("presses made again", report.presses_lost),
        ("lost", len(tally.lost)),
        ("doubled", len(tally.doubled)),
        ("left over", len(tally.left_over)),
        ("wait for an answer, p50", f"{report.waited(0.5):.2f} s"),
        ("p99", f"{report.waited(0.99):.2f} s"),
        ("longest", f"{tally.longest_wait:.1f} s"),
        ("a dead worker's work taken over", ", ".join(f"{s:.1f} s" for s in report.take_over) or "none left"),
        ("quiet after the last question", f"{report.settled_in:.0f} s"),
    )
    return [["what", "figure"], *([name, str(value)] for name, value in told)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.fleet", description=__doc__)
    parser.add_argument("--seconds", type=float, default=Plan.seconds)
    parser.add_argument("--pace", type=float, default=Plan.pace, help="questions a second")
    parser.add_argument("--every", type=float, default=Plan.every, help="seconds in which one is killed")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    parser.add_argument("--save", action="store_true", help="keep the table on a page in tests/chaos/results")
    parser.add_argument("--keep", type=Path, help="keep the processes' logs in this folder")
    given = parser.parse_args()
    plan = Plan(seconds=given.seconds, pace=given.pace, every=given.every, seed=given.seed)
    console = Console(stderr=given.json, highlight=False, width=None if sys.stdout.isatty() else 100)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    with ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        report = run(plan, folder, console.print)
    if given.json:
        sys.stdout.write(json.dumps(report.as_json(), ensure_ascii=False) + "\n")
    else:
        console.print(as_table(_TITLE, lines(report)))
        for finding in report.tally.findings[:50]:
            console.print(f"  {finding}", markup=False)
    if given.save:
        console.print(f"Kept in {save('fleet', _TITLE, lines(report), report.tally.findings)}")
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())

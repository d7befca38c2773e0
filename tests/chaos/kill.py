"""`python -m tests.chaos.kill`: kills the desk's processes while people ask, and counts what came of it.

The local Slack lives in this process; the desk runs beside it as a user would start it: `evenhand up` on SQLite,
`evenhand web` and two `evenhand worker` on PostgreSQL. Exit code 1 if a question, an answer, a card or a notice was
lost or said twice, or if work is left over.
"""

import argparse
import json
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.playground.server import create_local_slack, serve
from bot.playground.slack import LocalSlack

from .databases import NAMES, database
from .desk import patience_with, start_desk
from .people import Agents, Crowd, questions, workspace
from .processes import DeskProcess, Killer, answers
from .quiet import looking, wait_until
from .tally import Tally


@dataclass
class Plan:
    database: str
    questions: int = 300
    seed: int = 1
    kills: int = 20
    pace: float = 2.0
    workers: int = 2
    # A card is claimed after so many seconds at most.
    hesitate: float = 45.0
    patience: float = 600.0


@dataclass
class Report:
    database: str
    seed: int
    questions: int
    kills: int = 0
    fell: int = 0
    redeliveries: int = 0
    presses_lost: int = 0
    duration: float = 0.0
    start_median: float = 0.0
    start_longest: float = 0.0
    stop_longest: float = 0.0
    tally: Tally = field(default_factory=Tally)

    @property
    def good(self) -> bool:
        return self.tally.good and not self.fell


def run(plan: Plan, folder: Path, say: Callable[[str], None] = lambda _: None) -> Report:
    """Plays one run in `folder`, which keeps the processes' logs."""
    report = Report(plan.database, plan.seed, plan.questions)
    began = time.monotonic()
    with ExitStack() as stack:
        url = stack.enter_context(database(plan.database, folder)).url
        local = workspace(plan.questions)
        stack.callback(local.close)
        server = serve(create_local_slack(local))
        stack.callback(server.stop)
        processes = start_desk(
            url,
            f"{server.url}/api/",
            folder,
            parts=("web", *["worker"] * plan.workers),
            **patience_with(plan.hesitate),
        )
        stack.callback(_stop, processes, report)
        port = processes[0].port
        local.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        wait_until(lambda: answers(port or 0), 60)
        say("The desk is up; people begin to ask.")
        crowd, agents = _play(plan, local, processes, stack)
        say("All have asked; waiting for quiet.")
        sight = stack.enter_context(looking(url))
        wait_until(lambda: agents.idle and sight.all_quiet(local), plan.patience)
        agents.stop()
        wait_until(lambda: sight.all_quiet(local), 60)
        report.tally = sight.reckon(local, crowd.asked)
        report.redeliveries = crowd.repeated + sum(1 for a in local.delivery_log if a.attempt)
        report.presses_lost = crowd.presses_lost
    report.kills = sum(process.kills for process in processes)
    report.fell = sum(process.fell for process in processes)
    starts = [seconds for process in processes for seconds in process.seconds_to_answer]
    report.start_median, report.start_longest = statistics.median(starts), max(starts)
    report.duration = time.monotonic() - began
    return report


def _play(
    plan: Plan, local: LocalSlack, processes: list[DeskProcess], stack: ExitStack
) -> tuple[Crowd, Agents]:
    rng = random.Random(plan.seed)
    asked = questions(plan.questions, rng, local=local)
    crowd = Crowd(local, asked, random.Random(rng.random()), pace=plan.pace)
    agents = Agents(local, random.Random(rng.random()), hesitate=plan.hesitate)
    # A little more often than fits: each start takes its time as well.
    every = 0.6 * plan.questions / plan.pace / max(1, plan.kills)
    killer = Killer(processes, kills=plan.kills, every_seconds=every, rng=random.Random(rng.random()))
    agents.start()
    stack.callback(agents.stop)
    killer.start()
    try:
        crowd.run()
        killer.join(plan.questions / plan.pace)
    finally:
        killer.stop()
    for process in processes:
        process.revive()
    return crowd, agents


def _stop(processes: list[DeskProcess], report: Report) -> None:
    report.stop_longest = max(process.stop() for process in processes)


def show(report: Report, console: Console) -> None:
    tally = report.tally
    table = Table(title=f"kill -9 on {report.database}, seed {report.seed}", show_header=False)
    for name, value in (
        ("questions", report.questions),
        ("tickets", tally.tickets),
        ("answers", tally.answers),
        ("escalated, claimed", f"{tally.escalated}, {tally.claimed}"),
        ("messages in Slack", tally.messages),
        ("kills", report.kills),
        ("ended by themselves", report.fell),
        ("redeliveries", report.redeliveries),
        ("presses made again", report.presses_lost),
        ("lost", len(tally.lost)),
        ("doubled", len(tally.doubled)),
        ("left over", len(tally.left_over)),
        ("longest wait for an answer", f"{tally.longest_wait:.1f} s"),
        (
            "start to first receipt, median, longest",
            f"{report.start_median:.1f} s, {report.start_longest:.1f} s",
        ),
        ("stop when asked, longest", f"{report.stop_longest:.1f} s"),
        ("duration", f"{report.duration:.0f} s"),
    ):
        table.add_row(name, str(value))
    console.print(table)
    for finding in tally.findings:
        console.print(f"  {finding}", markup=False)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.kill", description=__doc__)
    parser.add_argument("--database", choices=NAMES, default="sqlite")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=float, default=2.0, help="questions a second")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    parser.add_argument("--keep", type=Path, help="keep logs and SQLite file in this folder")
    given = parser.parse_args()
    plan = Plan(given.database, given.questions, given.seed, given.kills, given.pace)
    console = Console(stderr=given.json, highlight=False)
    # Told to go, it takes its processes along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    with ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        report = run(plan, folder, console.print)
    if given.json:
        sys.stdout.write(json.dumps({"good": report.good, **asdict(report)}, ensure_ascii=False) + "\n")
    else:
        show(report, console)
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())

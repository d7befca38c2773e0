"""`python -m tests.chaos`: one bad day after the other comes over the desk while people ask, and all is counted.

The local Slack lives in this process; the desk runs beside it as a user would start it. Exit code 1 if a question, an
answer, a card, a notice or a timer was lost or came twice, or if anything hung longer than the README says.
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from .catalogue import ALL, BY_NAME
from .databases import NAMES, NoSmallDisk
from .run import Report, play
from .saved import as_table, save
from .scene import Plan, folder_of


def main() -> int:
    given = _arguments()
    console = Console(stderr=given.json, highlight=False, width=None if sys.stdout.isatty() else 120)
    if given.list:
        show_faults(console)
        return 0
    # Told to go, it takes its processes along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    reports = []
    with ExitStack() as stack:
        base = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for plan in _plans(given):
            try:
                report = play(plan, BY_NAME[plan.fault](), folder_of(base, plan), console.print)
            except NoSmallDisk as no:
                console.print(f"{plan.fault} on {plan.database} is left out: {no}.")
                continue
            reports.append(report)
            console.print(f"  {'good' if report.good else 'NOT GOOD'}, in {report.duration:.0f} s")
            for finding in report.findings:
                console.print(f"  {finding}", markup=False)
    if reports:
        console.print(as_table("Chaos", lines(reports)))
    if reports and given.save:
        findings = [
            f"{r.fault} on {r.database}, seed {r.seed}: {said}" for r in reports for said in r.findings
        ]
        name = "chaos" if given.database == "both" else f"chaos-{given.database}"
        console.print(f"Kept in {save(name, 'Bad days, and what came of them', lines(reports), findings)}")
    if given.json:
        told = {"good": all(r.good for r in reports), "runs": [r.as_json() for r in reports]}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0 if reports and all(report.good for report in reports) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--faults", default="", help="some of them, with commas between; see --list")
    parser.add_argument("--list", action="store_true", help="say which faults there are, and do nothing")
    parser.add_argument("--database", choices=(*NAMES, "both"), default="both")
    parser.add_argument("--questions", type=int, default=60, help="in each run")
    parser.add_argument("--pace", type=float, default=2.0, help="questions a second")
    parser.add_argument("--times", type=int, default=3, help="how often each fault comes in a run")
    parser.add_argument(
        "--seed", type=int, default=1, help="the first run's; of several the next ones follow"
    )
    parser.add_argument("--seeds", type=int, default=1, help="how many runs of each fault")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    parser.add_argument("--save", action="store_true", help="keep the table on a page in tests/chaos/results")
    parser.add_argument("--keep", type=Path, help="keep logs and SQLite files in this folder")
    given = parser.parse_args()
    given.chosen = [name.strip() for name in given.faults.split(",") if name.strip()] or list(BY_NAME)
    if unknown := [name for name in given.chosen if name not in BY_NAME]:
        parser.error(f"no such fault: {', '.join(unknown)}. There are: {', '.join(BY_NAME)}")
    return given


def _plans(given: argparse.Namespace) -> Iterator[Plan]:
    databases = NAMES if given.database == "both" else (given.database,)
    for seed in range(given.seed, given.seed + given.seeds):
        for name in given.chosen:
            for database in databases:
                if database in BY_NAME[name].databases:
                    yield Plan(database, name, given.questions, seed, given.pace, given.times)


def show_faults(console: Console) -> None:
    table = Table("fault", "what happens", "databases")
    for fault in ALL:
        table.add_row(fault.name, fault.means, ", ".join(fault.databases))
    console.print(table)


def lines(reports: Sequence[Report]) -> list[list[str]]:
    """The heading, one line a run, and what all of them come to."""
    head = ["fault", "database", "seed", "questions", "events", "faults", "again"]
    found = [[*head, "lost", "doubled", "stuck", "longest wait", "quiet after"]]
    for report in reports:
        run = (report.fault, report.database, str(report.seed))
        quiet = f"{report.settled_in:.0f} of {report.allowed:.0f} s" + ("" if report.good else " !")
        found.append([*run, *map(str, _counts(report)), f"{report.tally.longest_wait:.1f} s", quiet])
    longest = max((report.tally.longest_wait for report in reports), default=0.0)
    settled = max((report.settled_in for report in reports), default=0.0)
    sums = map(sum, zip(*map(_counts, reports), strict=True))
    return [*found, ["all", "", "", *map(str, sums), f"{longest:.1f} s", f"{settled:.0f} s"]]


def _counts(report: Report) -> tuple[int, ...]:
    tally = report.tally
    asked = (report.questions, report.events, report.injected, report.redeliveries)
    return (*asked, len(tally.lost), len(tally.doubled), len(tally.left_over))


if __name__ == "__main__":
    sys.exit(main())

"""A short form of the chaos: several faults in one run. The long one is `python -m tests.chaos`."""

from pathlib import Path

from .faults.mixed import Mixed
from .run import play
from .scene import Plan


def test_one_bad_day_after_the_other_loses_nothing_and_says_nothing_twice(tmp_path: Path) -> None:
    plan = Plan("sqlite", "mixed", questions=18, seed=5, pace=2.0, times=7, hesitate=3.0)
    report = play(plan, Mixed(), tmp_path)
    assert report.findings == []
    assert (report.tally.tickets, report.injected) == (18, 7)

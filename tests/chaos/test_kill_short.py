"""A short form of the kill: a few questions, a few kills, on both databases. The long one is `kill.py`."""

from pathlib import Path

import pytest

from .databases import NAMES
from .kill import Plan, run


@pytest.mark.parametrize("database", NAMES)
def test_kill_minus_nine_loses_nothing_and_says_nothing_twice(database: str, tmp_path: Path) -> None:
    plan = Plan(database, questions=25, kills=3, seed=7, pace=4.0, hesitate=3.0, patience=120.0)
    report = run(plan, tmp_path)
    tally = report.tally
    assert (tally.lost, tally.doubled, tally.stuck) == ([], [], [])
    assert (tally.tickets, tally.answers) == (25, 25)
    assert report.kills >= 3
    assert report.fell == 0

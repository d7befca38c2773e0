"""The made-up rota that shifts are measured on is the same each time, and of the size it claims."""

import json
from datetime import timedelta

from typer.testing import CliRunner

from bot.bench import oncall
from bot.cli import bench_oncall as _command  # noqa: F401 - registers itself
from bot.cli.program import app


def test_one_seed_makes_one_rota() -> None:
    assert oncall.busy_plan(weeks=4, people=6, layers=4, overrides=9) == oncall.busy_plan(
        weeks=4, people=6, layers=4, overrides=9
    )


def test_it_has_the_size_it_claims() -> None:
    plan = oncall.busy_plan(weeks=52, people=20, layers=4, overrides=200)
    assert len(plan.overrides) == 200
    assert [len(rotation.members) for rotation in plan.schedule.rotations] == [20] * 4
    assert max(o.start for o in plan.overrides) - min(o.start for o in plan.overrides) > timedelta(weeks=50)


def test_the_command_tells_both_times() -> None:
    run = CliRunner().invoke(
        app, ["bench", "oncall", "--weeks", "2", "--people", "3", "--overrides", "4", "--json"]
    )
    told = json.loads(run.stdout)
    assert run.exit_code == 0
    assert {"resolve_ms", "resolve_p99_ms", "now_ms", "now_p99_ms", "shifts"} <= told.keys()

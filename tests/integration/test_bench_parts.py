"""`evenhand bench` measures real processes: each part once, as small as it gets, for the shape of what it says."""

import pytest

from bot.bench.databases import SQLITE, empty_database
from bot.bench.running.ack import AckPlan
from bot.bench.running.end_to_end import EndToEndPlan
from bot.bench.running.growth import GrowthPlan
from bot.bench.running.idle import IdlePlan
from bot.bench.running.whole import Bench, Plans

_TINY = Plans(
    ack=AckPlan(rounds=3, slices=1, slice_seconds=0.1, lines=2, warm_up=1),
    end_to_end=EndToEndPlan(rates=(10,), seconds=0.3, limits=(True,), warm_up=0.1, patience=30.0),
    idle=IdlePlan(window=0.6, settle=0.0, asked=0.1),
    growth=GrowthPlan(sizes=(320, 640), times=2),
)


@pytest.fixture
def steps() -> list[tuple[str, int, int]]:
    return []


@pytest.fixture
def bench(steps: list[tuple[str, int, int]]) -> Bench:
    return Bench([SQLITE], _TINY, step=lambda *told: steps.append(told))


def test_the_receipt_stands_beside_two_bare_apps(bench: Bench, steps: list[tuple[str, int, int]]) -> None:
    found = bench.measure(["ack"])["ack"]
    assert set(found) == {"evenhand", "bare", "bare_commit", "ratio_p50", "by_database"}
    assert set(found["bare_commit"]) == {"p50_ms", "p99_ms", "per_s"}
    assert steps[-1] == ("ack on sqlite", _TINY.ack.steps, _TINY.ack.steps)


def test_every_question_finds_its_answer(bench: Bench) -> None:
    found = bench.measure(["end_to_end"])["end_to_end"]
    assert {"p50_s", "p99_s", "lost", "doubled"} <= set(found["10"])
    assert (found["10"]["lost"], found["10"]["doubled"]) == (0, 0)
    assert found["by_database"][SQLITE] == {"limits_on": {"10": found["10"]}}


def test_rest_is_measured_on_all_processes(bench: Bench) -> None:
    found = bench.measure(["idle"])["idle"]
    assert found["rss_mb"] > 0
    assert found["cpu_pct"] >= 0
    assert found["processes"] >= 1


def test_growth_finds_the_hottest_statements_with_their_plans(bench: Bench) -> None:
    found = bench.measure(["growth"])["growth"]
    assert len(found["plans"]) == len(found["640"]) == 5
    assert all(told["plan"] for told in found["plans"].values())
    assert found["statements"] > 20


def test_a_measured_database_is_gone_afterwards() -> None:
    with empty_database(SQLITE, None) as one, empty_database(SQLITE, None) as other:
        assert one != other

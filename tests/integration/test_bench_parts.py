"""`evenhand bench` measures real processes: each part once, as small as it gets, for the shape of what it says."""

import pytest

from bot.bench.databases import SQLITE, new_database
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
    one_desk=True,
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


def test_every_question_finds_its_answer_and_then_the_desk_rests(bench: Bench) -> None:
    measured = bench.measure(["end_to_end", "idle"])
    found, rest = measured["end_to_end"], measured["idle"]
    assert {"p50_s", "p99_s", "lost", "doubled"} <= set(found["10"])
    assert (found["10"]["lost"], found["10"]["doubled"]) == (0, 0)
    assert found["by_database"][SQLITE] == {"limits_on": {"10": found["10"]}}
    assert rest["rss_mb"] > 0
    assert rest["cpu_pct"] >= 0
    assert rest["processes"] >= 1


def test_growth_finds_the_hottest_statements_with_their_plans(bench: Bench) -> None:
    found = bench.measure(["growth"])["growth"]
    assert len(found["plans"]) == len(found["640"]) == 5
    assert all(told["plan"] for told in found["plans"].values())
    assert found["statements"] > 20


def test_a_measured_database_is_gone_afterwards() -> None:
    with new_database(SQLITE, None) as one, new_database(SQLITE, None) as other:
        assert one != other

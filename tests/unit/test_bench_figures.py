"""`evenhand bench`: what figures come to, how plans are read, and what is told about them. No time is asserted."""

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.bench.decision import DecisionPlan, measure_decision
from bot.bench.running.end_to_end import tally
from bot.bench.running.grown.statements import Plan, Statement, postgresql_plan, sqlite_plan
from bot.bench.running.grown.verdict import Measured, report
from bot.bench.running.slack_side import Asked, Posted, askers
from bot.bench.running.whole import PARTS, parts_named
from bot.bench.spread import p50_p99, quantile
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app

_TIMES = {"p50_ms": 1.0, "p99_ms": 2.0}
_APPS: dict[str, Any] = {
    **{app: {**_TIMES, "per_s": 100.0} for app in ("evenhand", "bare", "bare_commit")},
    "ratio_p50": 1.2,
}
_RATE = {"20": {"p50_s": 0.2, "p99_s": 0.5, "lost": 0, "doubled": 0, "asked": 40, "late_s": 0.0}}
_REST = {"cpu_pct": 1.0, "rss_mb": 200.0, "processes": 1}
_GROWN: dict[str, Any] = {
    "1000": {"a.b": {**_TIMES, "calls": 1}},
    "plans": {"a.b": {"sql": "SELECT 1", "plan": [], "scans": []}},
    "statements": 7,
    "scans": {},
    "more_work": {},
    "longer": {},
    "flat": True,
}
MEASURED: dict[str, Any] = {
    "about": {"machine": "a", "cores": 2, "date": "2026-11-22", "quick": False, "versions": {"python": "3"}},
    "decision": {"10000": {**_TIMES, "with_meaning": _TIMES}},
    "ack": {**_APPS, "by_database": {"sqlite": _APPS}},
    "end_to_end": {**_RATE, "by_database": {"sqlite": {"limits_on": _RATE}}},
    "idle": {**_REST, "by_database": {"sqlite": _REST}},
    "growth": {**_GROWN, "by_database": {"sqlite": _GROWN}},
}


def test_a_quantile_is_a_time_that_was_measured() -> None:
    times = [float(number) for number in range(1, 101)]
    assert (quantile(times, 0.5), quantile(times, 0.99), quantile([7.0], 0.99)) == (50.0, 99.0, 7.0)
    assert p50_p99([3.0, 1.0, 2.0]) == {"p50_ms": 2.0, "p99_ms": 3.0}
    with pytest.raises(ValueError, match="nothing"):
        quantile([], 0.5)


def _asked(*posted: tuple[int, float]) -> Asked:
    return Asked("C1", "1.0", 0.0, tuple(Posted(number, after) for number, after in posted))


def test_questions_without_an_answer_are_lost_and_second_answers_doubled() -> None:
    asked = [_asked((1, 0.2), (9, 0.3)), _asked((9, 0.1)), _asked((2, 0.4), (3, 0.5)), _asked()]
    found = tally(asked, frozenset({1, 2, 3}))
    assert (found["lost"], found["doubled"], found["asked"]) == (2, 1, 4)
    assert found["p99_s"] == 0.4


def test_the_same_answer_posted_twice_is_doubled() -> None:
    assert tally([_asked((1, 0.2), (1, 0.3))], frozenset({1}))["doubled"] >= 1


def test_a_plan_of_sqlite_tells_what_is_read_from_end_to_end() -> None:
    lines = ["SEARCH ticket USING INDEX ix (team_id=?)", "SCAN say", "USE TEMP B-TREE FOR ORDER BY"]
    assert sqlite_plan(lines).scans == ("say",)


def test_a_plan_of_postgresql_tells_the_same() -> None:
    ticket = {
        "Node Type": "Index Scan",
        "Relation Name": "ticket",
        "Index Name": "ix",
        "Index Cond": "(a = 1)",
    }
    whole = {"Node Type": "Index Only Scan", "Relation Name": "label", "Index Name": "ix"}
    root = {"Node Type": "Limit", "Plans": [ticket, whole, {"Node Type": "Seq Scan", "Relation Name": "say"}]}
    plan = postgresql_plan(root)
    assert plan.scans == ("label", "say")
    assert plan.lines[1] == "  Index Scan ticket ix"


def _measured(asked_by: str, milliseconds: float, *scans: str, work: int | None = 9) -> Measured:
    return Measured(Statement(asked_by, f"SELECT {asked_by}", calls=2), [milliseconds], Plan((), scans), work)


def _written(*scans: str) -> Measured:
    return Measured(Statement("w", "UPDATE w", calls=1), (), Plan((), scans))


def test_the_report_names_the_hottest_and_every_full_scan() -> None:
    small = [_measured(name, 1.0) for name in "abcdefg"]
    large = [_measured(name, 1.0 + at) for at, name in enumerate("abcdefg")]
    cool = [_measured("cool", 0.1, "ticket", "team", work=work) for work in (500, 5_000)]
    found = report({1_000: [*small, cool[0]], 10_000: [*large, cool[1]]})
    assert list(found["10000"]) == list("cdefg")
    assert found["1000"]["g"]["p50_ms"] == 1.0
    assert list(found["scans"]) == ["cool: ticket"]
    assert found["more_work"] == {"cool": [500, 5_000]}
    assert found["flat"] is False


def test_a_table_of_a_few_pages_may_be_read_as_a_whole() -> None:
    found = report({size: [_measured("a", 1.0, "ticket", work=size // 100)] for size in (1_000, 10_000)})
    assert (found["scans"], found["flat"]) == ({}, True)


def test_what_takes_longer_without_more_to_do_is_told_and_no_growth() -> None:
    hot = [_measured(name, 9.0) for name in "abcde"]
    found = report({1_000: [*hot, _measured("cool", 0.3)], 10_000: [*hot, _measured("cool", 3.0)]})
    assert found["longer"] == {"cool": 10.0}
    assert found["flat"] is True


def test_a_desk_that_takes_no_longer_is_flat() -> None:
    hot = [_measured(name, 9.0) for name in "abcdef"]
    faint = (_measured("faint", 0.01), _measured("faint", 0.2))
    found = report({1_000: [*hot, _written(), faint[0]], 10_000: [*hot, _written(), faint[1]]})
    assert (found["longer"], found["flat"]) == ({}, True)


def test_what_writes_is_looked_at_too_and_reads_nothing_from_end_to_end() -> None:
    found = report({size: [_written("ticket"), _measured("a", 9.0)] for size in (1_000, 10_000)})
    assert found["scans"] == {"w: ticket": {}}
    assert found["flat"] is False


def test_a_decision_is_measured_among_as_many_articles_as_asked_for() -> None:
    found = measure_decision(DecisionPlan(sizes=(30, 60), questions=3))
    assert list(found) == ["30", "60"]
    assert set(found["30"]) == {"p50_ms", "p99_ms"}


def test_parts_are_measured_in_their_own_order() -> None:
    assert parts_named("ack, decision") == ("decision", "ack")
    assert parts_named("") == PARTS
    with pytest.raises(KeyError):
        parts_named("ack,akc")


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["bench", *arguments])


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    file = tmp_path / "figures.json"
    file.write_text(json.dumps(MEASURED), encoding="utf-8")
    return file


def test_what_was_kept_is_shown_as_a_table_for_the_readme(kept: Path) -> None:
    shown = _run("--from", str(kept), "--markdown")
    assert shown.exit_code == 0, shown.output
    assert "| what | measured | SQLite | target |" in shown.output
    assert "| question to answer | 20 a second, Slack's limits on, p50 / p99 | 0.20 / 0.50 s" in shown.output
    assert "Measured on 2026-11-22: a, 2 cores; python 3." in shown.output


def test_two_databases_stand_side_by_side(kept: Path, tmp_path: Path) -> None:
    slower = {"cpu_pct": 2.0, "rss_mb": 300.0, "processes": 4}
    other = tmp_path / "other.json"
    other.write_text(
        json.dumps({"about": MEASURED["about"], "idle": {"by_database": {"postgresql": slower}}})
    )
    shown = _run("--from", str(kept), "--from", str(other), "--markdown").output
    assert "| what | measured | SQLite | PostgreSQL | target |" in shown
    rest = "| 1.0 % of a core, 200 MB, one process | 2.0 % of a core, 300 MB, 4 processes |"
    assert rest in shown
    assert "| Evenhand, p50 / p99 | 1.0 / 2.0 ms, 100 a second | – |" in shown
    assert "| 1.0 / 2.0 ms | 1.0 / 2.0 ms | p99 ≤ 8 ms |" in shown
    assert shown.count("Measured on") == 1


def test_the_json_has_the_parts_alone(kept: Path) -> None:
    assert tuple(json.loads(_run("--from", str(kept), "--json").output)) == PARTS


def test_the_table_has_a_line_for_each_part(kept: Path) -> None:
    shown = _run("--from", str(kept)).output
    for part in ("decision, 10,000 articles", "receipt", "at rest", "growth", "SQLite"):
        assert part in shown


def test_an_unknown_part_is_named_with_those_that_there_are() -> None:
    refused = _run("--only", "ackk")
    assert refused.exit_code == 2
    assert "ackk" in refused.output
    assert "end_to_end" in refused.output


def test_a_file_without_figures_is_refused_kindly(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text("[]", encoding="utf-8")
    refused = _run("--from", str(file))
    assert refused.exit_code == 2
    assert "no figures" in refused.output


def test_what_was_only_read_is_not_kept_once_more(kept: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    refused = _run("--from", str(kept), "--from", str(kept), "--save", str(again))
    assert refused.exit_code == 2
    assert "nothing for --save to keep" in refused.output
    assert not again.exists()


def test_nobody_who_asks_writes_a_second_line_of_the_same_question() -> None:
    some = list(islice(askers(), 5_000))
    assert len(set(some)) == len(some)

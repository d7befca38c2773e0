"""The figures about tone: with intervals, beside another way, and by a command."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot.cli.everything  # noqa: F401 (registers the commands)
from bot.bench.tone import wilson
from bot.cli.program import app


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["bench", "tone", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(("hits", "of"), [(0, 10), (10, 10), (57, 58), (1, 2)])
def test_an_interval_holds_its_share(hits: int, of: int) -> None:
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    assert wilson(10 * hits, 10 * of)[1] - wilson(10 * hits, 10 * of)[0] < high - low


def test_nothing_measured_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_rules_are_worth_it_beside_a_linear_model() -> None:
    rows = {(row["method"], row["what"]): row for row in map(json.loads, run("--json").splitlines())}
    ours, learned = rows["rules", "hostile"], rows["linear model", "hostile"]
    assert ours["precision"] >= 0.95
    assert ours["precision"] >= learned["precision"]
    assert ours["recall"] >= learned["recall"]


def test_a_file_of_messages_shows_what_would_be_called_harsh(tmp_path: Path) -> None:
    file = tmp_path / "some.csv"
    file.write_text("text,label\nYou are all idiots,x\nMy VPN drops,vpn\n", encoding="utf-8")
    assert json.loads(run("--data", str(file), "--json")) == {"messages": 2, "harsh": 1, "frustrated": 0}
    assert "1 of 2 messages are called harsh" in run("--data", str(file))

"""`evenhand bench gate` and `bench asking`: batches are spoiled as described, and the figures add up."""

import gzip
import json
import random
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.bench import asking, gate
from bot.bench.asking import Plan, measure, saved
from bot.bench.bad_batches import Hand, Row, mislabelled
from bot.bench.gate import Setting, Trial, trials
from bot.bench.labelled_rows import BadTable, read_rows
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app

THINGS = {
    "vpn": ["tunnel", "vpn", "remote", "gateway"],
    "printing": ["printer", "toner", "paper", "tray"],
    "pay": ["salary", "payslip", "bonus", "tax"],
    "hardware": ["laptop", "screen", "dock", "battery"],
}


def made_up(count: int) -> list[Row]:
    """Short messages whose words mostly tell what they are about."""
    drawn = random.Random(3)
    rows = []
    for number in range(count):
        label = drawn.choice(sorted(THINGS))
        word = drawn.choice(THINGS[label] if drawn.random() < 0.95 else THINGS[drawn.choice(sorted(THINGS))])
        rows.append(
            Row(f"my {word} is broken since {drawn.choice(['today', 'monday', 'noon'])} {number}", label)
        )
    return rows


ROWS = made_up(400)
SMALL = Setting(base=80, batch=60, window=60, earlier=40)


@pytest.mark.parametrize("hand", [hand for hand in Hand if hand is not Hand.SWAPPED_FEW])
def test_a_batch_is_spoiled_by_the_share_that_was_asked_for(hand: Hand) -> None:
    batch, wrong = mislabelled(ROWS[:100], ROWS[100:300], hand, share=0.3, seed=1)
    assert wrong == (0 if hand is Hand.GOOD else 30)
    assert len(batch) == 100


def test_a_swap_goes_both_ways_and_touches_two_categories() -> None:
    truth = {row.text: row.label for row in ROWS}
    batch, _ = mislabelled(ROWS[:100], ROWS[100:300], Hand.SWAPPED, share=0.3, seed=1)
    moved = {(truth[row.text], row.label) for row in batch if truth[row.text] != row.label}
    ((one, other), *rest) = sorted(moved)
    assert rest == [(other, one)]


def test_one_category_takes_from_all_others() -> None:
    batch, _ = mislabelled(ROWS[:100], [], Hand.ONE_CATEGORY, share=0.3, seed=1)
    before, after = Counter(row.label for row in ROWS[:100]), Counter(row.label for row in batch)
    grown = {label for label in after if after[label] > before[label]}
    assert len(grown) == 1


@pytest.fixture(scope="module")
def tried() -> list[Trial]:
    return list(trials(ROWS, [SMALL], rounds=1, seed=7))


def test_a_round_tries_every_hand_and_lets_the_good_one_in(tried: list[Trial]) -> None:
    by_hand = {trial.hand: trial for trial in tried}
    assert set(by_hand) == set(Hand)
    assert not by_hand[Hand.GOOD].stopped
    assert by_hand[Hand.ONE_CATEGORY].trouble is not None
    assert by_hand[Hand.SWAPPED].stopped


def test_the_list_of_doubts_finds_the_wrong_labels(tried: list[Trial]) -> None:
    spoiled = {trial.hand: trial.auc for trial in tried}
    assert spoiled[Hand.GOOD] is None
    assert (spoiled[Hand.UNIFORM] or 0) > 0.9


def test_saved_labels_are_counted_from_the_curves() -> None:
    assert saved([100, 200, 300], [0.5, 0.8, 0.9], [0.5, 0.7, 0.8]) == pytest.approx(1 / 3)
    assert saved([100, 200], [0.5, 0.6], [0.5, 0.8]) == 0.0


def test_asking_first_is_measured_beside_random() -> None:
    plan = Plan(begin=40, step=20, steps=1, judged=80)
    told: list[None] = []
    found = measure(ROWS, plan, rounds=1, seed=7, progress=lambda: told.append(None))
    assert len(told) == 4
    assert len(found.asked.accuracy) == len(plan.labels) == 2
    assert found.asked.accuracy[0] == found.at_random.accuracy[0]


# --- The commands -----------------------------------------------------------------------------------


def table(at: Path, rows: list[Row], *, packed: bool = False) -> Path:
    lines = ["text,label,split", *(f"{row.text},{row.label},train" for row in rows), "left alone,vpn,test"]
    file = at / ("rows.csv.gz" if packed else "rows.csv")
    content = "\n".join(lines).encode()
    file.write_bytes(gzip.compress(content) if packed else content)
    return file


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["bench", *arguments])


def test_what_is_for_testing_is_left_alone(tmp_path: Path) -> None:
    assert read_rows(table(tmp_path, ROWS[:20], packed=True)) == ROWS[:20]


def test_the_gate_command_prints_a_row_for_each_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "QUICK", (SMALL,))
    done = run("gate", "--train", str(table(tmp_path, ROWS)), "--quick", "--rounds", "1", "--json")
    assert done.exit_code == 0
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["hand"] for row in rows] == [hand.value for hand in Hand]
    assert rows[0]["stopped"] == 0.0


def test_the_asking_command_says_what_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "QUICK_PLAN", Plan(begin=40, step=20, steps=1, judged=80))
    done = run("asking", "--train", str(table(tmp_path, ROWS)), "--quick", "--rounds", "1")
    assert done.exit_code == 0
    assert "fewer labels for the same accuracy" in done.stdout


def test_a_file_that_is_too_small_or_no_table_is_a_clear_answer(tmp_path: Path) -> None:
    few = run("gate", "--train", str(table(tmp_path, ROWS)))
    assert few.exit_code == 2
    assert "400 different messages" in few.stderr
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert "no column “text”" in run("gate", "--train", str(tmp_path / "odd.csv")).stderr
    assert "does not exist" in run("asking", "--train", str(tmp_path / "none.csv")).stderr
    (tmp_path / "bytes.csv").write_bytes(b"text,label\n\xff\xfe,x\n")
    with pytest.raises(BadTable, match="is not UTF-8"):
        read_rows(tmp_path / "bytes.csv")
    with pytest.raises(BadTable, match="fewer than two"):
        read_rows(table(tmp_path, []))

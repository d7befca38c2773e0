"""`evenhand model evaluate`: the product's own pipeline on any labelled file, and a clear answer to a bad one."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.bench.bad_batches import Row
from bot.bench.classifiers import Task, few_of_each, mistyped
from bot.bench.other_classifiers import OTHERS, measure_other
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app

SAID = {
    "vpn": ("the vpn tunnel drops", "vpn client cannot connect", "no remote access over vpn"),
    "printing": ("the printer has a paper jam", "no toner in the printer", "printer is offline"),
    "badges": ("my badge opens no door", "lost my badge", "the turnstile rejects the badge"),
}
PLACES = (
    "at home",
    "in the hall",
    "on floor two",
    "since monday",
    "after lunch",
    "again",
    "today",
    "in berlin",
)
LEARN = [
    (f"{text} {place}", label) for label, texts in SAID.items() for text in texts for place in PLACES[:5]
]
JUDGE = [
    (f"{text} {place}", label) for label, texts in SAID.items() for text in texts for place in PLACES[5:]
]
KEYS = {"accuracy", "macro_f1", "top3", "ece", "brier", "coverage_at_95", "oos", "ms", "mb", "fit_s"}


def write(file: Path, rows: list[tuple[str, str]], header: str = "text,label") -> Path:
    lines = [header, *(f'"{text}",{label}' for text, label in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["model", "evaluate", "--lexical", *map(str, words)])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return write(tmp_path / "learn.csv", LEARN), write(tmp_path / "judge.csv", JUDGE)


def test_all_figures_are_printed_as_one_object(files):
    learn, judge = files
    done = run("--train", learn, "--test", judge, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found.keys() == KEYS
    assert found["accuracy"] > 0.9
    assert found["coverage_at_95"] > 0.9
    assert found["oos"] == {"recall": None, "auroc": None}
    assert 0 < found["mb"] < 1


def test_people_read_a_table(files):
    learn, judge = files
    said = " ".join(run("--train", learn, "--test", judge).stdout.split())
    assert "with 95 % precision" in said
    assert "45 messages in 3 categories" in said


def test_a_column_named_split_parts_one_file(tmp_path):
    file = tmp_path / "one.jsonl.gz"
    rows = [{"q": text, "l": label, "split": "train"} for text, label in LEARN]
    rows += [{"q": text, "l": label, "split": "dev"} for text, label in JUDGE]
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    found = json.loads(run("--train", file, "--text", "q", "--label", "l", "--json").stdout)
    assert found["accuracy"] > 0.9


def test_strays_have_figures_of_their_own(tmp_path):
    strays = [(f"what is the capital of {place}", "oos") for place in ("peru", "chad", "oman", "fiji")]
    learn, judge = write(tmp_path / "l.csv", LEARN), write(tmp_path / "j.csv", JUDGE + strays)
    found = json.loads(run("--train", learn, "--test", judge, "--oos", "oos", "--json").stdout)
    assert found["oos"]["auroc"] > 0.9
    assert found["accuracy"] > 0.9


def test_few_shot_means_so_many_of_each_and_no_strays():
    rows = tuple(Row(text, label) for text, label in LEARN)
    task = Task((*rows, Row("lunch?", "oos")), rows, "oos")
    few = few_of_each(task, 2, seed=1)
    assert sorted(row.label for row in few.learn) == ["badges"] * 2 + ["printing"] * 2 + ["vpn"] * 2
    assert few_of_each(task, 2, seed=1) == few
    assert few_of_each(task, 2, seed=2) != few


def test_typing_errors_are_made_in_what_is_judged_alone():
    rows = tuple(Row(text, label) for text, label in LEARN)
    wrong = mistyped(Task(rows, rows), 0.2, seed=3)
    assert wrong.learn == rows
    assert wrong.judge != rows
    assert [row.label for row in wrong.judge] == [row.label for row in rows]


def test_two_draws_are_averaged(files):
    learn, judge = files
    done = run("--train", learn, "--test", judge, "--few-shot", 5, "--seeds", 2)
    assert "between draws" in done.stdout


@pytest.mark.parametrize("other", [one for one in OTHERS if one.is_installed], ids=lambda one: one.name)
def test_others_are_judged_by_the_same_figures(other):
    learn, judge = (tuple(Row(text, label) for text, label in rows) for rows in (LEARN, JUDGE))
    assert measure_other(other, Task(learn, judge)).figures.accuracy > 0.8


# --- Bad input


def refused(*words: object) -> str:
    done = run(*words)
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr
    return " ".join(done.stderr.split())


def test_one_category(tmp_path, files):
    one = write(tmp_path / "one.csv", [row for row in LEARN if row[1] == "vpn"])
    assert "at least two categories, found vpn" in refused("--train", one, "--test", files[1])


def test_two_rows(tmp_path, files):
    two = write(tmp_path / "two.csv", LEARN[:2])
    assert "2 labelled messages with text, at least 10 are needed" in refused(
        "--train", two, "--test", files[1]
    )


def test_missing_labels_are_counted_and_left_out(tmp_path, files):
    some = write(tmp_path / "some.csv", [*LEARN, ("no label here", ""), ("none here", "")])
    done = run("--train", some, "--test", files[1], "--json")
    assert done.exit_code == 0
    assert "2 rows lack a text or a label" in " ".join(done.stderr.split())


def test_nothing_but_missing_labels(tmp_path, files):
    none = write(tmp_path / "none.csv", [("a", ""), ("b", "")])
    assert "no row with a text and a label" in refused("--train", none, "--test", files[1])


def test_the_test_inside_the_training_part(files):
    assert "learned by heart" in refused("--train", files[0], "--test", files[0])


def test_a_few_messages_on_both_sides_are_said(tmp_path, files):
    both = write(tmp_path / "both.csv", JUDGE + LEARN[:2])
    done = run("--train", files[0], "--test", both, "--json")
    assert done.exit_code == 0
    assert "2 messages to judge by are also learned from" in " ".join(done.stderr.split())


def test_nothing_to_judge_by(files):
    assert "no messages to judge by" in refused("--train", files[0])


def test_a_wrong_encoding(tmp_path, files):
    latin = tmp_path / "latin.csv"
    latin.write_bytes('text,label\n"der Drucker läuft nicht",printing\n'.encode("latin-1"))
    assert "is not UTF-8" in refused("--train", latin, "--test", files[1])


def test_a_missing_column_names_those_there_are(tmp_path, files):
    odd = write(tmp_path / "odd.csv", LEARN, header="message,label")
    assert "no column “text” in row 1, but message, label" in refused("--train", odd, "--test", files[1])


def test_a_missing_file(files):
    assert "does not exist" in refused("--train", "nowhere.csv", "--test", files[1])


def test_a_category_that_was_never_learned_counts_as_wrong_and_is_said(tmp_path, files):
    more = write(tmp_path / "more.csv", [*JUDGE, ("the fax is dead", "fax")])
    done = run("--train", files[0], "--test", more, "--json")
    assert "Never learned, so always wrong: fax" in " ".join(done.stderr.split())

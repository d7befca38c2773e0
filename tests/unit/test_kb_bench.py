"""`evenhand bench kb`: the comparison runs, leaves out what is missing, and made-up articles are the same each time."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.bench.beside import BenchSet, Contender, compare, timed
from bot.bench.peers import PEERS, Peer
from bot.bench.sets import starter_set
from bot.bench.synthetic import synthetic
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.bench_tables import as_markdown
from bot.cli.program import app
from kb.entries import Entry
from kb.judged_files import JudgedQuestion

ENTRIES = (
    Entry(
        7,
        "vpn",
        1,
        "VPN drops on the train",
        "Keep it up.",
        "Turn off power saving.",
        ("tunnel keeps dropping",),
    ),
    Entry(8, "jam", 1, "Printer is jammed", "", "Open the tray and pull out the paper."),
    Entry(9, "pay", 1, "Find your payslip", "", "Open the HR portal and choose documents."),
)
INSTALLED = [peer for peer in PEERS if peer.version]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["bench", "kb", "--lexical", *arguments])


def folder(at: Path) -> Path:
    own = at / "sets" / "toy"
    own.mkdir(parents=True)
    articles = [
        {"id": e.slug, "title": e.title, "body": e.body, "examples": list(e.aliases)} for e in ENTRIES
    ]
    queries = [
        {"id": "1", "text": "vpn drops", "rel": ["vpn"], "answerable": True, "split": "dev"},
        {"id": "2", "text": "best soup in town", "rel": [], "answerable": False, "split": "dev"},
        {"id": "3", "text": "payslip", "rel": ["pay"], "answerable": True, "split": "train"},
    ]
    for name, rows in (("articles", articles), ("queries", queries)):
        (own / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return own.parent


@pytest.mark.parametrize("peer", INSTALLED, ids=lambda peer: peer.name)
@pytest.mark.parametrize(("question", "answer"), [("vpn drops on the train", 7), ("printer jammed", 8)])
def test_each_peer_finds_what_it_is_asked_in_the_article_s_own_words(
    peer: Peer, question: str, answer: int
) -> None:
    assert peer.build(ENTRIES)(question)[0][0] == answer


@pytest.mark.parametrize("peer", INSTALLED, ids=lambda peer: peer.name)
@pytest.mark.parametrize("question", ["", "🔥", '"', "AND OR NOT (", "title:x*", "\x00", "x" * 5_000])
def test_no_question_breaks_a_peer(peer: Peer, question: str) -> None:
    assert len(peer.build(ENTRIES)(question)) <= len(ENTRIES)


def test_every_contender_gets_a_row_for_every_set() -> None:
    asked = (JudgedQuestion("1", "vpn drops", {7: 1}), JudgedQuestion("2", "soup", {}))
    contenders = [
        Contender("right", "1", timed(lambda entries: lambda text: ((7, 0.9 if "vpn" in text else 0.1),))),
        Contender("silent", "2", timed(lambda entries: lambda text: ())),
    ]
    steps: list[int] = []
    rows = list(compare([BenchSet("toy", ((ENTRIES, asked),))], contenders, lambda: steps.append(1)))
    assert [(row.contender, row.clean.mrr10, row.clean.auroc) for row in rows] == [
        ("right", 1.0, 1.0),
        ("silent", 0.0, 0.5),
    ]
    assert len(steps) == 2 * len(asked) * len(contenders)
    table = as_markdown(rows).splitlines()
    assert table[0] == "| method | toy | AUROC | p50 / p99 ms | build s |"
    assert table[2].startswith("| right 1 | 1.000 / ")


def test_the_starter_articles_are_asked_by_aliases_they_no_longer_have() -> None:
    for entries, questions in starter_set().parts:
        known = {alias for entry in entries for alias in entry.aliases}
        assert not known & {question.text for question in questions}
        assert any(not question.answerable for question in questions)


def test_made_up_articles_are_the_same_each_time() -> None:
    once, again = synthetic(300, questions=20), synthetic(300, questions=20)
    assert once == again
    assert (len(once.entries), len(once.questions)) == (300, 20)
    assert len({entry.title for entry in once.entries}) > 290


def test_a_folder_is_measured_without_its_training_part(tmp_path: Path) -> None:
    result = run("--data", str(folder(tmp_path)), "--json")
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert rows[0]["method"].startswith("Evenhand")
    assert {row["set"] for row in rows} == {"toy"}
    assert rows[0]["mrr10"] == 1
    assert set(rows[0]) == {
        "method", "version", "set", "mrr10", "mrr10_typos", "auroc", "ms", "ms_typos", "build_s"
    }  # fmt: skip
    assert "Evenhand" in run("--data", str(tmp_path / "sets"), "--sets", "toy").stdout


def test_a_missing_peer_is_named_and_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = Peer("absent", "no-such-package-here", PEERS[0].build)
    monkeypatch.setattr("bot.cli.bench_kb.PEERS", (absent,))
    result = run("--data", str(folder(tmp_path)), "--markdown")
    assert result.exit_code == 0
    assert result.stderr == "absent is left out: pip install no-such-package-here\n"
    assert "absent" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"), [(["--sets", "none"], "has no set 'none'"), ([], "holds no")]
)
def test_a_folder_without_sets_is_refused(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    result = run("--data", str(tmp_path), *arguments)
    assert result.exit_code == 2
    assert complaint in result.stderr


def test_a_size_is_measured_and_the_cores_are_given_back() -> None:
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    measured = json.loads(run("--size", "50", "--json").stdout)
    assert measured["articles"] == 50
    assert measured["mrr10"] > 0.5
    assert measured["ms"]["p99"] >= measured["ms"]["p50"] > 0
    assert "50" in run("--size", "50").stdout
    if allowed is not None:
        assert os.sched_getaffinity(0) == allowed

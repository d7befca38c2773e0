"""What `evenhand kb evaluate` counts, checked against figures worked out by hand, and how it refuses bad files."""

import gzip
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from kb.evaluation import Answer, asked, evaluate
from kb.judged_files import BadFile, JudgedQuestion, read_files

A, B, C, D = 0, 1, 2, 3
QUESTIONS = [
    JudgedQuestion("first", "right at once", {A: 1}),
    JudgedQuestion("third", "right in the end", {B: 1}),
    JudgedQuestion("two", "two articles answer, one better", {C: 1, D: 2}),
    JudgedQuestion("lost", "never found", {D: 1}),
    JudgedQuestion("silence", "nothing answers this", {}),
    JudgedQuestion("noise", "nor this", {}),
]
SAID: dict[str, Answer] = {
    "right at once": Answer(((A, 0.9), (B, 0.2)), True, 1.0),
    "right in the end": Answer(((A, 0.7), (C, 0.3), (B, 0.2)), True, 2.0),
    "two articles answer, one better": Answer(((C, 0.3), (D, 0.2)), False, 3.0),
    "never found": Answer((), False, 4.0),
    "nothing answers this": Answer(((A, 0.1),), False, 5.0),
    "nor this": Answer(((B, 0.7),), True, 6.0),
}


def test_the_figures_are_those_worked_out_by_hand() -> None:
    found = evaluate(lambda text: SAID.get(text, SAID["never found"]), QUESTIONS)
    assert found.mrr10 == pytest.approx((1 + 1 / 3 + 1 + 0) / 4)
    assert found.recall1 == pytest.approx((1 + 0 + 1 / 2 + 0) / 4)
    assert found.recall3 == found.recall10 == pytest.approx((1 + 1 + 1 + 0) / 4)
    swapped = (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    assert found.ndcg10 == pytest.approx((1 + 1 / math.log2(4) + swapped + 0) / 4)
    # Against 0.1 and 0.7: 0.9 wins twice, 0.7 once and a tie, 0.3 once, nothing found never.
    assert found.auroc == pytest.approx((2 + 1.5 + 1 + 0) / 8)
    assert found.cutoff.precision == pytest.approx(1 / 3)
    assert found.cutoff.recall == pytest.approx(1 / 4)
    assert found.cutoff.false_show == pytest.approx(1 / 2)
    assert found.p50 == pytest.approx(3.5)


def test_reliability_holds_promises_against_what_came_true() -> None:
    found = evaluate(lambda text: SAID.get(text, SAID["never found"]), QUESTIONS)
    seventies, nineties = found.reliability[7], found.reliability[9]
    assert nineties is not None
    assert (nineties.count, nineties.right) == (1, 1.0)
    assert seventies is not None
    assert (seventies.count, seventies.chance, seventies.right) == (2, pytest.approx(0.7), 0.0)
    assert found.reliability[5] is None
    # 0.0 was never right, 0.1 never, 0.3 once of once, 0.7 never of two, 0.9 once of once.
    assert found.ece == pytest.approx((0 + 0.1 + 0.7 + 1.4 + 0.1) / 6)


def test_what_cannot_be_told_is_left_open() -> None:
    only_answerable = evaluate(lambda text: SAID.get(text, SAID["never found"]), QUESTIONS[:1])
    assert (only_answerable.auroc, only_answerable.cutoff.false_show) == (None, None)
    only_silence = evaluate(lambda text: SAID.get(text, SAID["never found"]), QUESTIONS[4:5])
    assert (only_silence.mrr10, only_silence.cutoff.recall, only_silence.cutoff.precision) == (
        None,
        None,
        None,
    )


def test_only_ten_ranks_count() -> None:
    tail = Answer((*((number, 0.5) for number in range(100, 110)), (A, 0.4)), False, 1.0)
    assert evaluate(lambda text: tail, QUESTIONS[:1]).mrr10 == 0


def test_a_question_slips_in_the_same_way_each_time_and_whoever_else_asks() -> None:
    heard: list[str] = []

    def listen(text: str) -> Answer:
        heard.append(text)
        return SAID["never found"]

    evaluate(listen, QUESTIONS, noise=0.1)
    evaluate(listen, QUESTIONS[2:3], noise=0.1)
    assert heard[-1] == heard[3] == asked(QUESTIONS[2], 0.1) != QUESTIONS[2].text
    assert asked(QUESTIONS[2], 0.0) == QUESTIONS[2].text


# --- the command ------------------------------------------------------------------------------------

ARTICLES = [
    {
        "id": "vpn",
        "title": "VPN drops on the train",
        "summary": "Keep the VPN up.",
        "body": "Open the VPN app and turn off power saving for the adapter.",
        "category": "network",
        "examples": ["tunnel keeps dropping", "vpn disconnects"],
    },
    {
        "id": "jam",
        "title": "Printer is jammed",
        "body": "Open the tray and pull out the paper.",
        "examples": [],
    },
    {"id": "pay", "title": "Find your payslip", "summary": "", "body": "Open the HR portal."},
]
QUERIES = [
    {"id": "q1", "title": "not asked", "text": "vpn drops on the train", "rel": ["vpn"], "answerable": True},
    {"id": "q2", "title": "not asked", "text": "printer jammed", "rel": ["jam"], "answerable": True},
    {"id": "q3", "title": "not asked", "text": "best soup in town", "rel": [], "answerable": False},
]
QRELS = "query_id\tarticle_id\tscore\nq1\tvpn\t1\nq2\tjam\t2.5\nq2\tpay\t0\nother-part\tpay\t1\n"


def lines(rows: Sequence[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(row) for row in rows) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    # Packed, although the name does not say so.
    (tmp_path / "articles.jsonl").write_bytes(gzip.compress(lines(ARTICLES).encode()))
    (tmp_path / "queries.jsonl").write_text(lines(QUERIES), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(QRELS, encoding="utf-8")
    return tmp_path


def run(folder: Path, *more: str, qrels: bool = True) -> Result:
    given = ["--articles", str(folder / "articles.jsonl"), "--queries", str(folder / "queries.jsonl")]
    if qrels:
        given += ["--qrels", str(folder / "qrels.tsv")]
    return CliRunner().invoke(app, ["kb", "evaluate", *given, "--lexical", *more])


def test_scripts_get_one_object(folder: Path) -> None:
    result = run(folder, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert list(found) == [
        "mrr10", "recall1", "recall3", "recall10", "ndcg10", "auroc", "cutoff", "ms", "rss_mb", "reliability",
    ]  # fmt: skip
    assert (found["mrr10"], found["recall1"], found["ndcg10"], found["auroc"]) == (1, 1, 1, 1)
    assert found["cutoff"] == {"precision": 1, "recall": 1, "false_show": 0}
    assert 0 < found["ms"]["p50"] <= found["ms"]["p99"]
    assert found["rss_mb"] > 1
    assert sum(one["count"] for one in found["reliability"]["bins"]) == 3


def test_the_same_questions_and_noise_give_the_same_figures(folder: Path) -> None:
    once, again = (json.loads(run(folder, "--json", "--noise", "0.1").stdout) for _ in range(2))
    for found in (once, again):
        del found["ms"], found["rss_mb"]
    assert once == again


def test_without_judgements_the_questions_own_rel_counts(folder: Path) -> None:
    assert json.loads(run(folder, "--json", qrels=False).stdout)["mrr10"] == 1


def test_people_get_a_table(folder: Path) -> None:
    said = run(folder).stdout
    assert "3 questions" in said
    assert "MRR@10" in said
    assert "█" in said


@pytest.mark.parametrize(
    ("file", "holds", "complaint"),
    [
        ("articles.jsonl", '{"id": "a"}\nnot json\n', "line 2: is not JSON"),
        ("articles.jsonl", '{"title": "nameless"}', "line 1: has no 'id'"),
        ("articles.jsonl", '{"id": "a"}\n{"id": "a"}\n', "'a' stands there twice"),
        ("articles.jsonl", '{"id": "a", "examples": "one"}', "line 1: 'examples' is not a list"),
        ("queries.jsonl", '\n[1, 2]\n', "line 2: is not a JSON object"),
        ("queries.jsonl", "", "holds no questions"),
        ("queries.jsonl", '{"id": "q1", "text": "x"}\n{"id": "q9", "text": "x", "answerable": true}', "line 2: questi"),
        ("qrels.tsv", "query_id\tarticle_id\tscore\nq1\tgone\t1\n", "line 2: the article 'gone' is not among"),
        ("qrels.tsv", "q1\tvpn\t1\nq1 vpn 1\n", "line 2: is not “question, article, score”"),
        ("qrels.tsv", "elsewhere\tvpn\t1\n", "judges none of the questions"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named_with_its_line(folder: Path, file: str, holds: str, complaint: str) -> None:
    (folder / file).write_text(holds, encoding="utf-8")
    result = run(folder, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert file in result.stderr
    assert complaint in result.stderr


def test_files_that_cannot_be_read_are_named(folder: Path) -> None:
    packed = gzip.compress(lines(QUERIES).encode())
    for holds, complaint in (
        (b"\xff\xfe\x00", "is UTF-16"),
        (b"caf\xe9\n", "is not UTF-8"),
        (packed[:-9], "is damaged"),
    ):
        (folder / "queries.jsonl").write_bytes(holds)
        assert complaint in run(folder).stderr
    (folder / "queries.jsonl").unlink()
    assert "No such file" in run(folder).stderr


def test_feedback_teaches_what_was_solved_by_articles_that_are_there(folder: Path) -> None:
    earlier = [
        {"id": "f1", "text": "tunnel down again", "rel": ["vpn", "gone"], "answerable": True},
        {"id": "f2", "text": "soup", "rel": [], "answerable": False},
        {"id": "f3", "text": "paper stuck", "rel": ["jam"], "answerable": True},
    ]
    (folder / "feedback.jsonl").write_text(lines(earlier), encoding="utf-8")
    read = read_files(folder / "articles.jsonl", folder / "queries.jsonl", feedback=folder / "feedback.jsonl")
    assert read.solved == (("tunnel down again", 0), ("paper stuck", 1))
    with pytest.raises(BadFile, match="missing"):
        read_files(folder / "articles.jsonl", folder / "queries.jsonl", feedback=folder / "missing")


def test_articles_that_name_no_language_get_the_one_they_are_written_in(folder: Path) -> None:
    written = [
        {"id": "de1", "title": "Drucker", "body": "Wenn der Drucker nicht druckt, starten Sie ihn neu."},
        {"id": "de2", "title": "VPN", "body": "Die Verbindung bricht ab? Dann das Gerät neu starten."},
        {"id": "short", "title": "SAP", "body": ""},
        {"id": "said", "title": "SAP", "body": "", "language": "nl"},
    ]
    (folder / "articles.jsonl").write_text(lines(written), encoding="utf-8")
    (folder / "queries.jsonl").write_text(lines([{"id": "q", "text": "x"}]), encoding="utf-8")
    read = read_files(folder / "articles.jsonl", folder / "queries.jsonl")
    assert [entry.language for entry in read.entries] == ["de", "de", "de", "nl"]

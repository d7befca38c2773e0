"""`evenhand kb evaluate`: how good the search is on judged questions, with the settings it ships with."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bot.cli.footprint import peak_megabytes
from bot.cli.kb import group
from bot.cli.measured import encoder_unless, measured_index
from bot.cli.program import Stop, command, out
from bot.cli.waiting import counting
from kb.evaluation import Figures, answers_of, evaluate
from kb.judged_files import BadFile, JudgedFiles, read_files

_BAR = 24


@command(group, "evaluate")
def evaluate_search(
    articles: Annotated[Path, typer.Option(help="JSON lines: id, title, summary, body, examples.")],
    queries: Annotated[Path, typer.Option(help="JSON lines: id, text, rel, answerable.")],
    qrels: Annotated[
        Path | None, typer.Option(help="Tabs: query, article, score. Without it the queries' own rel counts.")
    ] = None,
    feedback: Annotated[
        Path | None, typer.Option(help="Like queries: what the desk has learned before, oldest first.")
    ] = None,
    noise: Annotated[
        float, typer.Option(min=0, max=0.5, help="Share of letters that are mistyped, for example 0.1.")
    ] = 0.0,
    lexical: Annotated[bool, typer.Option("--lexical", help="Without embeddings.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Judge the search on questions with known answers. Files may be packed with gzip."""
    try:
        judged = read_files(articles, queries, qrels, feedback)
    except BadFile as bad:
        raise Stop(f"{bad}.", "The files' form: evenhand kb evaluate --help", code=2) from None
    figures = _judge(judged, noise=noise, lexical=lexical)
    megabytes = peak_megabytes()
    if as_json:
        sys.stdout.write(json.dumps(as_object(figures, megabytes)) + "\n")
    else:
        _show(figures, megabytes)


def as_object(figures: Figures, megabytes: float) -> dict[str, Any]:
    found = figures.as_object()
    reliability = found.pop("reliability")
    return {**found, "rss_mb": round(megabytes, 1), "reliability": reliability}


def _judge(judged: JudgedFiles, *, noise: float, lexical: bool) -> Figures:
    index = measured_index(judged.entries, encoder_unless(lexical), solved=judged.solved)
    with counting("Asking", len(judged.questions)) as one_more:
        return evaluate(answers_of(index), judged.questions, noise=noise, progress=one_more)


def _show(figures: Figures, megabytes: float) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value, means in (
        ("MRR@10", figures.mrr10, "one over the rank of the first article that answers"),
        ("recall@1", figures.recall1, "answers found first"),
        ("recall@3", figures.recall3, "answers within the three that are shown"),
        ("recall@10", figures.recall10, "answers within ten"),
        ("nDCG@10", figures.ndcg10, "the same with better ranks counting more"),
        ("AUROC", figures.auroc, "answerable told from unanswerable by the top chance"),
        ("precision", figures.cutoff.precision, "right, of what was shown"),
        ("recall", figures.cutoff.recall, "shown and right, of the answerable"),
        ("false show", figures.cutoff.false_show, "shown although nothing answers"),
    ):
        table.add_row(name, "–" if value is None else f"{value:.3f}", means)
    table.add_row("p50 / p99", f"{figures.p50:.1f} / {figures.p99:.1f} ms", "one search")
    table.add_row("memory", f"{megabytes:.0f} MB", "of the process, at most")
    out.print(f"{figures.questions} questions")
    out.print(table)
    out.print(f"\nWhen it promises …, it is right … (off by {figures.ece:.3f} on average)")
    for number, one in enumerate(figures.reliability):
        if one is not None:
            bar = "█" * round(one.right * _BAR)
            promised = f"{number / 10:.1f}–{(number + 1) / 10:.1f}"
            out.print(f"  {promised}  {bar:<{_BAR}}  {one.right:.2f}  of {one.count}", markup=False)

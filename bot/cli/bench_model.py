"""`evenhand bench model`: the product's classifier beside others, trained on the same messages in one run."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table as Shown

from bot.cli.bench import group
from bot.cli.model_evaluate import as_object, task_of
from bot.cli.program import Stop, command, err, out
from bot.cli.waiting import stepping

# What learns takes seconds to load, and only this command needs it.
if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.bench.classifiers import Measured, Task
    from triage.classifier.reader import Reader

_JUDGED_EVERY = 5
_COLUMNS = (
    ("accuracy", "accuracy"),
    ("macro F1", "macro_f1"),
    ("top 3", "top3"),
    ("ECE", "ece"),
    ("decided at 95 %", "coverage_at_95"),
)


@command(group, "model")
def bench_model(
    train: Annotated[
        Path | None, typer.Option(help="CSV with columns text and label; else the starter messages.")
    ] = None,
    test: Annotated[
        Path | None, typer.Option(help="What all are judged by; else the rows whose `split` is not train.")
    ] = None,
    oos: Annotated[str | None, typer.Option(help="The label of messages that belong to no category.")] = None,
    lexical: Annotated[bool, typer.Option("--lexical", help="Without embeddings.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a row.")] = False,
) -> None:
    """Train the product and other classifiers on the same messages, and judge all by the same."""
    from bot.cli.measured import encoder_unless

    task = _starter_task() if train is None else task_of(train, test, text="text", label="label", oos=oos)
    rows: list[tuple[str, dict[str, Any]]] = []
    for name, measured in _measured(task, encoder_unless(lexical)):
        rows.append((name, as_object([measured])))
        if as_json:
            sys.stdout.write(json.dumps({"name": name, **rows[-1][1]}) + "\n")
    if not as_json:
        _show(rows)


def _measured(task: "Task", reader: "Reader | None") -> "Iterator[tuple[str, Measured]]":
    from bot.bench.classifiers import measure
    from bot.bench.other_classifiers import OTHERS, measure_other
    from triage.classifier.errors import CannotTrain

    try:
        with stepping() as tell:
            if reader is not None:
                yield "Evenhand, words and meaning", measure(task, reader, progress=tell)
            yield "Evenhand, words", measure(task, None, progress=tell)
            for other in OTHERS:
                if other.is_installed:
                    tell(other.name, 0, 1)
                    yield other.name, measure_other(other, task)
                else:
                    err.print(
                        f"Without {other.name}: pip install {other.brought_by} brings it.", markup=False
                    )
    except CannotTrain as cannot:
        raise Stop(f"These messages cannot be learned from: {cannot}.", code=2) from None


def _starter_task() -> "Task":
    """Every fifth of the starter messages judges, the others teach."""
    from bot.bench.bad_batches import Row
    from bot.bench.classifiers import Task
    from triage.classifier import starter
    from triage.classifier.examples import OUT

    rows = [Row(message.text, message.category or OUT) for message in starter.messages()]
    judge = tuple(rows[::_JUDGED_EVERY])
    learn = tuple(row for number, row in enumerate(rows) if number % _JUDGED_EVERY)
    return Task(learn, judge, OUT)


def _show(rows: list[tuple[str, dict[str, Any]]]) -> None:
    shown = Shown()
    shown.add_column("")
    for title, _ in _COLUMNS:
        shown.add_column(title, justify="right")
    for title in ("strays AUROC", "ms p50 / p99", "MB", "training s"):
        shown.add_column(title, justify="right")
    best = {key: (min if key == "ece" else max)(found[key] for _, found in rows) for _, key in _COLUMNS}
    for name, found in rows:
        figures = [
            f"[bold]{found[key]:.3f}[/bold]" if found[key] == best[key] else f"{found[key]:.3f}"
            for _, key in _COLUMNS
        ]
        auroc = found["oos"]["auroc"]
        shown.add_row(
            name,
            *figures,
            "" if auroc is None else f"{auroc:.3f}",
            f"{found['ms']['p50']:.1f} / {found['ms']['p99']:.1f}",
            f"{found['mb']:.1f}" if found["mb"] else "",
            f"{found['fit_s']:.1f}",
        )
    out.print(shown)

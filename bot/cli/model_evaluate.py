"""`evenhand model evaluate`: how good the product's own classifier gets on any labelled messages."""

import json
import sys
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table as Shown

from bot.cli.model import group
from bot.cli.program import Stop, command, err, out
from bot.cli.waiting import stepping

# What learns takes seconds to load, and only this command needs it.
if TYPE_CHECKING:
    from bot.bench.classifiers import Measured, Task

_BAR = 24


@command(group, "evaluate")
def evaluate_model(
    train: Annotated[
        Path, typer.Option(help="CSV, TSV or JSON lines to learn from, packed with gzip or not.")
    ],
    test: Annotated[
        Path | None,
        typer.Option(help="What it is judged by. Without it, the rows whose `split` is not train."),
    ] = None,
    text: Annotated[str, typer.Option(help="The column of messages.")] = "text",
    label: Annotated[str, typer.Option(help="The column of categories.")] = "label",
    oos: Annotated[str | None, typer.Option(help="The label of messages that belong to no category.")] = None,
    few_shot: Annotated[
        int | None, typer.Option(min=1, help="Learn from so many messages a category.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, max=50, help="So many draws; the figures are their mean.")] = 1,
    noise: Annotated[
        float, typer.Option(min=0, max=0.5, help="Share of mistyped letters, such as 0.05.")
    ] = 0.0,
    lexical: Annotated[bool, typer.Option("--lexical", help="Without embeddings.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Train on labelled messages and judge on others. Nothing is kept, and no desk is needed."""
    from bot.bench.classifiers import measure
    from bot.cli.measured import encoder_unless
    from triage.classifier.errors import CannotTrain

    task = task_of(train, test, text=text, label=label, oos=oos)
    reader = encoder_unless(lexical)
    try:
        with stepping() as tell:
            rounds = [
                measure(_part(task, few_shot, seed=seed), reader, seed=seed, noise=noise, progress=tell)
                for seed in range(7, 7 + seeds)
            ]
    except CannotTrain as cannot:
        raise Stop(f"{train} cannot be learned from: {cannot}.", code=2) from None
    found = as_object(rounds)
    if as_json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        _show(found, task, rounds)


def as_object(rounds: "list[Measured]") -> dict[str, Any]:
    """The mean of the rounds."""

    def mean(of: "list[float]") -> float:
        return round(fmean(of), 4)

    judged = [one.figures for one in rounds]
    strays = [figures.strays for figures in judged if figures.strays is not None]
    return {
        "accuracy": mean([one.accuracy for one in judged]),
        "macro_f1": mean([one.macro_f1 for one in judged]),
        "top3": mean([one.top3 for one in judged]),
        "ece": mean([one.ece for one in judged]),
        "brier": mean([one.brier for one in judged]),
        "coverage_at_95": mean([one.coverage_at_95 for one in judged]),
        "oos": {
            "recall": mean([one.recall for one in strays]) if strays else None,
            "auroc": mean([one.auroc for one in strays]) if strays else None,
        },
        "ms": {
            "p50": round(fmean(one.milliseconds[0] for one in rounds), 2),
            "p99": round(fmean(one.milliseconds[1] for one in rounds), 2),
        },
        "mb": round(fmean(one.megabytes for one in rounds), 2),
        "fit_s": round(fmean(one.fit_seconds for one in rounds), 1),
    }


def task_of(train: Path, test: Path | None, *, text: str, label: str, oos: str | None) -> "Task":
    from bot.bench.classifiers import BadTask, Task, checked
    from bot.bench.labelled_rows import BadTable, read_table

    try:
        learn = read_table(train, text=text, label=label)
        apart = learn if test is None else read_table(test, text=text, label=label)
        judge = learn.judge if test is None else apart.learn + apart.judge
        rows = learn.learn if test is None else learn.learn + learn.judge
        task = checked(Task(rows, judge, oos))
    except BadTable as bad:
        raise Stop(f"{bad}.", "The file's form: evenhand model evaluate --help", code=2) from None
    except BadTask as bad:
        raise Stop(f"{str(bad)[0].upper()}{str(bad)[1:]}.", _how_to_split(test), code=2) from None
    for file, table in {train: learn, (test or train): apart}.items():
        if table.incomplete:
            err.print(
                f"{file}: {table.incomplete:,} rows lack a text or a label and were left out.", markup=False
            )
    if task.learned_by_heart:
        err.print(
            f"{task.learned_by_heart:,} messages to judge by are also learned from, word for word.",
            markup=False,
        )
    if unknown := task.unknown_labels:
        err.print(f"Never learned, so always wrong: {', '.join(unknown[:10])}.", markup=False)
    return task


def _how_to_split(test: Path | None) -> str:
    if test is None:
        return "Give other messages with --test, or a column `split` with train and test."
    return "Judge by messages that are not in the training file."


def _part(task: "Task", few_shot: int | None, *, seed: int) -> "Task":
    from bot.bench.classifiers import few_of_each

    return task if few_shot is None else few_of_each(task, few_shot, seed=seed)


def _show(found: dict[str, Any], task: "Task", rounds: "list[Measured]") -> None:
    shown = Shown(show_header=False, box=None, padding=(0, 2, 0, 0))
    shown.add_row("learned from", f"{len(task.learn):,} messages in {len(task.labels)} categories")
    shown.add_row("judged by", f"{len(task.judge):,} others")
    for name, says in (
        ("accuracy", "the best guess is right"),
        ("macro_f1", "each category counts the same"),
        ("top3", "right among the best three"),
        ("coverage_at_95", "could be decided with 95 % precision"),
    ):
        bar = "█" * round(_BAR * found[name])
        shown.add_row(name, f"{found[name]:.3f}  {bar.ljust(_BAR)}  {says}")
    shown.add_row("ece", f"{found['ece']:.3f}  how far the stated chances are off")
    shown.add_row("brier", f"{found['brier']:.3f}")
    if found["oos"]["auroc"] is not None:
        shown.add_row("strays", f"{found['oos']['recall']:.3f} left alone, AUROC {found['oos']['auroc']:.3f}")
    shown.add_row(
        "a decision", f"{found['ms']['p50']} ms in the middle, {found['ms']['p99']} ms the slowest percent"
    )
    shown.add_row("size, training", f"{found['mb']} MB, {found['fit_s']} s")
    if len(rounds) > 1:
        worst, best = (pick(one.figures.accuracy for one in rounds) for pick in (min, max))
        shown.add_row("between draws", f"accuracy {worst:.3f} to {best:.3f}")
    out.print(shown)

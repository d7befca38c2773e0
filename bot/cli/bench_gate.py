"""`evenhand bench gate`: how often bad batches of labels are stopped, and good ones wrongly refused; and
`evenhand bench asking`: how many labels the review saves by asking first what teaches most.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from bot.bench.bad_batches import BAD, Hand, Row
from bot.bench.cores import one_core
from bot.bench.labelled_rows import BadTable, read_rows
from bot.cli.bench import group
from bot.cli.program import Stop, command, out
from bot.cli.waiting import counting

# What trains takes seconds to load, which the other commands do not need.
if TYPE_CHECKING:
    from bot.bench.asking import Saved
    from bot.bench.gate import Setting, Trial

_Train = Annotated[Path, typer.Option(help="CSV with columns text and label, may be packed with gzip.")]
_Rounds = Annotated[int, typer.Option(min=1, max=200, help="So many made-up desks of each size.")]
_Quick = Annotated[bool, typer.Option("--quick", help="Small desks: a minute instead of many.")]
_Json = Annotated[bool, typer.Option("--json", help="One JSON object a row.")]
_Seed = Annotated[int, typer.Option(help="The same seed gives the same figures.")]


@command(group, "gate")
def bench_gate(
    train: _Train, rounds: _Rounds = 5, quick: _Quick = False, as_json: _Json = False, seed: _Seed = 7
) -> None:
    """Spoil a third of a batch of labels in several ways, and see what stops it."""
    from bot.bench.gate import QUICK, SETTINGS, trials

    settings = QUICK if quick else SETTINGS
    rows = _rows(train, max(setting.needed for setting in settings))
    total = len(settings) * rounds * (1 + len(BAD))
    with one_core(), counting("Trying", total) as one_more:
        found = list(trials(rows, settings, rounds=rounds, seed=seed, progress=one_more))
    summed = [summary(part) for part in _parts(found)]
    if as_json:
        for row in summed:
            sys.stdout.write(json.dumps(row) + "\n")
    else:
        _show(summed)


@command(group, "asking")
def bench_asking(
    train: _Train, rounds: _Rounds = 3, quick: _Quick = False, as_json: _Json = False, seed: _Seed = 7
) -> None:
    """Count the labels that asking first what teaches most saves, beside asking at random."""
    from bot.bench.asking import PLAN, QUICK_PLAN, measure

    plan = QUICK_PLAN if quick else PLAN
    rows = _rows(train, plan.needed)
    with one_core(), counting("Training", 2 * rounds * (plan.steps + 1)) as one_more:
        found = measure(rows, plan, rounds=rounds, seed=seed, progress=one_more)
    if as_json:
        sys.stdout.write(json.dumps(as_object(found)) + "\n")
    else:
        _show_saved(found)


def summary(part: Sequence["Trial"]) -> dict[str, Any]:
    """Of batches by the same hand on desks of the same size."""
    setting, count = part[0].setting, len(part)
    aucs = [trial.auc for trial in part if trial.auc is not None]
    return {
        "hand": part[0].hand.value,
        "base": setting.base,
        "batch": setting.batch,
        "window": setting.window,
        "trials": count,
        "wrong": round(sum(trial.wrong for trial in part) / count / setting.batch, 3),
        "label_check": round(sum(trial.trouble is not None for trial in part) / count, 3),
        "gate": round(sum(not trial.gate.passed for trial in part) / count, 3),
        "stopped": round(sum(trial.stopped for trial in part) / count, 3),
        "harm": round(sum(trial.harm for trial in part) / count, 4),
        "doubts_auc": round(sum(aucs) / len(aucs), 3) if aucs else None,
    }


def as_object(found: "Saved") -> dict[str, Any]:
    return {
        "labels": found.plan.labels,
        "asked": [round(one, 4) for one in found.asked.accuracy],
        "random": [round(one, 4) for one in found.at_random.accuracy],
        "asked_f1": [round(one, 4) for one in found.asked.macro_f1],
        "random_f1": [round(one, 4) for one in found.at_random.macro_f1],
        "saved": round(found.labels_saved, 3),
        "saved_f1": round(found.labels_saved_f1, 3),
    }


def _rows(train: Path, needed: int) -> list[Row]:
    try:
        rows = read_rows(train)
    except BadTable as bad:
        raise Stop(f"{bad}.", "The file's form: evenhand bench gate --help", code=2) from None
    if len(rows) < needed:
        raise Stop(
            f"{train} holds {len(rows):,} different messages to learn from; this needs {needed:,}.",
            "Smaller desks need less: --quick",
            code=2,
        )
    return rows


def _parts(found: Sequence["Trial"]) -> list[list["Trial"]]:
    parts: dict[tuple[Setting, Hand], list[Trial]] = {}
    for trial in found:
        parts.setdefault((trial.setting, trial.hand), []).append(trial)
    return list(parts.values())


def _show(summed: Sequence[dict[str, Any]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in (
        "learned / new / judged",
        "labelled by",
        "wrong",
        "label check",
        "gate",
        "stopped",
        "harm",
        "AUC",
    ):
        table.add_column(name, justify="left" if name == "hand" else "right", no_wrap=True)
    for row in summed:
        table.add_row(
            f"{row['base']:,} / {row['batch']} / {row['window']}",
            str(row["hand"]),
            f"{row['wrong']:.0%}",
            f"{row['label_check']:.0%}",
            f"{row['gate']:.0%}",
            f"{row['stopped']:.0%}",
            f"{row['harm'] * 100:+.1f}",
            "–" if row["doubts_auc"] is None else f"{row['doubts_auc']:.3f}",
        )
    out.print(
        "How often each batch was stopped by label check and gate; harm in points, were it learned from"
    )
    out.print(table)


def _show_saved(found: "Saved") -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("labels", "asked first", "at random", "macro-F1 asked", "macro-F1 random"):
        table.add_column(name, justify="right")
    curves = (found.asked.accuracy, found.at_random.accuracy, found.asked.macro_f1, found.at_random.macro_f1)
    for labels, *figures in zip(found.plan.labels, *curves, strict=True):
        table.add_row(f"{labels:,}", *(f"{figure:.3f}" for figure in figures))
    out.print(table)
    out.print(
        f"{found.labels_saved:.0%} fewer labels for the same accuracy, "
        f"{found.labels_saved_f1:.0%} fewer for the same macro-F1"
    )

"""`evenhand model train`: makes a challenger now, in the foreground, as the worker does it by itself."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.progress import Progress

from bot.assembly import open_encoder
from bot.cli.model import group, told_in_words
from bot.cli.program import Stop, command, err, out
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.database import Database
from bot.logs import configure
from bot.settings import load
from bot.web.console.model_shown import ModelShown, model_shown
from triage.classifier import registry
from triage.classifier.current import CurrentClassifier
from triage.learning import runs
from triage.learning.runs import TrainingRun, request_training
from triage.vocabulary import RunState


@command(group, "train")
def train(
    seed: Annotated[int, typer.Option(min=0, help="The same labels and seed give the same model.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Train a challenger from what people confirmed, and judge it beside what serves. It serves nobody yet."""
    # It takes seconds to load, which the other commands do not need.
    from bot.worker.training import Trainer

    settings = load()
    # What is going on is shown; the log is for what goes wrong.
    configure("WARNING" if settings.log_level == "INFO" else settings.log_level, settings.log_format)
    encoder = open_encoder(settings)
    with the_workspace(settings) as (database, team_id), told_in_words():
        run_id = _run(database, team_id, seed)
        with _told() as told:
            zone = ZoneInfo(settings.time_zone)
            Trainer(database, CurrentClassifier(encoder), system_clock, zone).train(run_id, watch=told)
        run = _ended(database, run_id)
        with database.reading() as session:
            made = model_shown(registry.find(session, team_id, run.model or ""))
    if as_json:
        sys.stdout.write(json.dumps(_as_object(made, run)) + "\n")
    else:
        _show(made, run)


def _run(database: Database, team_id: str, seed: int) -> int:
    """A new run, or one that waited in vain: whoever was to train it was killed before it began."""
    now = system_clock()
    with database.transaction() as session:
        runs.give_up_silent(session, team_id, now=now)
        going_on = runs.going_on(session, team_id)
        if going_on is None:
            return request_training(
                session, team_id, by=None, why="command line", now=now, seed=seed, as_work=False
            ).id
        if going_on.state is RunState.WAITING and going_on.seen_at < now - runs.SILENT_AFTER:
            return going_on.id
    minutes = runs.SILENT_AFTER.seconds // 60
    raise Stop(
        "A training goes on already.",
        "Wait for it: it shows in evenhand model list when it is done. "
        f"If it was killed, another can begin {minutes} minutes after its last step.",
    )


def _ended(database: Database, run_id: int) -> TrainingRun:
    with database.reading() as session:
        run = session.get_one(TrainingRun, run_id)
    if run.state is RunState.REFUSED:
        raise Stop(
            f"There is nothing to learn yet: {run.error}.",
            "Labels come by resolving tickets, or from old ones: evenhand model history import FILE",
        )
    if run.state is not RunState.DONE:
        raise Stop(
            f"The training did not come to its end: {run.error or 'another process ended it'}", "Try again."
        )
    return run


@contextmanager
def _told() -> Iterator[Callable[[str, int, int], None]]:
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bars:
        bar = bars.add_task("Training", total=None)
        yield lambda step, done, total: bars.update(bar, description=step, completed=done, total=total)


def _as_object(made: ModelShown, run: TrainingRun) -> dict[str, object]:
    return {
        "model": made.name,
        "labels": run.labels,
        "seed": run.seed,
        "dataset": run.dataset_hash,
        "passed": made.gate.passed if made.gate else None,
        "objections": list(made.objections),
        "doubts": made.doubts,
        "figures": {one.key: getattr(made.report, one.key) for one in made.figures},
    }


def _show(made: ModelShown, run: TrainingRun) -> None:
    out.print(f"{made.name} learned from {run.labels:,} labelled messages and waits.", markup=False)
    if made.gate:
        out.print(made.gate.sentence, markup=False, soft_wrap=True)
    if made.trouble:
        out.print(made.trouble, markup=False, soft_wrap=True)
    if made.doubts:
        out.print(
            f"{made.doubts:,} labels look doubtful; the label review asks about the worst first.",
            soft_wrap=True,
        )
    out.print(f"Look: evenhand model compare {made.name}", markup=False, soft_wrap=True)
    if not made.objections:
        out.print(f"Let it serve: evenhand model promote {made.name}", markup=False, soft_wrap=True)

"""`evenhand model list`, `show` and `compare`: what models there are, and what each is good at."""

import json
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from bot.cli.model import group, told_in_words
from bot.cli.program import Stop, command, out
from bot.cli.workspace import the_workspace
from bot.settings import load
from bot.web.console.model_shown import Figure, ModelShown, by_class, figures, model_shown
from triage.classifier import registry
from triage.classifier.models import ModelVersion
from triage.learning.shadow import newest_challenger

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
NO_MODELS = "No model has been trained yet; the starter model serves."
_TRAIN = "Train one: evenhand model train"


@command(group, "list")
def list_models(as_json: Json = False) -> None:
    """Say which model serves, which wait, and what each is good at."""
    with the_workspace(load()) as (database, team_id), database.reading() as session:
        versions = registry.versions(session, team_id)
        shown = [model_shown(version) for version in versions]
        serving = registry.champion(session, team_id)
    name = serving.name if serving else registry.STARTER
    if as_json:
        rows = [_as_object(version, one) for version, one in zip(versions, shown, strict=True)]
        sys.stdout.write(json.dumps({"serves": name, "models": rows}) + "\n")
        return
    out.print(f"{escape(name)} serves.")
    if not shown:
        out.print(f"{NO_MODELS} {_TRAIN}", soft_wrap=True)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("model", "state", "trained", "right", "decides", "right then", "gate"):
        table.add_column(title)
    for one in shown:
        told = {figure.key: figure.value for figure in one.figures}
        cells = [told.get(key, "–") for key in ("accuracy", "coverage", "precision_decided")]
        table.add_row(escape(one.name), one.state.value, f"{one.created_at:%Y-%m-%d}", *cells, _gate(one))
    out.print(table)


@command(group, "show")
def show(
    name: Annotated[str, typer.Argument(help="A model's name; without it, the one that serves.")] = "",
    as_json: Json = False,
) -> None:
    """Show how good a model was on messages that it had not seen."""
    with the_workspace(load()) as (database, team_id), database.reading() as session, told_in_words():
        version = find(session, team_id, name)
        shown = model_shown(version)
    if as_json:
        sys.stdout.write(json.dumps(_as_object(version, shown) | {"metrics": version.metrics}) + "\n")
        return
    out.print(f"{shown.name}: {shown.state_name}.", markup=False)
    if shown.report is None:
        out.print("It has no report: it was not trained here.")
        return
    since, until = shown.report.since, shown.report.until
    days = f" from {since:%Y-%m-%d} to {until:%Y-%m-%d}" if since and until else ""
    strays = f", and on {shown.report.strays:,} without one" if shown.report.strays else ""
    out.print(
        f"Judged on {shown.report.messages:,} labelled messages with a category{strays}{days}.",
        soft_wrap=True,
    )
    _figures_table((shown.name, "value"), [(_named(one), one.value) for one in shown.figures])
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("category, the weakest first")
    for title in ("messages", "precision", "recall", "F1"):
        table.add_column(title, justify="right")
    for one in by_class(shown.report):
        values = (f"{value:.0%}" for value in (one.precision, one.recall, one.f1))
        table.add_row(escape(one.category), f"{one.messages:,}", *values)
    out.print(table)


@command(group, "compare")
def compare(
    first: Annotated[str, typer.Argument(help="A model; without it, the newest challenger.")] = "",
    second: Annotated[str, typer.Argument(help="Another; without it, what it was judged beside.")] = "",
    as_json: Json = False,
) -> None:
    """Compare two models, and say what the gate found."""
    with the_workspace(load()) as (database, team_id), database.reading() as session, told_in_words():
        version = find(session, team_id, first) if first else _challenger(session, team_id)
        shown = model_shown(version)
        other = model_shown(find(session, team_id, second)) if second else None
    if shown.report is None or (other is not None and other.report is None):
        raise Stop(
            "One of them has no report: it was not trained here.",
            "Compare two that were: evenhand model list",
        )
    beside = other.report if other else shown.before
    title = other.name if other else "what served"
    if as_json:
        told = {
            one.key: [getattr(shown.report, one.key), getattr(beside, one.key, None)] for one in shown.figures
        }
        gate = None if other else version.metrics.get("gate")
        answer = {
            "models": [shown.name, title],
            "figures": told,
            "gate": gate,
            "objections": list(shown.objections),
        }
        sys.stdout.write(json.dumps(answer) + "\n")
        return
    rows = [(_named(one), one.value, one.before) for one in figures(shown.report, beside)]
    _figures_table(("", shown.name, title), rows)
    if other is not None:
        out.print("Each was judged on the messages that were newest at its time.", soft_wrap=True)
    else:
        _gate_told(shown)


def find(session: Session, team_id: str, name: str) -> ModelVersion:
    """By its name; without one, what serves."""
    if name and name != registry.STARTER:
        return registry.find(session, team_id, name)
    serving = registry.champion(session, team_id)
    if name or serving is None:
        raise Stop("The starter model comes with Evenhand and has no report here.", _TRAIN)
    return serving


def _challenger(session: Session, team_id: str) -> ModelVersion:
    waiting = newest_challenger(session, team_id)
    if waiting is None:
        raise Stop("No challenger waits.", _TRAIN)
    return waiting


def _named(figure: Figure) -> str:
    """With what it counts: some leave out the messages without a category."""
    return f"{figure.name}, {figure.meaning}"


def _gate(one: ModelShown) -> str:
    if one.gate is None:
        return "–"
    return "passed" if one.gate.passed else "failed"


def _gate_told(shown: ModelShown) -> None:
    if shown.gate is None:
        out.print("It was never compared with what serves.")
        return
    out.print()
    for check in shown.gate.checks:
        mark = "ok  " if check.passed else ("NO  " if check.hard else "note")
        out.print(f"{mark}  {check.sentence}", markup=False, soft_wrap=True)
    if shown.trouble:
        out.print(f"NO    {shown.trouble}", markup=False, soft_wrap=True)
    out.print(shown.gate.sentence, markup=False, soft_wrap=True)


def _figures_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for number, title in enumerate(titles):
        table.add_column(escape(title), justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _as_object(version: ModelVersion, shown: ModelShown) -> dict[str, Any]:
    return {
        "name": shown.name,
        "state": shown.state.value,
        "trained_at": shown.created_at.isoformat(),
        "promoted_at": shown.promoted_at.isoformat() if shown.promoted_at else None,
        "file": not shown.cleared,
        "sha256": version.sha256,
        "accuracy": shown.report.accuracy if shown.report else None,
        "coverage": shown.report.coverage if shown.report else None,
        "precision_decided": shown.report.precision_decided if shown.report else None,
        "gate_passed": shown.gate.passed if shown.gate else None,
    }

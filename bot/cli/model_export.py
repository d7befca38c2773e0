"""`evenhand model export` and `import`: a model as files in a folder, and back again with every check."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from jinja2 import Environment, PackageLoader
from sqlalchemy.orm import undefer

from bot.cli.model import group, told_in_words
from bot.cli.model_versions import find
from bot.cli.program import Stop, command, out
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.settings import load
from bot.web.console.model_shown import by_class, model_shown, pictures, slices
from triage.classifier import registry
from triage.classifier.errors import ModelFileCleared, ModelNotFound
from triage.classifier.models import ModelVersion
from triage.tickets import queries

REPORT_FILE = "report.html"
METRICS_FILE = "metrics.json"
_STYLE = Path(__file__).parents[1] / "web" / "console" / "static" / "console.css"
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@command(group, "export")
def export(
    name: Annotated[str, typer.Argument(help="A model's name.")],
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    as_json: Json = False,
) -> None:
    """Write a model into a folder: its file, its description, its figures, and a report to open in a browser."""
    from triage.classifier import artifacts

    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise Stop(f"{folder} is there already, and not an empty folder.", "Name a new one.", code=2)
    with the_workspace(load()) as (database, team_id), database.reading() as session, told_in_words():
        found = find(session, team_id, name)
        version = session.get_one(
            ModelVersion,
            found.id,
            options=[undefer(ModelVersion.weights), undefer(ModelVersion.description)],
            populate_existing=True,
        )
        if version.cleared_at is not None:
            raise ModelFileCleared(version.name)
        names = {one.key: one.name for one in queries.categories(session, team_id)}
        files = {
            artifacts.WEIGHTS_FILE: version.weights,
            artifacts.DESCRIPTION_FILE: _json(version.description),
            METRICS_FILE: _json(version.metrics),
            REPORT_FILE: report_page(version, names).encode(),
        }
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    if as_json:
        sys.stdout.write(json.dumps({"model": name, "folder": str(folder), "files": sorted(files)}) + "\n")
    else:
        out.print(f"{name} is in {folder}: {', '.join(sorted(files))}.", markup=False, soft_wrap=True)


@command(group, "import")
def import_model(
    folder: Annotated[Path, typer.Argument(help="A folder that “model export” wrote.")],
    name: Annotated[str, typer.Option(help="What it is called here; without it, as its folder.")] = "",
    as_json: Json = False,
) -> None:
    """Bring an exported model in as a challenger, after every check of its file. It serves nobody yet."""
    from triage.classifier import artifacts

    called = (name or folder.resolve().name).strip()
    if not called or len(called) > 64 or "/" in called or called == registry.STARTER:
        raise Stop(f"“{called}” cannot be a model's name.", "Choose another: --name", code=2)
    with the_workspace(load()) as (database, team_id), told_in_words():
        model = artifacts.load(folder)
        with database.transaction() as session:
            try:
                registry.find(session, team_id, called)
            except ModelNotFound:
                # How it was judged elsewhere says nothing about this desk, so it comes without figures.
                registry.add(session, team_id, model, name=called, metrics={}, now=system_clock())
            else:
                raise Stop(f"There is a model “{called}” already.", "Choose another name: --name")
    if as_json:
        sys.stdout.write(json.dumps({"model": called, "labels": list(model.labels)}) + "\n")
    else:
        out.print(
            f"{called} waits. It was never compared with what serves here.", markup=False, soft_wrap=True
        )
        out.print(
            f'Let it serve: evenhand model promote {called} --despite "why"', markup=False, soft_wrap=True
        )


def report_page(version: ModelVersion, names: dict[str, str]) -> str:
    """A page that stands alone: its style and pictures are in it."""
    shown = model_shown(version)
    templates = Environment(loader=PackageLoader("bot.web.console"), autoescape=True)
    return templates.get_template("console/model_file.html").render(
        shown=shown,
        names=names,
        style=_STYLE.read_text("utf-8"),
        pictures=pictures(shown.report, names) if shown.report else (),
        classes=by_class(shown.report) if shown.report else (),
        slices=slices(shown.report, {}) if shown.report else (),
    )


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()

"""`evenhand model fit-check`: before anything is switched on, what share of a desk's messages could be decided."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from bot.assembly import open_encoder
from bot.cli.history_mapping import Said, mapping_of
from bot.cli.model import group
from bot.cli.model_history import file_in_words
from bot.cli.program import Stop, command, err, out
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.settings import Settings, load
from triage.classifier.errors import CannotTrain, OneCategoryOnly
from triage.classifier.examples import Category
from triage.learning.dataset import LabelledMessage, gather
from triage.learning.fit_advice import FitCheck, Kind, sentences
from triage.learning.history import categories_of
from triage.learning.history_file import HistoryFile
from triage.learning.history_labelled import as_categories, as_messages
from triage.learning.history_names import Names, match_urgencies

_MOST_SHOWN = 30
# As training promises it; a test compares them, because what trains takes seconds to load.
PROMISED = 0.9
_IN_WORDS = {Kind.GOOD: "", Kind.THIN: "too few messages", Kind.CONFUSED: "mostly taken for another"}


@command(group, "fit-check")
def check(
    file: Annotated[
        Path | None, typer.Argument(help="Old tickets in CSV or JSON lines; without it, what the desk has.")
    ] = None,
    text: Annotated[list[str] | None, typer.Option(help="Column of the message.")] = None,
    category: Annotated[str | None, typer.Option(help="Column of the category.")] = None,
    at: Annotated[str | None, typer.Option(help="Column of the moment when it was asked.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML, as for “history import”.")] = None,
    date_format: Annotated[str | None, typer.Option(help="Such as “%m/%d/%Y %H:%M”.")] = None,
    precision: Annotated[
        float, typer.Option(min=0.5, max=0.99, help="Of what is decided, so much has to be right.")
    ] = PROMISED,
    lexical: Annotated[bool, typer.Option("--lexical", help="Without embeddings.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say what share of messages could be decided, and what to switch on. Nothing is changed.

    Models that learned from older tickets judge newer ones, as it would be in use.
    """
    from triage.classifier import training
    from triage.learning.fit_check import fit_check

    settings = load()
    if file is None:
        messages, categories = _own(settings)
    else:
        said = mapping_of(mapping, (), {"category": category, "at": at}, text or ())
        messages, categories = _of_file(file, said, date_format)
    wanted = training.Settings(precision=precision)
    encoder = None if lexical else open_encoder(settings)
    try:
        with _told() as told:
            found = fit_check(messages, categories, encoder=encoder, settings=wanted, progress=told)
    except OneCategoryOnly:
        raise Stop(
            f"All {len(messages):,} labelled messages have one category, so there is nothing to choose between.",
            "A model needs messages of at least two categories.",
        ) from None
    except CannotTrain as cannot:
        raise Stop(
            f"There is too little to learn from: {cannot}.",
            "Old tickets can be brought in: evenhand model history import FILE",
        ) from None
    if as_json:
        sys.stdout.write(json.dumps(found.as_json(), ensure_ascii=False) + "\n")
    else:
        _show(found, {one.key: one.name for one in categories})


def _own(settings: Settings) -> tuple[Sequence[LabelledMessage], Sequence[Category]]:
    with the_workspace(settings) as (database, team_id), database.reading() as session:
        made = gather(session, team_id, now=system_clock())
        return made.in_order, categories_of(session, team_id)


def _of_file(
    file: Path, said: Said, date_format: str | None
) -> tuple[Sequence[LabelledMessage], Sequence[Category]]:
    from triage.learning.fit_check import MOST

    old = HistoryFile(file, said.named, date_format)
    with file_in_words(file), err.status("Reading the file") if err.is_terminal else _quiet():
        survey = old.survey()
        keys, categories = as_categories(survey.categories)
        urgencies, _ = match_urgencies(survey.urgencies, said.urgencies)
        return as_messages(old.rows(survey.columns), Names(keys, urgencies), most=MOST), categories


@contextmanager
def _quiet() -> Iterator[None]:
    yield


@contextmanager
def _told() -> Iterator[Callable[[int, int, str], None]]:
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bars:
        bar = bars.add_task("Learning", total=None)
        yield lambda done, total, what: bars.update(bar, completed=done, total=total, description=what)


def _show(found: FitCheck, names: Mapping[str, str]) -> None:
    out.print(found.advice.sentence, markup=False, soft_wrap=True)
    for sentence in sentences(found, names):
        out.print(sentence, markup=False, soft_wrap=True)
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("category")
    for title in ("messages", "found", "decided", "right"):
        table.add_column(title, justify="right")
    table.add_column("")
    for one in found.categories[:_MOST_SHOWN]:
        note = _IN_WORDS[one.kind]
        if one.kind is Kind.CONFUSED and one.confused_with:
            note = f"mostly taken for {names.get(one.confused_with, one.confused_with)}"
        table.add_row(
            escape(names.get(one.category, one.category)),
            f"{one.messages:,}",
            f"{one.found:.0%}" if one.judged else "–",
            f"{one.share:.0%}" if one.judged else "–",
            f"{one.precision:.0%}" if one.share else "–",
            escape(note),
        )
    out.print()
    out.print(table)
    if len(found.categories) > _MOST_SHOWN:
        out.print(f"… and {len(found.categories) - _MOST_SHOWN} more; all of them: --json")

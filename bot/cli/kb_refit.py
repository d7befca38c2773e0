"""`evenhand kb refit`: fits the search's weights to what the desk's people confirmed, or takes that back."""

import json
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table

from bot.assembly import open_encoder
from bot.cli.kb import group
from bot.cli.program import Stop, command, out
from bot.cli.waiting import counting
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.database import Database
from bot.settings import load
from kb.meaning.encoder import Encoder
from kb.refit import Refit, TooFew
from kb.snapshot import load_snapshot
from triage.learning.weights import Lessons, fit_to, keep, lessons, roll_back

_FIGURES = (
    ("mrr", "right article's rank (MRR, 1 is best)", "{:.3f}"),
    ("log_loss", "how far chances are off (log loss)", "{:.3f}"),
    ("false_show", "shown though nothing helped", "{:.0%}"),
)


@command(group, "refit")
def refit(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would do, and change nothing.")
    ] = False,
    back: Annotated[bool, typer.Option("--roll-back", help="Return to the weights before.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Fit the search's weights to the desk's own outcomes. They serve at once, if they are not worse."""
    if back and dry_run:
        raise Stop("A roll-back is not tried out first.", "Choose --roll-back or --dry-run.", code=2)
    settings = load()
    encoder = open_encoder(settings)
    with the_workspace(settings) as (database, team_id):
        if back:
            _roll_back(database, team_id, by_meaning=encoder is not None, as_json=as_json)
            return
        learned, fitted = _fitted(database, team_id, encoder)
        kept = not dry_run and _kept(database, team_id, learned, fitted, by_meaning=encoder is not None)
    if as_json:
        sys.stdout.write(json.dumps(_as_object(learned, fitted, kept=kept, dry_run=dry_run)) + "\n")
    else:
        _show(learned, fitted, kept=kept, dry_run=dry_run)


def _fitted(database: Database, team_id: str, encoder: Encoder | None) -> tuple[Lessons, Refit]:
    with database.reading() as session:
        index = load_snapshot(session, team_id, encoder).index
        learned = lessons(session, team_id, by_meaning=encoder is not None)
    try:
        with counting("Asking again", len(learned)) as asked:
            return learned, fit_to(index, learned, progress=lambda _done: asked())
    except TooFew as few:
        raise Stop(
            f"There is too little to learn from: {few}.",
            "They come by themselves: “That solved it”, and articles that agents name when they resolve.",
        ) from None


def _kept(database: Database, team_id: str, learned: Lessons, fitted: Refit, *, by_meaning: bool) -> bool:
    with database.transaction() as session:
        kept = keep(session, team_id, fitted, learned, by_meaning=by_meaning, by=None, now=system_clock())
    if not kept:
        raise Stop("Meanwhile somebody else fitted the weights or rolled them back.", "Try again.")
    return fitted.adopted


def _roll_back(database: Database, team_id: str, *, by_meaning: bool, as_json: bool) -> None:
    with database.transaction() as session:
        done = roll_back(session, team_id, by_meaning=by_meaning, by=None, now=system_clock())
    if as_json:
        sys.stdout.write(json.dumps({"rolled_back": done}) + "\n")
    elif done:
        out.print("The weights before serve again.")
    else:
        out.print("Nothing to roll back: the shipped weights serve.")


def _as_object(learned: Lessons, fitted: Refit, *, kept: bool, dry_run: bool) -> dict[str, Any]:
    return {
        "solved": len(learned.solved),
        "unsolved": len(learned.unsolved),
        "before": {name: round(figure, 4) for name, figure in asdict(fitted.before).items()},
        "after": {name: round(figure, 4) for name, figure in asdict(fitted.after).items()},
        "not_worse": fitted.adopted,
        "why": fitted.why,
        "adopted": kept,
        "dry_run": dry_run,
    }


def _show(learned: Lessons, fitted: Refit, *, kept: bool, dry_run: bool) -> None:
    out.print(
        f"Fitted to {len(learned.solved)} questions that an article solved and {len(learned.unsolved)} that none did; "
        "judged on the latest fifth of each:",
        soft_wrap=True,
    )
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column("before", justify="right")
    table.add_column("after", justify="right")
    before, after = asdict(fitted.before), asdict(fitted.after)
    for name, title, form in _FIGURES:
        table.add_row(title, form.format(before[name]), form.format(after[name]))
    out.print(table)
    if kept:
        out.print(f"Adopted: {fitted.why}. Every process ranks with them within seconds.", soft_wrap=True)
    elif fitted.adopted and dry_run:
        out.print(f"They would be adopted: {fitted.why}.", soft_wrap=True)
    else:
        out.print(f"Not adopted: {fitted.why}.", soft_wrap=True)

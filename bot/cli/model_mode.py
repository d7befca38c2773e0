"""`evenhand model mode`: how far the desk heeds the model, for each field and category; shows it, or changes it."""

import json
import sys
from typing import Annotated, Any

import typer
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from bot.cli.model import group
from bot.cli.program import Stop, command, out
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.classifier.modes import Modes, modes, set_mode
from triage.tickets import queries
from triage.vocabulary import LabelField, Mode

_NEAR_ENOUGH = 75
_MEANS = {
    Mode.DECIDE: "tickets get it",
    Mode.RECOMMEND: "agents see it and choose",
    Mode.MONITOR: "kept, and shown on the model screens alone",
    Mode.OFF: "not asked",
}


@command(group, "mode")
def mode(
    field: Annotated[str, typer.Argument(help="“category” or “urgency”; without it, all modes.")] = "",
    wanted: Annotated[
        str, typer.Argument(metavar="MODE", help="“decide”, “recommend”, “monitor” or “off”.")
    ] = "",
    category: Annotated[str | None, typer.Option(help="Only this category, by its key.")] = None,
    why: Annotated[str, typer.Option(help="Kept with the change.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show or change how far the model may speak. Of a field and its category, the more careful mode holds."""
    with the_workspace(load()) as (database, team_id):
        if field:
            told, chosen = _field(field), _mode(wanted)
            with database.transaction() as session:
                _check(session, team_id, told, category)
                set_mode(
                    session, team_id, told, chosen, by=None, now=system_clock(), category=category, why=why
                )
        with database.reading() as session:
            rows = _rows(session, team_id)
    if as_json:
        sys.stdout.write(json.dumps({"modes": rows}) + "\n")
    else:
        _show(rows)


def _field(field: str) -> LabelField:
    try:
        return LabelField(field.lower())
    except ValueError:
        raise Stop(f"There is no field “{field}”.", "Fields: category, urgency.", code=2) from None


def _mode(wanted: str) -> Mode:
    try:
        return Mode.MONITOR if wanted.lower() == "monitor" else Mode(wanted.lower())
    except ValueError:
        said = f"There is no mode “{wanted}”." if wanted else "Which mode?"
        raise Stop(said, "Modes: decide, recommend, monitor, off.", code=2) from None


def _check(session: Session, team_id: str, field: LabelField, category: str | None) -> None:
    if category is None:
        return
    if field is LabelField.URGENCY:
        raise Stop("Urgency has one mode for all categories.", "Leave --category out.", code=2)
    keys = [one.key for one in queries.categories(session, team_id)]
    if category not in keys:
        raise Stop(
            f"There is no category “{category}”.{_meant(category, keys)}",
            f"Categories: {', '.join(keys)}.",
            code=2,
        )


def _meant(category: str, keys: list[str]) -> str:
    near = process.extractOne(
        category, keys, scorer=fuzz.ratio, processor=default_process, score_cutoff=_NEAR_ENOUGH
    )
    return f" Did you mean {near[0]}?" if near else ""


def _rows(session: Session, team_id: str) -> list[dict[str, Any]]:
    """Both fields, and each category that has a word of its own, with what holds in the end."""
    said = {(row.field, row.category): row for row in modes(session, team_id)}
    holds = Modes({key: row.mode for key, row in said.items()})
    keys = dict.fromkeys([(LabelField.CATEGORY, ""), (LabelField.URGENCY, ""), *said])
    rows = []
    for field, category in keys:
        row = said.get((field, category))
        rows.append(
            {
                "field": field.value,
                "category": category or None,
                "mode": row.mode.value if row else Mode.DECIDE.value,
                "holds": holds.of(field, category or None).value,
                "held_back": row.guarded if row else False,
                "since": row.at.isoformat() if row else None,
                "why": row.why if row else "",
            }
        )
    return rows


def _show(rows: list[dict[str, Any]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("field", "category", "mode", "what it means", "why"):
        table.add_column(title)
    for row in rows:
        holds = Mode(row["holds"])
        means = _MEANS[holds] + ("" if row["mode"] == row["holds"] else ", as the whole field")
        who = "held back by the desk: " if row["held_back"] else ""
        table.add_row(
            row["field"], escape(row["category"] or "all"), row["mode"], means, escape(who + row["why"])
        )
    out.print(table)
    out.print("Rules about safety, security and matters for a person alone always speak.", soft_wrap=True)

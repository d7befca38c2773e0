"""`evenhand oncall rules`: what protects the people who answer, as it is in force. It tells of nobody in particular."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from bot.cli.oncall import group
from bot.cli.program import command, out, show_table
from bot.settings import Settings, load
from bot.settings_care import CareSettings
from triage.oncall.rules import CareRules

# Where an agent may say otherwise for themself, in Slack under “How I work”.
_EACH_MAY_CHOOSE = {"quiet_hours", "work_cap"}
_WEIGHTS = {
    "after_hours_weight": "A minute at night or while the desk is closed counts so much.",
    "hostile_weight": "A minute with a hostile ticket counts so much.",
    "urgency_weight": "A minute counts so much by the ticket's urgency.",
    "cover_weight": "Standing in for somebody counts as this share of the time.",
    "page_minutes": "Being asked counts as so many minutes.",
    "least_minutes": "No ticket counts for less.",
    "most_minutes": "No ticket counts for more at a stretch.",
}


@command(group, "rules")
def rules(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """The rules that protect agents and share the load: each figure in force, and where it is changed."""
    settings = load()
    if as_json:
        told = {"rules": _rules(settings), "weights": _weights(settings.care_rules())}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("setting", "now", "what it does"):
        table.add_column(title)
    for row in _rules(settings):
        chosen = " Each agent may choose their own." if row["each_agent"] else ""
        table.add_row(row["setting"], str(row["value"]), row["what"] + chosen)
    for row in _weights(settings.care_rules()):
        table.add_row(f"({row['name']})", str(row["value"]), row["what"])
    show_table(table)
    out.print("Names in brackets are fixed. Agents choose theirs in Slack: “How I work”.", soft_wrap=True)


def _rules(settings: Settings) -> list[dict[str, Any]]:
    return [
        {
            "setting": f"EVENHAND_{name.upper()}",
            "value": getattr(settings, name),
            "what": field.description or "",
            "each_agent": name in _EACH_MAY_CHOOSE,
        }
        for name, field in CareSettings.model_fields.items()
    ]


def _weights(care: CareRules) -> list[dict[str, Any]]:
    shown = {**vars(care), "urgency_weight": ", ".join(f"{k} {v}" for k, v in care.urgency_weight.items())}
    return [{"name": name, "value": shown[name], "what": what} for name, what in _WEIGHTS.items()]

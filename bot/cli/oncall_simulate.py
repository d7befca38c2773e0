"""`evenhand oncall simulate`: weeks of a made-up desk, shared out in three ways, to see what protection costs."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from bot.cli.oncall import group
from bot.cli.program import command, out
from bot.cli.waiting import counting

# What draws by chance takes a moment to load, which the other commands do not need.
if TYPE_CHECKING:
    from triage.oncall.simulation import Compared

_NAMES = {"evenhand": "Evenhand", "round_robin": "Round robin", "least_open": "Least open"}
_WIDE = 120


@command(group, "simulate")
def oncall_simulate(
    weeks: Annotated[int, typer.Option(min=1, max=104, help="So many weeks.")] = 12,
    agents: Annotated[int, typer.Option(min=2, max=64, help="So many people who answer.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same figures.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Compare Evenhand's way of sharing tickets out with round robin and with least open.

    All three meet the same tickets and people. Burden is what each person carried over four weeks, in weighted
    minutes; the Gini is 0 where all carry the same. Waits run from the moment a person may be asked.
    """
    from triage.oncall.simulation import Setting, simulate

    setting = Setting(weeks=weeks, agents=agents, seed=seed)
    with counting("Playing the weeks through", 3) as one_more:
        compared = simulate(setting, progress=one_more)
    if as_json:
        sys.stdout.write(json.dumps(as_object(compared)) + "\n")
    else:
        _show(compared)


def as_object(compared: "Compared") -> dict[str, Any]:
    """Each router under its own name, and beside them what was simulated."""
    setting = compared.setting
    return {
        "weeks": setting.weeks,
        "agents": setting.agents,
        "seed": setting.seed,
        "tickets": compared.tickets,
        **{name: figures.as_json() for name, figures in compared.routers.items()},
    }


def _show(compared: "Compared") -> None:
    setting = compared.setting
    out.print(
        f"{compared.tickets:,} tickets in {setting.weeks} weeks for {setting.agents} people, seed {setting.seed}"
    )
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    for name in compared.routers:
        table.add_column(_NAMES[name], justify="right", no_wrap=True)
    columns = [figures.as_json() for figures in compared.routers.values()]
    for key, (label, shown) in _ROWS.items():
        table.add_row(label, *(shown.format(_minutes(key, column[key])) for column in columns))
    out.print(table, width=_WIDE, crop=False)


_ROWS = {
    "gini": ("burden: Gini", "{:.3f}"),
    "max_burden": ("burden: most, in weighted minutes", "{:,.0f}"),
    "night_pages_per_person": ("asked at night, times a person", "{:.1f}"),
    "rest_breaches": ("asked while resting", "{:,}"),
    "hostile_third_in_a_row": ("third harsh ticket in a row", "{:,}"),
    "wait_p50_s": ("wait: half within, minutes", "{:.1f}"),
    "wait_p95_s": ("wait: 95 of 100 within, minutes", "{:.1f}"),
    "unmet": ("nobody took it within 8 hours", "{:,}"),
}


def _minutes(key: str, figure: float | int) -> float | int:
    return figure / 60 if key.endswith("_s") else figure

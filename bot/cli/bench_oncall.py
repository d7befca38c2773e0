"""`evenhand bench oncall`: how long it takes to work out a year of shifts, and who is on now."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.bench import group
from bot.cli.program import command, out

# What the desk promises at the usual size, in milliseconds.
_RESOLVE_WITHIN, _NOW_WITHIN = 50, 2


@command(group, "oncall")
def bench_oncall(
    weeks: Annotated[int, typer.Option(min=1, max=520, help="So many weeks of shifts.")] = 52,
    people: Annotated[int, typer.Option(min=2, max=500, help="Who take turns.")] = 20,
    layers: Annotated[int, typer.Option(min=1, max=20, help="Rotations over one another.")] = 4,
    overrides: Annotated[int, typer.Option(min=0, max=10_000, help="Stand-ins by hand.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Measure how long shifts take to work out, on a made-up rota of that size."""
    from bot.bench.oncall import measure

    measured = measure(weeks=weeks, people=people, layers=layers, overrides=overrides)
    if as_json:
        sys.stdout.write(json.dumps(asdict(measured)) + "\n")
        return
    table = Table(
        title=f"{weeks} weeks, {people} people, {layers} layers, {overrides} overrides: {measured.shifts} shifts"
    )
    table.add_column("")
    for column in ("p50 ms", "p99 ms", "promised"):
        table.add_column(column, justify="right")
    table.add_row(
        "all shifts",
        f"{measured.resolve_ms:.1f}",
        f"{measured.resolve_p99_ms:.1f}",
        f"under {_RESOLVE_WITHIN}",
    )
    table.add_row(
        "who is on now", f"{measured.now_ms:.2f}", f"{measured.now_p99_ms:.2f}", f"under {_NOW_WITHIN}"
    )
    out.print(table)

"""`evenhand bench tone`: how well harsh words and frustration are heard, on messages that were held out."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from bot.bench.cores import one_core
from bot.bench.labelled_rows import BadTable, read_rows
from bot.cli.bench import group
from bot.cli.program import Stop, command, out

# The model beside the rules takes seconds to load, which the other commands do not need.
if TYPE_CHECKING:
    from bot.bench.tone import Heard, Interval


@command(group, "tone")
def bench_tone(
    data: Annotated[
        Path | None,
        typer.Option(
            help="Instead: a CSV with columns text and label, to see what would be called harsh in it."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a row.")] = False,
) -> None:
    """Precision and recall of what is heard in a requester's words, with 95 % intervals."""
    from bot.bench.tone import measure

    if data is not None:
        _alarms(data, as_json=as_json)
        return
    with one_core():
        found = list(measure())
    if as_json:
        for row in found:
            sys.stdout.write(json.dumps(as_object(row)) + "\n")
    else:
        _show(found)


def as_object(row: "Heard") -> dict[str, Any]:
    return {
        "method": row.method,
        "what": row.what,
        "samples": row.samples,
        "precision": round(row.precision, 3),
        "precision_between": [round(one, 3) for one in row.precision_between],
        "recall": round(row.recall, 3),
        "recall_between": [round(one, 3) for one in row.recall_between],
        "ms": round(row.ms, 3),
    }


def _show(found: "list[Heard]") -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("what", "by", "messages", "precision", "recall", "ms"):
        table.add_column(name, justify="left" if name in ("what", "by") else "right", no_wrap=True)
    for row in found:
        table.add_row(
            row.what,
            row.method,
            str(row.samples),
            _between(row.precision, row.precision_between),
            _between(row.recall, row.recall_between),
            f"{row.ms:.2f}",
        )
    out.print("On messages held out while the rules were written")
    out.print(table, width=120, crop=False)


def _between(share: float, interval: "Interval") -> str:
    return f"{share:.2f} ({interval[0]:.2f}–{interval[1]:.2f})"


def _alarms(data: Path, *, as_json: bool) -> None:
    """Nobody labelled these: how many are called harsh, and which, for a person to judge."""
    from triage.care.tone import read_tone

    try:
        texts = [row.text for row in read_rows(data)]
    except BadTable as bad:
        raise Stop(f"{bad}.", "The file's form: evenhand bench tone --help", code=2) from None
    harsh = [(text, tone) for text in texts if (tone := read_tone(text)).hostile]
    upset = sum(read_tone(text).frustrated for text in texts)
    if as_json:
        sys.stdout.write(
            json.dumps({"messages": len(texts), "harsh": len(harsh), "frustrated": upset}) + "\n"
        )
        return
    out.print(f"{len(harsh):,} of {len(texts):,} messages are called harsh, {upset:,} frustrated")
    for text, tone in harsh[:30]:
        out.print(f"  {', '.join(tone.why)} · {text[:100]}", markup=False, soft_wrap=True)

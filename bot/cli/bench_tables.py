"""How the figures of `evenhand bench` are shown: to people, to scripts, and for the README."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from bot.bench.beside import Row
from bot.cli.program import out

_WIDE = 200


def as_objects(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        clean, typos = row.clean.as_object(), row.typos.as_object()
        yield {
            "method": row.contender,
            "version": row.version,
            "set": row.set_name,
            "mrr10": clean["mrr10"],
            "mrr10_typos": typos["mrr10"],
            "auroc": clean["auroc"],
            "ms": clean["ms"],
            "ms_typos": typos["ms"],
            "build_s": round(row.build_s, 3),
        }


def show(rows: Sequence[Row]) -> None:
    head, lines = _table(rows)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for at, name in enumerate(head):
        table.add_column(name, justify="left" if at == 0 else "right", no_wrap=True)
    for line in lines:
        table.add_row(*line)
    out.print("MRR@10 clean / with 10 % typos; one core; p50 / p99 of a search with typos")
    # A row stays a row, also where it is piped and nobody knows how wide the reader's window is.
    out.print(table, width=_WIDE, crop=False)


def as_markdown(rows: Sequence[Row]) -> str:
    head, lines = _table(rows)
    written = [head, ["---"] + ["---:"] * (len(head) - 1), *lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in written)


def show_size(measured: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("articles", f"{measured['articles']:,}")
    table.add_row("build", f"{measured['build_cpu_s']:.1f} s CPU")
    table.add_row("index", f"{measured['index_mb']:.0f} MB")
    table.add_row("process", f"{measured['rss_mb']:.0f} MB, at most {measured['peak_mb']:.0f} MB")
    table.add_row(
        "p50 / p99", f"{measured['ms']['p50']:.1f} / {measured['ms']['p99']:.1f} ms with 10 % typos"
    )
    if semantic := measured.get("semantic"):
        ms = semantic["ms"]
        table.add_row("with meaning", f"{ms['p50']:.1f} / {ms['p99']:.1f} ms, {semantic['rss_mb']:.0f} MB")
    table.add_row("MRR@10", f"{measured['mrr10']:.3f} on {measured['questions']:,} made-up questions")
    out.print(table)


def _table(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    """One line for each way to search, one column for each set."""
    sets = list(dict.fromkeys(row.set_name for row in rows))
    head = ["method", *sets, "AUROC", "p50 / p99 ms", "build s"]
    lines = []
    for name in dict.fromkeys(row.contender for row in rows):
        own = {row.set_name: row for row in rows if row.contender == name}
        first = next(iter(own.values()))
        told = [row.clean.auroc for row in own.values() if row.clean.auroc is not None]
        lines.append(
            [
                f"{name} {first.version}",
                *(f"{_short(own[one].clean.mrr10)} / {_short(own[one].typos.mrr10)}" for one in sets),
                _short(sum(told) / len(told)) if told else "–",
                f"{max(row.typos.p50 for row in own.values()):.1f}"
                f" / {max(row.typos.p99 for row in own.values()):.1f}",
                f"{sum(row.build_s for row in own.values()):.2f}",
            ]
        )
    return head, lines


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"

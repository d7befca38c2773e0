"""The figures of `evenhand bench` as a table, each database in a column: on a terminal, and for the README."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from bot.bench.databases import POSTGRESQL, SQLITE
from bot.bench.running.machine import in_words
from bot.cli.program import out, show_table

_TITLES = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}
_NOT_MEASURED = "–"
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One figure, by database; what needs none stands under the empty name."""

    what: str
    measured: str
    figures: Mapping[str, str]
    target: str = ""


def show(measured: Sequence[Figures]) -> None:
    for where in _where(measured):
        out.print(where, soft_wrap=True, markup=False)
    table = Table(box=None, padding=(0, 2, 0, 0))
    head, *lines = _lines(measured)
    for name in head:
        table.add_column(name, no_wrap=True)
    for line in lines:
        table.add_row(*line)
    show_table(table)


def as_markdown(measured: Sequence[Figures]) -> str:
    head, *lines = _lines(measured)
    written = [head, ["---"] * len(head), *lines]
    return "\n".join(_where(measured)) + "\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in written)


def together(measured: Sequence[Figures]) -> dict[str, Any]:
    """What several files say, as if it had been measured at once: the plain keys are those of the first."""
    found: dict[str, Any] = {}
    for figures in measured:
        for part, said in figures.items():
            before = found.get(part, {})
            found[part] = {**said, **before}
            if "by_database" in said:
                found[part]["by_database"] = {**said["by_database"], **before.get("by_database", {})}
    return found


def _where(measured: Sequence[Figures]) -> list[str]:
    """Each machine, day and set of versions once."""
    return list(dict.fromkeys(_told(figures["about"]) for figures in measured))


def _told(about: Figures) -> str:
    return f"Measured{' (quick)' if about['quick'] else ''} on {in_words(about)}"


def _lines(measured: Sequence[Figures]) -> Iterator[list[str]]:
    """The heading first."""
    found = list(rows(together(measured)))
    kinds = [kind for kind in _TITLES if any(kind in row.figures for row in found)]
    yield ["what", "measured", *([_TITLES[kind] for kind in kinds] or ["figure"]), "target"]
    for row in found:
        alone = row.figures.get("")
        told = [alone or row.figures.get(kind, _NOT_MEASURED) for kind in kinds or [""]]
        yield [row.what, row.measured, *told, row.target]


def rows(measured: Figures) -> Iterator[Row]:
    """One line a figure, in the order of the parts."""
    for part, lines in _PARTS.items():
        if part in measured:
            yield from lines(measured[part])


def _decision(found: Figures) -> Iterator[Row]:
    for size, times in found.items():
        target = "p99 ≤ 8 ms" if size == "10000" else ""
        what = f"decision, {int(size):,} articles"
        yield Row(what, "by words, one core, p50 / p99", {"": _ms(times)}, target)
        if meaning := times.get("with_meaning"):
            yield Row("", "with meaning", {"": _ms(meaning)})


def _ack(found: Figures) -> Iterator[Row]:
    for app, shown in (
        ("evenhand", "Evenhand"),
        ("bare", "bare Bolt app"),
        ("bare_commit", "bare, commits a row"),
    ):
        figures = {
            kind: f"{_ms(apps[app])}, {apps[app]['per_s']:,.0f} a second"
            for kind, apps in found["by_database"].items()
        }
        yield Row("receipt", f"{shown}, p50 / p99", figures)
    ratio = _each(found, lambda apps: f"{apps['ratio_p50']:.2f}")
    yield Row("", "Evenhand : committing app, p50", ratio, "≤ 1.5")


def _end_to_end(found: Figures) -> Iterator[Row]:
    pairs = [
        (limits, rate)
        for by_limits in found["by_database"].values()
        for limits, by_rate in by_limits.items()
        for rate in by_rate
    ]
    for limits, rate in dict.fromkeys(pairs):
        yield Row(
            "question to answer",
            f"{rate} a second, Slack's {limits.replace('_', ' ')}, p50 / p99",
            {
                kind: _answered(by_limits[limits][rate])
                for kind, by_limits in found["by_database"].items()
                if rate in by_limits.get(limits, {})
            },
            "p99 ≤ 1.5 s" if rate == "20" else "",
        )


def _idle(found: Figures) -> Iterator[Row]:
    def told(figures: Figures) -> str:
        many = "one process" if figures["processes"] == 1 else f"{figures['processes']} processes"
        return f"{figures['cpu_pct']:.1f} % of a core, {figures['rss_mb']:.0f} MB, {many}"

    yield Row("at rest", "CPU and memory", _each(found, told), "< 3 %, 350 MB")


def _growth(found: Figures) -> Iterator[Row]:
    by_database = found["by_database"]
    names = dict.fromkeys(name for figures in by_database.values() for name in figures["plans"])
    for name in names:
        grown = {
            kind: _by_size(figures, name) for kind, figures in by_database.items() if name in figures["plans"]
        }
        yield Row("growth", name, grown, "flat")
    for kind, figures in by_database.items():
        shown = " / ".join(f"{int(size):,}" for size in _sizes(figures))
        told = f"full scans: {len(figures['scans'])}, with more to do: {len(figures['more_work'])}"
        yield Row("", f"p50 with {shown} tickets; {figures['statements']} statements", {kind: told}, "0, 0")


def _by_size(figures: Figures, name: str) -> str:
    times = (figures[size][name]["p50_ms"] for size in _sizes(figures) if name in figures[size])
    return " / ".join(f"{time:.2f}" for time in times) + " ms"


def _sizes(figures: Figures) -> list[str]:
    return [key for key in figures if key.isdigit()]


def _each(found: Figures, told: Callable[[Figures], str]) -> dict[str, str]:
    return {kind: told(figures) for kind, figures in found["by_database"].items()}


def _answered(figures: Figures) -> str:
    return f"{_seconds(figures)}, lost {figures['lost']}, doubled {figures['doubled']}"


def _ms(times: Figures) -> str:
    return f"{times['p50_ms']:.1f} / {times['p99_ms']:.1f} ms"


def _seconds(figures: Figures) -> str:
    p50, p99 = figures["p50_s"], figures["p99_s"]
    return "no answer" if p50 is None else f"{p50:.2f} / {p99:.2f} s"


_PARTS = {
    "decision": _decision,
    "ack": _ack,
    "end_to_end": _end_to_end,
    "idle": _idle,
    "growth": _growth,
}

"""The figures of `evenhand bench` as a table: on a terminal, and for the README."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from bot.cli.program import out, show_table

Row = tuple[str, str, str, str]
_HEAD = ("what", "measured", "figure", "target")


def show(measured: dict[str, Any]) -> None:
    out.print(_where(measured["about"]), soft_wrap=True, markup=False)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in _HEAD:
        table.add_column(name, no_wrap=True)
    for row in rows(measured):
        table.add_row(*row)
    show_table(table)


def as_markdown(measured: dict[str, Any]) -> str:
    lines = [_HEAD, ("---",) * len(_HEAD), *rows(measured)]
    return f"{_where(measured['about'])}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _where(about: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    short = " (quick)" if about["quick"] else ""
    return f"Measured{short} on {about['date']}: {about['machine']}, {about['cores']} cores; {versions}."


def rows(measured: dict[str, Any]) -> Iterator[Row]:
    """One line a figure, in the order of the parts."""
    for part, lines in _PARTS.items():
        if part in measured:
            yield from lines(measured[part])


def _decision(found: dict[str, Any]) -> Iterator[Row]:
    for size, times in found.items():
        target = "p99 ≤ 8 ms" if size == "10000" else ""
        yield f"decision, {int(size):,} articles", "by words, one core, p50 / p99", _ms(times), target
        if meaning := times.get("with_meaning"):
            yield "", "with meaning", _ms(meaning), ""


def _ack(found: dict[str, Any]) -> Iterator[Row]:
    for kind, apps in found["by_database"].items():
        for app, shown in (
            ("evenhand", "Evenhand"),
            ("bare", "bare Bolt app"),
            ("bare_commit", "bare, commits a row"),
        ):
            rate = f"{_ms(apps[app])}, {apps[app]['per_s']:,.0f} a second"
            yield f"receipt, {kind}", f"{shown}, p50 / p99", rate, ""
        yield "", "Evenhand : committing app, p50", f"{apps['ratio_p50']:.2f}", "≤ 1.5"


def _end_to_end(found: dict[str, Any]) -> Iterator[Row]:
    for kind, by_limits in found["by_database"].items():
        for limits, by_rate in by_limits.items():
            for rate, figures in by_rate.items():
                yield (
                    f"question to answer, {kind}",
                    f"{rate} a second, Slack's {limits.replace('_', ' ')}, p50 / p99",
                    f"{_seconds(figures)}, lost {figures['lost']}, doubled {figures['doubled']}",
                    "p99 ≤ 1.5 s" if rate == "20" else "",
                )


def _idle(found: dict[str, Any]) -> Iterator[Row]:
    for kind, figures in found["by_database"].items():
        rest = f"{figures['cpu_pct']:.1f} % of a core, {figures['rss_mb']:.0f} MB"
        yield f"at rest, {kind}", f"processes: {figures['processes']}", rest, "< 3 %, 350 MB"


def _growth(found: dict[str, Any]) -> Iterator[Row]:
    for kind, figures in found["by_database"].items():
        sizes = [key for key in figures if key.isdigit()]
        for name in figures["plans"]:
            times = " / ".join(
                f"{figures[size][name]['p50_ms']:.2f}" for size in sizes if name in figures[size]
            )
            yield f"growth, {kind}", name, f"{times} ms", "flat"
        shown = " / ".join(f"{int(size):,}" for size in sizes)
        told = f"full scans: {len(figures['scans'])}, with more to do: {len(figures['more_work'])}"
        yield "", f"p50 with {shown} tickets; {figures['statements']} statements", told, "0, 0"


def _ms(times: dict[str, Any]) -> str:
    return f"{times['p50_ms']:.1f} / {times['p99_ms']:.1f} ms"


def _seconds(figures: dict[str, Any]) -> str:
    p50, p99 = figures["p50_s"], figures["p99_s"]
    return "no answer" if p50 is None else f"{p50:.2f} / {p99:.2f} s"


_PARTS = {
    "decision": _decision,
    "ack": _ack,
    "end_to_end": _end_to_end,
    "idle": _idle,
    "growth": _growth,
}

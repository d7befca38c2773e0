"""The share of promises that were kept, month by month: one line for each urgency, named at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.pictures.sheet import (
    ACCENT,
    BAD,
    MUTED,
    SMALL,
    TEXT,
    WARN,
    Picture,
    Sheet,
    drawn,
    label,
    name_lines,
    percent,
)

_HEIGHT = 210.0
_LABELS = 5
# The height of a line's name, as a share of the picture.
_NAME = 0.1
# Four lines that differ without their colour, too.
_LINES = ((BAD, "-", "o"), (WARN, "--", "s"), (ACCENT, "-.", "^"), (MUTED, ":", "D"))


@dataclass(frozen=True)
class Line:
    """One urgency. A month without a promise that ended has None, and the line a gap."""

    name: str
    shares: tuple[float | None, ...]
    counts: tuple[int, ...]


def kept_chart(name: str, title: str, months: Sequence[str], lines: Sequence[Line]) -> Picture:
    description = "Share of promises kept, by the month in which they ended and by urgency."
    svg = drawn(
        partial(_paint, months=months, lines=lines),
        name=name,
        title=title,
        description=description,
        height=_HEIGHT,
    )
    rows = tuple(
        (month, line.name, f"{share:.0%}", str(count))
        for place, month in enumerate(months)
        for line in lines
        if (share := line.shares[place]) is not None and (count := line.counts[place])
    )
    return Picture(name, title, description, svg, ("Month", "Urgency", "Kept", "Promises"), rows)


def _apart(ends: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Names of lines that end at the top move down, for above it there is no room."""
    top, placed = 1.0, []
    for x, y, name in sorted(ends, key=lambda end: -end[1]):
        placed.append((x, min(y, top), name))
        top = min(y, top) - _NAME
    lowest = min(y for _, y, _ in placed)
    return [(x, y + max(0.0, -lowest), name) for x, y, name in placed]


def _paint(sheet: Sheet, months: Sequence[str], lines: Sequence[Line]) -> None:
    axes = sheet.axes(left=54, right=70, bottom=40)
    axes.set_ylim(0, 1.04)
    axes.set_xlim(-0.3, max(len(months) - 0.7, 0.7))
    ends = []
    for line, (colour, style, mark) in zip(lines, _LINES, strict=False):
        known = [(place, share) for place, share in enumerate(line.shares) if share is not None]
        gaps = [float("nan") if share is None else share for share in line.shares]
        axes.plot(
            range(len(months)), gaps, color=colour, linestyle=style, marker=mark, markersize=4, linewidth=1.6
        )
        ends.append((float(known[-1][0]), known[-1][1], sheet.words(line.name)))
    name_lines(axes, _apart(ends))
    every = max(1, -(-len(months) // _LABELS))
    axes.set_xticks(
        list(range(len(months)))[::every], [sheet.words(month) for month in months[::every]], color=TEXT
    )
    axes.tick_params(axis="x", labelsize=SMALL)
    percent(axes, y=True)
    label(axes, x="Month in which they ended", y="Promises kept")

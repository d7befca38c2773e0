"""A control chart: one figure over time, between the limits that chance alone rarely passes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.pictures.sheet import ACCENT, BAD, MUTED, SMALL, TEXT, Picture, Sheet, drawn, label, percent

_HEIGHT = 190.0
_TICKS = 4


@dataclass(frozen=True)
class Week:
    """One point; its limits depend on how many messages it stands on. `out` where it passes them."""

    name: str
    value: float
    low: float
    high: float
    messages: int
    out: bool


def control_chart(name: str, title: str, weeks: Sequence[Week], *, unit: str, share: bool = True) -> Picture:
    """`title` says what is to be seen; `unit` what is counted."""
    description = f"{unit} over time. Chance alone rarely passes the dashed limits; crosses lie outside."
    svg = drawn(
        partial(_paint, weeks=weeks, unit=unit, share=share),
        name=name,
        title=title,
        description=description,
        height=_HEIGHT,
    )
    figure = "{:.1%}" if share else "{:.3f}"
    rows = tuple(
        (
            week.name,
            figure.format(week.value),
            f"{figure.format(week.low)} to {figure.format(week.high)}",
            str(week.messages),
            "outside" if week.out else "within",
        )
        for week in weeks
    )
    columns = ("Since", unit, "Limits", "Messages", "Within?")
    return Picture(name, title, description, svg, columns, rows)


def _paint(sheet: Sheet, weeks: Sequence[Week], unit: str, share: bool) -> None:
    axes = sheet.axes(left=54, right=14, bottom=30)
    places = range(len(weeks))
    # From nothing to all: too few weeks to know what is usual.
    known = [week for week in weeks if (week.low, week.high) != (0.0, 1.0)]
    for limits in () if not known else ([week.low for week in weeks], [week.high for week in weeks]):
        axes.plot(places, limits, color=MUTED, linewidth=1, linestyle="--", drawstyle="steps-mid")
    axes.plot(places, [week.value for week in weeks], color=ACCENT, linewidth=1.6)
    for place, week in zip(places, weeks, strict=True):
        mark, colour, size = ("X", BAD, 8) if week.out else ("o", ACCENT, 4)
        axes.plot(place, week.value, marker=mark, color=colour, markersize=size)
    every = max(1, len(weeks) // _TICKS)
    axes.set_xticks(list(places)[::every], [sheet.words(week.name) for week in weeks[::every]], color=TEXT)
    axes.set_xlim(-0.3, max(len(weeks) - 0.7, 0.3))
    axes.tick_params(axis="x", labelsize=SMALL)
    if share:
        axes.set_ylim(bottom=0)
        percent(axes, y=True)
    label(axes, x="", y=unit)

"""What deciding from another chance on would mean: how much, and how often right."""

from functools import lru_cache, partial

from bot.pictures.sheet import ACCENT, BORDER, TEXT, WARN, Picture, Sheet, drawn, label, name_lines, percent
from triage.learning.report import ModelReport

_HEIGHT = 260.0
_DESCRIPTION = (
    "If the model decided from a chance on: the share of messages that it would decide, and how often it would be "
    "right about them. The rings are where it stands now."
)


@lru_cache(maxsize=16)
def thresholds(report: ModelReport) -> Picture:
    title = "As it stands, it decides nothing by itself"
    if report.coverage:
        title = (
            f"It decides {report.coverage:.0%}, and is right about {report.precision_decided:.0%} of those"
        )
    svg = drawn(
        partial(_paint, report=report),
        name="thresholds",
        title=title,
        description=_DESCRIPTION,
        height=_HEIGHT,
    )
    rows = tuple(
        (
            f"{step.threshold:.0%}",
            f"{step.coverage:.1%}",
            f"{step.precision:.1%}" if step.decided else "–",
            str(step.decided),
        )
        for step in report.thresholds
    )
    return Picture("thresholds", title, _DESCRIPTION, svg, ("From", "Decided", "Right", "Messages"), rows)


def _paint(sheet: Sheet, report: ModelReport) -> None:
    axes = sheet.axes(left=54, right=62, bottom=40)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.04)
    percent(axes, x=True, y=True)
    label(axes, x="decides from this chance on", y="share of messages")
    steps = [step for step in report.thresholds if step.decided]
    if not steps:
        return
    chances = [step.threshold for step in steps]
    axes.plot(chances, [step.precision for step in steps], color=ACCENT, linewidth=1.8)
    axes.plot(chances, [step.coverage for step in steps], color=WARN, linewidth=1.8, linestyle="--")
    name_lines(
        axes, [(chances[-1], steps[-1].precision, "right"), (chances[-1], steps[-1].coverage, "decided")]
    )
    if report.coverage:
        now = min(steps, key=lambda step: abs(step.coverage - report.coverage)).threshold
        axes.axvline(now, color=BORDER, linewidth=1.2)
        for value in (report.coverage, report.precision_decided):
            axes.plot(now, value, marker="o", markersize=8, markerfacecolor="none", color=TEXT)

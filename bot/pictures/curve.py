"""The learning curve: what the labels have brought so far, and whether more of them would help."""

from functools import lru_cache, partial

from bot.pictures.sheet import ACCENT, WARN, Picture, Sheet, drawn, label, name_lines, percent
from triage.learning.report import CurvePoint, ModelReport

_HEIGHT = 260.0
_DESCRIPTION = "Accuracy and macro-F1 of models that learned from only a part of the labelled messages."
# A gain below half a point is within what chance does.
_A_GAIN = 0.005


@lru_cache(maxsize=16)
def learning_curve(report: ModelReport) -> Picture:
    points = report.learning_curve
    title = _finding(points)
    svg = drawn(
        partial(_paint, points=points), name="curve", title=title, description=_DESCRIPTION, height=_HEIGHT
    )
    rows = tuple((str(point.messages), f"{point.accuracy:.1%}", f"{point.macro_f1:.1%}") for point in points)
    return Picture("curve", title, _DESCRIPTION, svg, ("Learned from", "Accuracy", "Macro-F1"), rows)


def _finding(points: tuple[CurvePoint, ...]) -> str:
    if len(points) < 2:
        return "Too little to draw a learning curve"
    before, last = points[-2], points[-1]
    gain = last.accuracy - before.accuracy
    labels = last.messages - before.messages
    if gain > _A_GAIN:
        return f"More labels help: the last {labels} brought {100 * gain:.1f} points of accuracy"
    return f"The last {labels} labels brought no more accuracy"


def _paint(sheet: Sheet, points: tuple[CurvePoint, ...]) -> None:
    axes = sheet.axes(left=54, right=70, bottom=40)
    lowest = min((min(point.accuracy, point.macro_f1) for point in points), default=0.0)
    axes.set_ylim(max(0.0, lowest - 0.08), 1.02)
    percent(axes, y=True)
    label(axes, x="labelled messages learned from", y="right on unseen messages")
    if not points:
        return
    counts = [point.messages for point in points]
    accuracy, macro = [point.accuracy for point in points], [point.macro_f1 for point in points]
    axes.plot(counts, accuracy, color=ACCENT, marker="o", markersize=4, linewidth=1.8)
    axes.plot(counts, macro, color=WARN, marker="s", markersize=4, linewidth=1.8, linestyle="--")
    axes.set_xlim(0, max(counts) * 1.02)
    axes.locator_params(axis="x", nbins=5, integer=True)
    name_lines(axes, [(counts[-1], accuracy[-1], "accuracy"), (counts[-1], macro[-1], "macro-F1")])

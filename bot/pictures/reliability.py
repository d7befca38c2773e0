"""How far the model's chances may be believed, with the number of messages that each point stands on."""

from functools import lru_cache, partial

from bot.pictures.sheet import ACCENT, MUTED, SMALL, TEXT, Picture, Sheet, drawn, label, percent
from triage.learning.report import Bin, ModelReport

_HEIGHT = 260.0
_DESCRIPTION = (
    "How often the model was right, by how sure it was, with the number of messages at each point. "
    "On the dotted line, a chance of 80 % is right 8 times in 10."
)
# The tallest of the bars that show where most messages are.
_TALLEST = 0.25


@lru_cache(maxsize=16)
def reliability(report: ModelReport) -> Picture:
    title = f"Its chances are off by {100 * report.ece:.1f} points on average"
    if not report.reliability:
        title = "There are no chances to check yet"
    svg = drawn(
        partial(_paint, bins=report.reliability),
        name="reliability",
        title=title,
        description=_DESCRIPTION,
        height=_HEIGHT,
    )
    rows = tuple(
        (
            f"{100 * one.low:.0f} to {100 * one.high:.0f} %",
            str(one.messages),
            f"{one.sure:.0%}",
            f"{one.right:.0%}",
        )
        for one in report.reliability
    )
    columns = ("How sure", "Messages", "Sure on average", "Right")
    return Picture("reliability", title, _DESCRIPTION, svg, columns, rows)


def _paint(sheet: Sheet, bins: tuple[Bin, ...]) -> None:
    axes = sheet.axes(left=54, bottom=40)
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=":")
    most = max((one.messages for one in bins), default=1)
    middles = [(one.low + one.high) / 2 for one in bins]
    heights = [_TALLEST * one.messages / most for one in bins]
    axes.bar(middles, heights, width=0.08, color=ACCENT, alpha=0.2)
    axes.plot([one.sure for one in bins], [one.right for one in bins], color=ACCENT, linewidth=1.5)
    for one in bins:
        axes.plot(one.sure, one.right, color=ACCENT, marker="o", markersize=5)
        # To the lower right, away from the line, which rises; at the right edge there is only room to the left.
        offset, side = ((5, -11), "left") if one.sure < 0.9 else ((-6, 6), "right")
        axes.annotate(
            str(one.messages),
            (one.sure, one.right),
            xytext=offset,
            textcoords="offset points",
            color=TEXT,
            fontsize=SMALL - 1,
            ha=side,
        )
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.08)
    percent(axes, x=True, y=True)
    label(axes, x="how sure it was", y="how often it was right")

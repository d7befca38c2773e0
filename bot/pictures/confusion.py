"""What is taken for what: a square for a dozen categories, and with more of them the pairs that are mixed up most."""

from collections.abc import Mapping
from functools import lru_cache

from bot.pictures.sheet import ACCENT, BORDER, MUTED, SMALL, TEXT, WARN, WIDTH, Picture, Sheet, drawn
from triage.learning.report import Mixed, ModelReport, worst_mixed

MOST_IN_A_SQUARE = 12
MOST_PAIRS = 10
MOST_LETTERS = 20
NOTHING = "nothing"


def confusion(report: ModelReport, names: Mapping[str, str]) -> Picture:
    """`names` are the categories', by their key; one that was deleted keeps its key."""
    return _confusion(report, tuple(sorted(names.items())))


@lru_cache(maxsize=16)
def _confusion(report: ModelReport, named: tuple[tuple[str, str], ...]) -> Picture:
    names = dict(named)
    keys = sorted({pair.said for pair in report.confusion} | {pair.thought for pair in report.confusion})
    square = len(keys) <= MOST_IN_A_SQUARE
    worst = worst_mixed(report, count=MOST_PAIRS)
    shown = report.confusion if square else worst_mixed(report, count=3 * MOST_PAIRS)
    title, description = _finding(report, worst, names), _description(square=square)

    def paint(sheet: Sheet) -> None:
        if square:
            _square(sheet, report, keys, names)
        else:
            _pairs(sheet, worst, names)

    height = 44.0 + (WIDTH - 150) if square else 24 + 32.0 * max(1, len(worst))
    svg = drawn(paint, name="confusion", title=title, description=description, height=height)
    rows = tuple((_name(one.said, names), _name(one.thought, names), str(one.messages)) for one in shown)
    return Picture(
        "confusion", title, description, svg, ("People said", "The model’s guess", "Messages"), rows
    )


def _finding(report: ModelReport, worst: tuple[Mixed, ...], names: Mapping[str, str]) -> str:
    if not report.messages:
        return "There is nothing to compare yet"
    if not worst:
        return "Nothing was mixed up"
    said, thought = _name(worst[0].said, names), _name(worst[0].thought, names)
    of_all = sum(pair.messages for pair in report.confusion if pair.said == worst[0].said)
    return f"Mixed up most: {said}, taken for {thought} {worst[0].messages} of {of_all} times"


def _description(*, square: bool) -> str:
    if square:
        return "Rows are what people said, columns the model’s best guess; the numbers count messages."
    return "A bar for each pair mixed up most: what people said, what the model guessed, and how often."


def _name(key: str, names: Mapping[str, str]) -> str:
    return names.get(key, key) if key else NOTHING


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1].rstrip() + "…"


def _square(sheet: Sheet, report: ModelReport, keys: list[str], names: Mapping[str, str]) -> None:
    from matplotlib.patches import Rectangle

    place = {key: position for position, key in enumerate(keys)}
    in_row = {key: sum(pair.messages for pair in report.confusion if pair.said == key) for key in keys}
    axes = sheet.axes(left=142, right=8, top=38, bottom=6)
    axes.grid(visible=False)
    for pair in report.confusion:
        column, row = place[pair.thought], place[pair.said]
        share = pair.messages / in_row[pair.said]
        colour = ACCENT if pair.said == pair.thought else WARN
        axes.add_patch(
            Rectangle(
                (column - 0.5, row - 0.5), 1, 1, facecolor=colour, alpha=0.08 + 0.42 * share, linewidth=0
            )
        )
        weight = "bold" if pair.said == pair.thought else "normal"
        axes.text(
            column,
            row,
            str(pair.messages),
            color=TEXT,
            fontsize=SMALL - 1,
            ha="center",
            va="center",
            fontweight=weight,
        )
    for line in range(len(keys) + 1):
        axes.axhline(line - 0.5, color=BORDER, linewidth=0.6)
        axes.axvline(line - 0.5, color=BORDER, linewidth=0.6)
    axes.set_xlim(-0.5, max(len(keys), 1) - 0.5)
    axes.set_ylim(max(len(keys), 1) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(keys)), [str(number) for number in range(1, len(keys) + 1)], color=MUTED)
    labels = [sheet.words(f"{_short(_name(key, names))}  {number}") for number, key in enumerate(keys, 1)]
    axes.set_yticks(range(len(keys)), labels, color=TEXT, fontsize=SMALL)
    axes.set_title("the model’s best guess", color=MUTED, fontsize=SMALL, pad=6)
    for spine in axes.spines.values():
        spine.set_visible(False)
    sheet.figure.text(6 / WIDTH, 1 - 20 / sheet.height, "people said", color=MUTED, fontsize=SMALL)


def _pairs(sheet: Sheet, worst: tuple[Mixed, ...], names: Mapping[str, str]) -> None:
    axes = sheet.axes(left=6, right=40, top=6, bottom=6)
    axes.set_axis_off()
    for row, pair in enumerate(worst):
        told = f"{_short(_name(pair.said, names))} → {_short(_name(pair.thought, names))}"
        axes.text(0, row - 0.22, sheet.words(told), color=TEXT, fontsize=SMALL, va="center")
        axes.barh(row + 0.2, pair.messages, height=0.28, color=WARN, alpha=0.7)
        axes.annotate(
            str(pair.messages),
            (pair.messages, row + 0.2),
            xytext=(5, 0),
            textcoords="offset points",
            color=TEXT,
            fontsize=SMALL,
            va="center",
        )
    axes.set_xlim(0, max((pair.messages for pair in worst), default=1))
    axes.set_ylim(max(len(worst), 1) - 0.5, -0.5)

"""The sheet that pictures are drawn on: matplotlib inside, and an SVG that takes its colours and font from the page.

A colour is drawn as a number that stands for one of the page's own, so that the same picture reads in light and dark.
Nothing in it is inline style, which the console's content policy forbids, and nothing is fetched from anywhere.
"""

import io
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree

# Importing it takes a second or two: a process that draws nothing does not pay for it.
if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT, MUTED, BORDER, ACCENT, WARN, BAD = "#000001", "#000002", "#000003", "#000004", "#000005", "#000006"
_OF_THE_PAGE = {
    TEXT: "var(--text, currentColor)",
    MUTED: "var(--muted, currentColor)",
    BORDER: "var(--border, currentColor)",
    ACCENT: "var(--accent, currentColor)",
    WARN: "var(--warn, currentColor)",
    BAD: "var(--bad, currentColor)",
}
# A picture is as wide as the narrowest phone shows; on a wide screen it is scaled up, and its letters with it.
WIDTH = 340
SMALL, NORMAL = 10.0, 11.0

_SVG = "http://www.w3.org/2000/svg"
_HREF = "{http://www.w3.org/1999/xlink}href"
_TOKEN = re.compile(r"~(\d+)~")
_UNIT = 72
_LINE = 14.0
# matplotlib keeps its settings and fonts for the whole process, and is not made for two threads at once.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """`title` states what is to be seen; `columns` and `rows` say the same as a table, for whoever cannot see it."""

    name: str
    title: str
    description: str
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Sheet:
    """What is drawn on. Words go through `words`: a font of the server knows fewer letters than the page's."""

    figure: "Figure"
    width: float
    height: float
    said: list[str] = field(default_factory=list)

    def words(self, text: str) -> str:
        self.said.append(text)
        return f"~{len(self.said) - 1}~"

    def axes(self, *, left: float = 40, right: float = 10, top: float = 10, bottom: float = 36) -> "Axes":
        """Axes with so much room around them, in the picture's own units."""
        box = (
            left / self.width,
            bottom / self.height,
            (self.width - left - right) / self.width,
            (self.height - top - bottom) / self.height,
        )
        axes = self.figure.add_axes(box)
        axes.set_facecolor("none")
        for side, spine in axes.spines.items():
            spine.set_visible(side in ("left", "bottom"))
            spine.set_color(BORDER)
        axes.tick_params(colors=MUTED, labelsize=SMALL, length=0, pad=5)
        axes.grid(visible=True, color=BORDER, linewidth=0.6)
        axes.set_axisbelow(True)
        return axes


def label(axes: "Axes", *, x: str, y: str) -> None:
    """What the axes show, with their units."""
    axes.set_xlabel(x, color=MUTED, fontsize=SMALL, labelpad=5)
    axes.set_ylabel(y, color=MUTED, fontsize=SMALL, labelpad=5)


def name_lines(axes: "Axes", ends: Sequence[tuple[float, float, str]]) -> None:
    """Names the lines at their ends, where no legend has to be looked up; those that end close together move apart."""
    low, high = axes.get_ylim()
    points = axes.bbox.height / (high - low)
    last = None
    for x, y, name in sorted(ends, key=lambda end: end[1]):
        at = (y - low) * points
        moved = at if last is None else max(at, last + _LINE)
        offset = (6, moved - at)
        axes.annotate(
            name, (x, y), xytext=offset, textcoords="offset points", color=TEXT, fontsize=NORMAL, va="center"
        )
        last = moved


def percent(axis: "Axes", *, x: bool = False, y: bool = False) -> None:
    from matplotlib.ticker import FuncFormatter

    as_percent = FuncFormatter(lambda share, _: f"{100 * share:.0f} %")
    if x:
        axis.xaxis.set_major_formatter(as_percent)
    if y:
        axis.yaxis.set_major_formatter(as_percent)


def drawn(
    paint: Callable[[Sheet], None],
    *,
    name: str,
    title: str,
    description: str,
    height: float,
    width: float = WIDTH,
) -> str:
    """The picture as an SVG element to stand inside a page. `name` is unique there."""
    with _one_at_a_time:
        from matplotlib import rc_context
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        with rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "text.parse_math": False}):
            figure = Figure(figsize=(width / _UNIT, height / _UNIT), dpi=_UNIT)
            FigureCanvasSVG(figure)
            sheet = Sheet(figure, width, height)
            paint(sheet)
            made = io.StringIO()
            figure.savefig(made, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _for_a_page(made.getvalue(), sheet.said, name=name, title=title, description=description)


def _for_a_page(svg: str, said: list[str], *, name: str, title: str, description: str) -> str:
    root = ElementTree.fromstring(svg)
    for part in list(root):
        if part.tag == f"{{{_SVG}}}metadata" or part.find(f"{{{_SVG}}}style") is not None:
            root.remove(part)
    for part in root.iter():
        _made_the_page_s_own(part, name, said)
    box = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib |= {
        "viewBox": box,
        "class": "picture",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
        "stroke-linejoin": "round",
    }
    for position, (kind, text) in enumerate((("title", title), ("desc", description))):
        told = ElementTree.Element(f"{{{_SVG}}}{kind}", {"id": f"{name}-{kind}"})
        told.text = text
        root.insert(position, told)
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _made_the_page_s_own(part: ElementTree.Element, name: str, said: list[str]) -> None:
    """Style becomes attributes, colours the page's, ids unlike those of the page's other pictures."""
    style = part.attrib.pop("style", "")
    for rule in filter(None, style.split(";")):
        key, _, value = rule.partition(":")
        if key.strip() != "font-family":
            part.set(key.strip(), _OF_THE_PAGE.get(value.strip(), value.strip()))
    if part.tag == f"{{{_SVG}}}g":
        part.attrib.pop("id", None)
    if "id" in part.attrib:
        part.set("id", f"{name}-{part.get('id')}")
    if "clip-path" in part.attrib:
        part.set("clip-path", part.get("clip-path", "").replace("url(#", f"url(#{name}-"))
    if _HREF in part.attrib:
        part.set("href", f"#{name}-{part.attrib.pop(_HREF)[1:]}")
    if part.text and part.tag == f"{{{_SVG}}}text":
        part.text = _TOKEN.sub(lambda found: said[int(found.group(1))], part.text)

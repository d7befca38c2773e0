"""Pictures of a model: they take their colours from the page, bring nothing with them, and say all as a table too."""

import subprocess
import sys
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from bot.pictures.confusion import MOST_IN_A_SQUARE, confusion
from bot.pictures.control_chart import Week, control_chart
from bot.pictures.curve import learning_curve
from bot.pictures.reliability import reliability
from bot.pictures.sheet import Picture
from bot.pictures.thresholds import thresholds
from triage.learning.report import Bin, CurvePoint, Mixed, ModelReport, Step

SVG = "{http://www.w3.org/2000/svg}"
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def a_report(categories: int = 3) -> ModelReport:
    keys = [f"c{number}" for number in range(categories)]
    right = tuple(Mixed(key, key, 9) for key in keys)
    return ModelReport(
        messages=10 * categories,
        strays=0,
        since=MONDAY,
        until=MONDAY,
        accuracy=0.9,
        macro_f1=0.9,
        coverage=0.8,
        precision_decided=0.95,
        strays_left_alone=0.0,
        ece=0.021,
        brier=0.08,
        critical=0,
        critical_recall=None,
        critical_precision=None,
        per_class=(),
        confusion=(*right, *(Mixed(key, keys[row - 1], 1 + row) for row, key in enumerate(keys))),
        reliability=(Bin(0.4, 0.5, 3, 0.45, 0.33), Bin(0.9, 1.0, 27, 0.96, 1.0)),
        thresholds=(Step(0.0, 1.0, 0.9, 30), Step(0.5, 0.8, 0.95, 24), Step(0.95, 0.0, 0.0, 0)),
        by_channel=(),
        by_length=(),
        by_time=(),
        learning_curve=(CurvePoint(10, 0.7, 0.6), CurvePoint(20, 0.9, 0.89)),
    )


def all_of(report: ModelReport) -> list[Picture]:
    week = Week("2 March", 0.4, 0.1, 0.3, 60, out=True)
    return [
        confusion(report, {"c1": "Payroll & <pay> $5"}),
        reliability(report),
        thresholds(report),
        learning_curve(report),
        control_chart("abstained", "Left open more often than usual", [week], unit="Left open"),
    ]


@pytest.mark.parametrize("picture", all_of(a_report()), ids=lambda picture: picture.name)
def test_a_picture_stands_inside_a_page_of_either_theme(picture: Picture) -> None:
    root = ElementTree.fromstring(picture.svg)
    assert root.get("role") == "img"
    told = {part.get("id"): part.text for part in root if part.tag in (f"{SVG}title", f"{SVG}desc")}
    assert told == {f"{picture.name}-title": picture.title, f"{picture.name}-desc": picture.description}
    assert root.get("aria-labelledby", "").split() == list(told)
    # The console's content policy forbids inline style, and no letter or file comes from elsewhere.
    assert not [part for part in root.iter() if "style" in part.attrib or part.tag == f"{SVG}style"]
    assert "font-family" not in picture.svg
    assert "http" not in picture.svg.replace("http://www.w3.org/2000/svg", "")
    colours = {part.get(side) for part in root.iter() for side in ("fill", "stroke")} - {None, "none"}
    assert all(colour.startswith("var(--") for colour in colours if colour), colours


def test_no_two_pictures_of_a_page_share_an_id() -> None:
    ids = [part.get("id") for one in all_of(a_report()) for part in ElementTree.fromstring(one.svg).iter()]
    named = [found for found in ids if found]
    assert len(named) == len(set(named))


def test_the_same_report_is_drawn_the_same_way() -> None:
    first = thresholds(a_report()).svg
    thresholds.cache_clear()
    assert thresholds(a_report()).svg == first


def test_a_dozen_categories_make_a_square_and_eighty_the_worst_pairs() -> None:
    square, many = confusion(a_report(MOST_IN_A_SQUARE), {}), confusion(a_report(80), {})
    assert square.svg.count(">9<") == MOST_IN_A_SQUARE + 2  # right in each; once wrong; the ninth column
    assert "c79 → c78" in many.svg
    assert "c2 → c1" not in many.svg
    assert many.title == "Mixed up most: c79, taken for c78 80 of 89 times"
    assert all(said != thought for said, thought, _ in many.rows)


def test_names_are_shown_as_they_are_whatever_letters_they_have(recwarn: pytest.WarningsRecorder) -> None:
    picture = confusion(a_report(), {"c0": "電子メール", "c1": "<b>$x$</b>", "c2": "~1~"})
    text = "".join(ElementTree.fromstring(picture.svg).itertext())
    assert "電子メール" in text
    assert "<b>$x$</b>" in text
    assert "~1~" in text
    assert not recwarn.list


def test_a_report_about_nothing_is_drawn_too() -> None:
    nothing = ModelReport.from_json(
        a_report().as_json()
        | {"messages": 0, "coverage": 0.0, "ece": 0.0}
        | {kept: [] for kept in ("confusion", "reliability", "thresholds", "learning_curve")}
    )
    titles = [picture.title for picture in all_of(nothing)]
    assert titles[:4] == [
        "There is nothing to compare yet",
        "There are no chances to check yet",
        "As it stands, it decides nothing by itself",
        "Too little to draw a learning curve",
    ]


def test_whoever_draws_nothing_loads_no_matplotlib() -> None:
    probe = "import sys, bot.pictures.confusion, bot.web.app; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0

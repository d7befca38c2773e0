"""Control charts: whether a figure moves more than chance moves it. Pure.

Shares get a p-chart, three standard errors wide, week by week as many as were counted (NIST/SEMATECH e-Handbook of
Statistical Methods, 6.3.3.2). Counts of tickets vary more than coin tosses do, so the limits are widened by how much
they have varied from week to week (Laney, "Improved control charts for attributes", Quality Engineering 14, 2002). A
mean gets a chart of individual values, from their moving range (e-Handbook, 6.3.2.2). Besides points outside, nine in
a row on one side of the middle are flagged (Nelson, Journal of Quality Technology 16, 1984): a slow drift.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

WIDTH = 3.0
# Nobody needs to know of a mean that moved by a point.
_NO_NEWS = 0.01
# The mean moving range of two normal values is so many standard deviations.
_MOVING_RANGE = 1.128
# Nine in a row on one side: one false alarm in 256.
IN_A_ROW = 9
# A middle that fewer weeks make says little.
FEWEST_WEEKS = 5
# Fewer cases in a week are not judged.
FEWEST_CASES = 10


@dataclass(frozen=True)
class Week:
    """What was counted: `value` is a share, or a mean, over `count` cases."""

    name: str
    value: float
    count: int


@dataclass(frozen=True)
class Point:
    name: str
    value: float
    count: int
    low: float
    high: float
    outside: bool
    drifting: bool

    @property
    def flagged(self) -> bool:
        return self.outside or self.drifting


@dataclass(frozen=True)
class Chart:
    """`centre` is None while there are too few weeks to know what is usual; then nothing is flagged."""

    name: str
    title: str
    centre: float | None
    points: tuple[Point, ...]

    @property
    def flagged(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.flagged)

    @property
    def moved_lately(self) -> bool:
        """Whether the newest week is out of control: what somebody should look at now."""
        return bool(self.points) and self.points[-1].flagged


def share_chart(name: str, title: str, weeks: Sequence[Week]) -> Chart:
    """Oldest week first; each week's value is a share of its count."""
    usual = _usual(weeks)
    counted = sum(week.count for week in usual)
    if len(usual) < FEWEST_WEEKS or not counted:
        return _unjudged(name, title, weeks)
    centre = sum(week.value * week.count for week in usual) / counted
    # What has never happened yet may happen once without being news.
    least = 0.5 / (counted + 1)
    likely = min(max(centre, least), 1 - least)
    spread = sqrt(likely * (1 - likely))
    off = [(week.value - centre) / (spread / sqrt(week.count)) for week in usual]
    wider = max(1.0, _moving(off) / _MOVING_RANGE)
    limits = [WIDTH * wider * spread / sqrt(max(1, week.count)) for week in weeks]
    return Chart(name, title, centre, _points(weeks, centre, limits))


def mean_chart(name: str, title: str, weeks: Sequence[Week]) -> Chart:
    """Oldest week first; each week's value is a mean."""
    usual = _usual(weeks)
    if len(usual) < FEWEST_WEEKS:
        return _unjudged(name, title, weeks)
    centre = sum(week.value for week in usual) / len(usual)
    limit = max(_NO_NEWS, WIDTH * _moving([week.value for week in usual]) / _MOVING_RANGE)
    return Chart(name, title, centre, _points(weeks, centre, [limit] * len(weeks)))


def _usual(weeks: Sequence[Week]) -> list[Week]:
    """All that count but the newest, which is the one to judge."""
    return [week for week in weeks[:-1] if week.count >= FEWEST_CASES]


def _moving(values: Sequence[float]) -> float:
    """How much neighbours differ on average."""
    if len(values) < 2:
        return 0.0
    return sum(abs(b - a) for a, b in pairwise(values)) / (len(values) - 1)


def _points(weeks: Sequence[Week], centre: float, limits: Sequence[float]) -> tuple[Point, ...]:
    points, side, in_a_row = [], 0, 0
    for week, limit in zip(weeks, limits, strict=True):
        low, high = max(0.0, centre - limit), min(1.0, centre + limit)
        judged = week.count >= FEWEST_CASES
        if judged:
            here = (week.value > centre) - (week.value < centre)
            in_a_row = in_a_row + 1 if here and here == side else abs(here)
            side = here
        outside = judged and not low <= week.value <= high
        drifting = judged and in_a_row >= IN_A_ROW
        points.append(Point(week.name, week.value, week.count, low, high, outside, drifting))
    return tuple(points)


def _unjudged(name: str, title: str, weeks: Sequence[Week]) -> Chart:
    points = tuple(Point(week.name, week.value, week.count, 0.0, 1.0, False, False) for week in weeks)
    return Chart(name, title, None, points)

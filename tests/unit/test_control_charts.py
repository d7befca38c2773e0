"""Control charts: chance is left alone, a jump and a slow drift are flagged."""

import random

import pytest

from triage.learning.control import Chart, Week, mean_chart, share_chart


def shares(*values: float, count: int = 100) -> list[Week]:
    return [Week(f"w{number}", value, count) for number, value in enumerate(values)]


def flagged(chart: Chart) -> list[str]:
    return [point.name for point in chart.flagged]


def test_a_jump_is_flagged_and_what_came_before_is_not() -> None:
    chart = share_chart("x", "X", shares(0.20, 0.22, 0.19, 0.21, 0.20, 0.18, 0.45))
    assert flagged(chart) == ["w6"]
    assert chart.moved_lately
    assert chart.centre == pytest.approx(0.2)


def test_the_limits_are_those_of_the_handbook() -> None:
    point = share_chart("x", "X", shares(*[0.2] * 6)).points[0]
    assert point.high == pytest.approx(0.2 + 3 * (0.2 * 0.8 / 100) ** 0.5)
    assert point.low == pytest.approx(0.2 - 3 * (0.2 * 0.8 / 100) ** 0.5)


def test_a_small_week_has_wide_limits_and_a_tiny_one_is_not_judged() -> None:
    weeks = shares(0.2, 0.22, 0.18, 0.21, 0.19, 0.2)
    assert flagged(share_chart("x", "X", [*weeks, Week("few", 0.35, 20)])) == []
    assert flagged(share_chart("x", "X", [*weeks, Week("none", 1.0, 9)])) == []


def test_too_few_weeks_flag_nothing() -> None:
    for chart in (share_chart, mean_chart):
        made = chart("x", "X", shares(0.2, 0.9, 0.1))
        assert made.centre is None
        assert flagged(made) == []


def test_what_has_always_jumped_may_go_on_jumping() -> None:
    wild = shares(0.1, 0.5, 0.1, 0.5, 0.1, 0.5, 0.1, 0.5)
    assert flagged(share_chart("x", "X", wild)) == []


def test_a_slow_drift_is_flagged_though_each_week_lies_inside() -> None:
    low, high = [0.195, 0.205] * 2, [0.215 + 0.001 * (n % 2) for n in range(9)]
    chart = share_chart("x", "X", shares(*low, *low, *high))
    assert not any(point.outside for point in chart.points)
    assert flagged(chart) == ["w16"]


def test_chance_alone_is_rarely_flagged() -> None:
    """About three points in a thousand lie outside of three standard errors."""
    luck = random.Random(7)
    false = 0
    for _ in range(100):
        weeks = shares(*(sum(luck.random() < 0.3 for _ in range(200)) / 200 for _ in range(20)), count=200)
        false += sum(point.outside for point in share_chart("x", "X", weeks).points)
    assert false <= 15


def test_a_mean_that_falls_is_flagged() -> None:
    chart = mean_chart("x", "X", shares(0.80, 0.81, 0.79, 0.80, 0.82, 0.80, 0.60))
    assert flagged(chart) == ["w6"]


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_what_never_varies_flags_nothing(value: float) -> None:
    assert flagged(share_chart("x", "X", shares(*[value] * 7))) == []
    assert flagged(mean_chart("x", "X", shares(*[value] * 7))) == []

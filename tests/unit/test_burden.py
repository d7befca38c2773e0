"""What work weighs, and how evenly it lies."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.oncall.burden import (
    Work,
    burden_of,
    burden_of_cover,
    burden_of_page,
    gini,
    missed,
)
from triage.oncall.rules import CareRules
from triage.vocabulary import Urgency

RULES = CareRules()
NOW = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)
FIGURES = st.lists(st.floats(0, 1e6), max_size=30)


def test_night_counts_double_and_hostility_half_again() -> None:
    plain = burden_of(Work(30, Urgency.MEDIUM), RULES)
    assert plain == 30
    assert burden_of(Work(30, Urgency.MEDIUM, after_hours=True), RULES) == 60
    assert burden_of(Work(30, Urgency.MEDIUM, hostile=True), RULES) == 45
    assert burden_of(Work(30, Urgency.CRITICAL, after_hours=True, hostile=True), RULES) == pytest.approx(162)


def test_every_ticket_costs_a_little_and_none_costs_the_whole_day() -> None:
    assert burden_of(Work(0, Urgency.MEDIUM), RULES) == RULES.least_minutes
    assert burden_of(Work(9999, Urgency.MEDIUM), RULES) == RULES.most_minutes


def test_being_asked_costs_something_and_more_at_night() -> None:
    by_day = burden_of_page(Work(0, Urgency.HIGH), RULES)
    assert 0 < by_day < burden_of_page(Work(0, Urgency.HIGH, after_hours=True), RULES)


def test_covering_a_shift_counts_as_load() -> None:
    day = burden_of_cover(timedelta(hours=8), RULES)
    assert day == pytest.approx(72)
    assert burden_of_cover(timedelta(hours=8), RULES, at_night=True) == pytest.approx(144)


def test_who_was_away_is_weighed_by_the_days_they_were_there() -> None:
    fortnight = timedelta(days=14)
    # As much a day as the others: after that, all three stand alike.
    assert missed({1: 50, 2: 100, 3: 100}, {1: fortnight}, rules=RULES) == {1: 50, 2: 0, 3: 0}
    # Away all the time, they come back as somebody average.
    assert missed({1: 0, 2: 100}, {1: RULES.burden_over}, rules=RULES) == {1: 100, 2: 0}
    assert missed({1: 0}, {1: RULES.burden_over}, rules=RULES) == {1: 0}
    assert missed({1: 30, 2: 60}, {}, rules=RULES) == {1: 0, 2: 0}


def test_gini_of_equal_shares_is_zero_and_of_one_who_has_all_is_nearly_one() -> None:
    assert gini([7, 7, 7, 7]) == pytest.approx(0)
    assert gini([0, 0, 0, 12]) == pytest.approx(0.75)
    assert gini([]) == gini([0, 0]) == 0


@given(FIGURES)
def test_gini_lies_between_zero_and_one_and_knows_no_order(figures: list[float]) -> None:
    assert 0 <= gini(figures) <= 1
    assert gini(figures) == gini(figures[::-1])


@given(FIGURES, st.floats(0.1, 100))
def test_gini_does_not_depend_on_the_unit(figures: list[float], factor: float) -> None:
    assert gini([figure * factor for figure in figures]) == pytest.approx(gini(figures), abs=1e-6)

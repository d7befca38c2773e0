"""What Slack's own limits hold up is no fault of the desk's."""

import pytest

from bot.slack.budget import Pace
from tests.chaos.pace import allowed, last_of


def test_a_burst_goes_at_once_and_the_rest_at_the_pace() -> None:
    pace = Pace(every=2.0, burst=3)
    assert last_of([10.0] * 3, pace) == 10.0
    assert last_of([10.0] * 5, pace) == 14.0
    assert last_of([10.0] * 5 + [100.0], pace) == 100.0


def test_a_run_with_few_changes_has_the_time_that_the_readme_says() -> None:
    assert allowed([], healed_at=50.0, settles_within=90.0) == 90.0
    assert allowed([1.0] * 20, healed_at=50.0, settles_within=90.0) == 90.0


def test_many_changes_take_as_long_as_slack_takes_for_them() -> None:
    assert allowed([100.0] * 110, healed_at=100.0, settles_within=90.0) == pytest.approx(150.0)
    # Stamped by a clock that was years ahead.
    assert allowed([9e9] * 110, healed_at=100.0, settles_within=90.0) == pytest.approx(162.0)

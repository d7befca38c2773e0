"""Which lines only make sense after another one."""

import pytest

from triage.tickets.bursts import leans_back


@pytest.mark.parametrize(
    "line",
    ["it's the one in room 4", "It also asks for my password", "and it beeps", "the one on floor 2", "same on my phone",
     "on my laptop", "only in the office", "because I moved desks", "they’re all new"],
)  # fmt: skip
def test_what_points_back_completes_a_question(line: str) -> None:
    assert leans_back(line)


@pytest.mark.parametrize(
    "line",
    ["my headset has no sound", "And how do I book my parental leave?", "IT lost my laptop? no, I forgot my password",
     "on my laptop there is no sound in any meeting", "itinerary for Friday", "the printer is jammed", ""],
)  # fmt: skip
def test_what_could_stand_alone_does_not(line: str) -> None:
    assert not leans_back(line)

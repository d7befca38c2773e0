"""What an explanation names are words of the matter, not of the sentence."""

import pytest

from triage.classifier import starter
from triage.classifier.explanation import FILLERS


@pytest.mark.parametrize(
    "said",
    [
        "Also can you reset my password?",
        "However, my password was reset because somebody else already did something",
        "Although the printer is on, nobody can print anyway, and yet I should",
        "Hello, maybe the VPN drops whenever I am travelling, again and again, thanks",
    ],
)
def test_conjunctions_and_the_like_explain_nothing(said: str) -> None:
    named = {word for word, _ in starter.classifier().decide(said).words}
    small = "also however because somebody else already something although anyway yet should hello maybe"
    assert named
    assert not named & set(f"{small} whenever thanks".split())


def test_words_that_tell_something_are_no_fillers() -> None:
    assert (
        not {"slow", "down", "broken", "error", "failed", "stuck", "new", "access", "nobody", "again"}
        & FILLERS
    )

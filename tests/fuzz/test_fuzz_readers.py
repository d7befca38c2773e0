"""Every reader of outside input ends with a result or a refusal of its own, and never with markup that lives.

The same for minutes: `python -m tests.fuzz`.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .scraps import READERS, scraps
from .targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_is_surprised_by_nothing(name: str) -> None:
    @settings(max_examples=25, database=None, deadline=None)
    @given(scraps(name))
    def holds(text: str) -> None:
        TARGETS[name](text)

    holds()


@pytest.mark.parametrize("name", TARGETS)
def test_nor_by_plain_nonsense(name: str) -> None:
    @settings(max_examples=10, database=None, deadline=None)
    @given(st.text(max_size=200))
    def holds(text: str) -> None:
        TARGETS[name](text)

    holds()


def test_every_reader_has_its_scraps() -> None:
    assert set(READERS) == TARGETS.keys()

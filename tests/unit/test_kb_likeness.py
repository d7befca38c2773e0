"""Finding like texts among many: best first, later texts at once, replaced and removed ones gone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.likeness import Likeness

TEXTS = [
    (1, "The VPN drops every ten minutes"),
    (2, "I cannot print on the third floor"),
    (3, "My VPN connection is dropping all the time"),
    (4, "How do I book leave?"),
]


def _keys(likeness: Likeness, text: str, **how: float) -> list[int]:
    return [near.key for near in likeness.near(text, **how)]  # type: ignore[arg-type]


def test_the_most_like_comes_first_and_strangers_do_not_come_at_all() -> None:
    likeness = Likeness.of(TEXTS)
    assert _keys(likeness, "vpn drops") == [1, 3]
    assert _keys(likeness, "the projector hums") == []
    assert _keys(likeness, "") == []


def test_the_same_text_is_as_like_as_can_be() -> None:
    (near, *_) = Likeness.of(TEXTS).near("How do I book leave?")
    assert near.key == 4
    assert near.likeness > 0.999


def test_a_later_text_is_found_and_replaces_what_had_its_key() -> None:
    before = Likeness.of(TEXTS)
    after = before.plus([(5, "the projector hums"), (4, "the coffee machine leaks")])
    assert _keys(after, "projector") == [5]
    assert _keys(after, "book leave") == []
    assert _keys(after, "coffee") == [4]
    assert len(after) == 5
    assert _keys(before, "book leave") == [4], "the set it came from stays as it was"


def test_what_was_taken_out_is_not_found_even_after_more_came_in() -> None:
    likeness = Likeness.of(TEXTS).without([1]).plus([(6, "printer jam")])
    assert _keys(likeness, "vpn drops") == [3]
    assert len(likeness) == 4


def test_many_later_texts_are_weighted_like_those_built_at_once() -> None:
    texts = [(number, f"word{number % 37} thing{number % 11} other{number}") for number in range(1_500)]
    at_once = Likeness.of(texts)
    grown = Likeness.of(texts[:100])
    for start in range(100, 1_500, 100):
        grown = grown.plus(texts[start : start + 100])
    assert len(grown) == 1_500
    assert _keys(grown, "word5 other42", count=3)[0] == _keys(at_once, "word5 other42", count=3)[0] == 42


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12), st.text(max_size=80))
def test_any_text_can_be_held_and_asked_for(texts: list[str], asked: str) -> None:
    likeness = Likeness.of(list(enumerate(texts[:6]))).plus(list(enumerate(texts[6:], start=6)))
    assert all(0 < near.likeness <= 1 for near in likeness.near(asked))

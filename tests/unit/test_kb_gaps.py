"""Gaps: what belongs together is put together and named, whatever the order; what one person alone asked is none."""

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.gaps import Asked, Gap, gaps

VPN = (
    "VPN drops every few minutes on the train",
    "the vpn drops on the train again",
    "On the train my VPN drops all the time",
)
BADGE = (
    "My badge does not open the parking gate",
    "Parking gate stays shut, badge does nothing",
    "badge will not open the gate of the parking",
)
OTHERS = (
    "Where is the canteen menu",
    "I need a second monitor",
    "Excel macros are blocked",
    "Calendar shows the wrong time zone",
)


def asked(*texts: str, first: int = 1, person: int | None = None, minutes: float = 0.0) -> list[Asked]:
    return [
        Asked(first + n, person if person is not None else first + n, text, minutes)
        for n, text in enumerate(texts)
    ]


def test_questions_about_the_same_thing_make_one_gap_with_a_name() -> None:
    found = gaps([*asked(*VPN), *asked(*BADGE, first=10), *asked(*OTHERS, first=20)])

    assert [sorted(gap.keys) for gap in found] == [[1, 2, 3], [10, 11, 12]]
    vpn, badge = found
    assert "vpn" in vpn.name
    assert "train" in vpn.name
    assert "badge" in badge.name
    assert (vpn.people, badge.people) == (3, 3)


def test_what_cost_the_desk_most_comes_first() -> None:
    found = gaps([*asked(*VPN, minutes=10), *asked(*BADGE, first=10, minutes=40)])

    assert [gap.minutes for gap in found] == [120, 30]


def test_three_times_by_one_person_is_no_gap() -> None:
    assert gaps(asked(*VPN, person=1)) == []


def test_two_people_are_enough_and_are_counted_once_each() -> None:
    questions = [*asked(*VPN[:2], person=1), *asked(VPN[2], first=3, person=2)]

    (gap,) = gaps(questions)

    assert (gap.people, len(gap.keys)) == (2, 3)


def test_a_chain_of_neighbours_makes_no_heap() -> None:
    """Each like the next, the first not like the last."""
    words = [f"word{chr(97 + n)}" for n in range(24)]
    chain = [" ".join(words[n : n + 3]) for n in range(22)]

    found = gaps(asked(*chain))

    assert found
    assert max(len(gap.keys) for gap in found) < 8


def test_the_first_key_is_the_most_typical_question() -> None:
    typical = "VPN drops on the train"
    (gap,) = gaps(asked("VPN drops on the train to Leeds since Monday", typical, "vpn drops, train"))

    assert gap.keys[0] == 2


def test_nothing_asked_makes_no_gaps() -> None:
    assert gaps([]) == []
    assert gaps(asked("", "?", ":tada:", "the the the")) == []


WORDS = st.lists(
    st.sampled_from(
        ["vpn", "drops", "train", "printer", "label", "blank", "badge", "gate", "Ada", "the", "ünï"]
    ),
    max_size=6,
).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(WORDS, st.integers(1, 5), st.floats(0, 120)), max_size=30), st.randoms())
def test_the_same_questions_make_the_same_gaps_in_any_order(
    given_: list[tuple[str, int, float]], random: object
) -> None:
    questions = [Asked(n, person, text, minutes) for n, (text, person, minutes) in enumerate(given_)]
    shuffled = questions.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    found = gaps(questions)

    assert gaps(shuffled) == found
    keys = [key for gap in found for key in gap.keys]
    assert len(keys) == len(set(keys)), "a question is in one gap at the most"
    for gap in found:
        _holds_together(gap, questions)


def _holds_together(gap: Gap, questions: list[Asked]) -> None:
    members = [question for question in questions if question.key in gap.keys]
    assert gap.people == len({question.person for question in members}) >= 2
    assert gap.minutes == round(sum(question.minutes for question in members), 1)
    assert gap.name

"""The two sides of a dataset: the newest window judges, two people where they can, and no family is on both."""

from dataclasses import replace
from datetime import timedelta

import pytest
from factories import NOW
from hypothesis import given
from hypothesis import strategies as st

from triage.learning.dataset import DatasetSettings, dataset_of
from triage.learning.families import families
from triage.learning.labelled import LabelledMessage
from triage.learning.windows import split

FEW = DatasetSettings(fewest_audited=5)


def message(number: int, *, standing: int = 1, family: int | None = None) -> LabelledMessage:
    return LabelledMessage(
        ref=f"ticket:{number}",
        text=f"text {number}",
        category="printing",
        urgency=None,
        at=NOW + timedelta(hours=number),
        channel_id="CHELP",
        by=(7,),
        standing=standing,
        family=number if family is None else family,
    )


def numbers(side: tuple[LabelledMessage, ...]) -> list[int]:
    return [int(one.ref.partition(":")[2]) for one in side]


def test_the_newest_fifth_judges_and_the_older_part_is_learned_from() -> None:
    sides = split([message(n) for n in range(50)], FEW)
    assert (numbers(sides.learn), numbers(sides.judge)) == (list(range(40)), list(range(40, 50)))


def test_where_enough_were_labelled_by_two_they_alone_judge_and_the_others_are_still_learned_from() -> None:
    messages = [message(n, standing=2 if n % 2 else 1) for n in range(50)]
    sides = split(messages, FEW)
    assert numbers(sides.judge) == [41, 43, 45, 47, 49]
    assert set(numbers(sides.learn)) == set(range(50)) - set(numbers(sides.judge))


def test_a_desk_may_keep_its_whole_judging_window_from_what_is_learned() -> None:
    messages = [message(n, standing=2 if n % 2 else 1) for n in range(50)]
    sides = split(messages, replace(FEW, learn_unaudited=False))
    assert numbers(sides.learn) == list(range(40))


def test_the_window_reaches_further_back_to_find_enough_that_two_agree_on() -> None:
    sides = split([message(n, standing=2 if 30 <= n < 36 else 1) for n in range(50)], FEW)
    assert numbers(sides.judge) == [31, 32, 33, 34, 35]


def test_it_does_not_reach_back_past_half_of_what_there_is() -> None:
    sides = split([message(n, standing=2 if n < 10 else 1) for n in range(50)], FEW)
    assert numbers(sides.judge) == list(range(40, 50))


def test_a_family_that_began_before_the_window_is_learned_from() -> None:
    messages = [message(n, family=3 if n in (3, 45) else None) for n in range(50)]
    sides = split(messages, FEW)
    assert 45 in numbers(sides.learn)
    assert 45 not in numbers(sides.judge)


def test_a_twin_of_a_judged_message_is_on_neither_side() -> None:
    messages = [
        message(n, standing=2 if n % 2 else 1, family=41 if n in (41, 44) else None) for n in range(50)
    ]
    sides = split(messages, FEW)
    assert sides.twins == 1
    assert 44 not in numbers(sides.learn) + numbers(sides.judge)


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 20)), max_size=60),
    st.booleans(),
)
def test_nothing_is_on_both_sides_and_nothing_is_lost(rows: list[tuple[int, int]], learn: bool) -> None:
    first: dict[int, int] = {}
    messages = [
        message(n, standing=standing, family=first.setdefault(family, n))
        for n, (standing, family) in enumerate(rows)
    ]
    sides = split(messages, replace(FEW, learn_unaudited=learn))
    assert not {one.family for one in sides.learn} & {one.family for one in sides.judge}
    if learn:
        assert len(sides.learn) + len(sides.judge) + sides.twins == len(messages)
    assert len({one.ref for one in (*sides.learn, *sides.judge)}) == len(sides.learn) + len(sides.judge)


def test_two_messages_are_learned_from_and_none_judges() -> None:
    sides = split([message(0), message(1)], FEW)
    assert (len(sides.learn), len(sides.judge)) == (2, 0)


def test_the_hash_tells_content_and_not_order_or_who_labelled() -> None:
    messages = [message(n) for n in range(50)]
    made = dataset_of(messages, now=NOW)
    relabelled = [replace(one, by=(9,)) for one in messages]
    assert dataset_of(relabelled, now=NOW).hash == made.hash
    shuffled = replace(made, learn=made.learn[::-1])
    assert made.learn != shuffled.learn
    for changed in ({"category": "email"}, {"text": "other"}, {"ref": "ticket:99"}):
        other = [replace(messages[0], **changed), *messages[1:]]
        assert dataset_of(other, now=NOW).hash != made.hash


# Families


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Printer on floor 3 prints blank pages", "printer on floor 4 prints blank pages!"),
        ("Please reset my password", "reset my password please"),
        ("Disk usage 91% on host 12 is over limit", "Disk usage 97% on host 7 is over limit"),
    ],
)
def test_near_identical_texts_are_a_family(one: str, other: str) -> None:
    assert families([one, "the coffee machine is empty", other]) == (0, 1, 0)


def test_texts_that_only_share_words_are_not() -> None:
    texts = ["VPN drops every ten minutes", "VPN asks for a second code", "printer drops paper"]
    assert families(texts) == (0, 1, 2)


def test_linked_tickets_are_a_family_and_families_that_share_a_member_are_one() -> None:
    texts = ["mail is down", "no mail since nine", "is the mail server dead", "mail is down"]
    assert families(texts, [(1, 2), (2, 3)]) == (0, 0, 0, 0)


def test_texts_without_words_are_a_family_only_with_the_same() -> None:
    assert families(["???", "!!", "???"]) == (0, 1, 0)


SOME = ("vpn", "mail", "printer", "drops", "slow", "broken", "again", "today", "floor", "three")
WORDS = st.lists(st.sampled_from(SOME), max_size=9)


@given(st.lists(WORDS.map(" ".join), max_size=12))
def test_no_pair_that_is_near_enough_is_missed(texts: list[str]) -> None:
    found = families(texts)
    for a, one in enumerate(texts):
        for b, other in enumerate(texts):
            x, y = set(one.split()), set(other.split())
            if x and y and len(x & y) >= 0.8 * len(x | y):
                assert found[a] == found[b]

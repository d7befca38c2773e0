"""Past questions vote: the likest speak for what solved them, against what did not, and popularity helps a little."""

import random

import numpy as np
import pytest

from kb.meaning.vectors import to_codes
from kb.memory_set import Known, Memory

VPN, PRINTER, LEAVE = 1, 2, 3
PAST = [
    Known(10, "the tunnel closes while I travel", VPN),
    Known(11, "tunnel closes in the hotel", VPN),
    Known(12, "paper jam on floor three", PRINTER),
]


def test_a_like_question_speaks_for_what_solved_it() -> None:
    votes = Memory.of(PAST).votes("my tunnel closes in every hotel", None)
    assert set(votes) == {VPN}
    assert votes[VPN].words > 0
    assert votes[VPN].solved[0] == "tunnel closes in the hotel"


def test_the_more_of_them_the_louder() -> None:
    one = Memory.of(PAST[:1]).votes("tunnel closes", None)[VPN].words
    two = Memory.of(PAST[:2]).votes("tunnel closes", None)[VPN].words
    assert two > one


def test_what_did_not_help_speaks_against_and_is_no_reason() -> None:
    memory = Memory.of([Known(1, "tunnel closes", VPN, helped=False, rank=1)])
    vote = memory.votes("tunnel closes", None)[VPN]
    assert vote.words < 0
    assert vote.solved == ()


def test_a_failure_that_was_perhaps_never_read_says_less() -> None:
    first, third = (
        Memory.of([Known(1, "tunnel closes", VPN, helped=False, rank=rank)]).votes("tunnel closes", None)
        for rank in (1, 3)
    )
    assert first[VPN].words < third[VPN].words < 0


def test_success_far_down_counts_more_because_fewer_look_there() -> None:
    first, third = (Memory.of([Known(1, "tunnel closes", VPN, rank=rank)]) for rank in (1, 3))
    assert third.record(VPN).solved > first.record(VPN).solved


def test_nothing_is_popular_before_anything_is_known() -> None:
    assert Memory.of([]).popularity(VPN, 50) == 0
    memory = Memory.of(PAST)
    assert memory.popularity(VPN, 50) > memory.popularity(PRINTER, 50) > 0 > memory.popularity(LEAVE, 50)


def test_an_article_that_stops_helping_sinks_and_one_that_helps_does_not() -> None:
    good = [Known(number, f"question {number}", PRINTER) for number in range(20)]
    bad = [Known(100 + number, f"question {number}", VPN, helped=False, rank=1) for number in range(8)]
    memory = Memory.of(good + bad)
    assert memory.sinking(VPN) < -1
    assert memory.sinking(PRINTER) == 0
    assert memory.sinking(LEAVE) == 0


def test_one_failure_is_no_verdict() -> None:
    good = [Known(number, f"question {number}", PRINTER) for number in range(20)]
    memory = Memory.of([*good, Known(100, "tunnel", VPN, helped=False, rank=1)])
    assert -0.5 < memory.sinking(VPN) < 0


def test_a_confirmed_question_counts_at_once_and_a_forgotten_one_no_longer() -> None:
    memory = Memory.of(PAST).plus([Known(13, "coffee machine leaks", LEAVE)])
    assert set(memory.votes("the coffee machine leaks", None)) == {LEAVE}
    assert memory.without([13]).votes("the coffee machine leaks", None) == {}
    assert len(memory.without([13])) == 3


def test_the_newest_word_about_the_same_question_replaces() -> None:
    memory = Memory.of(PAST).plus([Known(10, "the tunnel closes while I travel", VPN, helped=False, rank=1)])
    assert memory.votes("tunnel closes while I travel", None)[VPN].words < 0


def test_questions_of_like_meaning_speak_without_a_word_in_common() -> None:
    meant = to_codes(np.array([[1.0, 0.1, 0.0], [0.9, 0.2, 0.1], [0.0, 0.0, 1.0]], dtype=np.float32))
    memory = Memory.of(PAST, {known.key: codes for known, codes in zip(PAST, meant, strict=True)})
    votes = memory.votes("wording nobody used", np.array([1.0, 0.0, 0.0], dtype=np.float32))
    assert set(votes) == {VPN}
    assert votes[VPN].words == 0 < votes[VPN].meaning
    assert len(votes[VPN].solved) == 2


def test_leaving_rows_out_is_as_if_they_had_never_been_learned() -> None:
    rng = random.Random(5)
    words = [f"word{rng.randrange(40)} word{rng.randrange(40)} word{rng.randrange(9)}" for _ in range(60)]
    past = [
        Known(
            number,
            f"tunnel {said} only{number}",
            number % 3 + 1,
            helped=number % 4 > 0,
            rank=number % 3 + 1,
        )
        for number, said in enumerate(words)
    ]
    vectors = np.random.default_rng(1).normal(size=(60, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    meant = {number: to_codes(vectors[number][None, :])[0] for number in range(60)}
    memory = Memory.of(past, meant)

    for own in ({7}, {7, 8}, {58}, {7, 999}, set[int]()):
        rest = memory.without(own)
        text, vector = past[7].text, vectors[7]
        told, wanted = memory.votes(text, vector, left_out=own), rest.votes(text, vector)
        assert told.keys() == wanted.keys()
        for article, vote in wanted.items():
            assert told[article].words == pytest.approx(vote.words)
            assert told[article].meaning == pytest.approx(vote.meaning)


def test_what_is_left_out_does_not_betray_its_article() -> None:
    memory = Memory.of(Known(number, f"question {number}", number % 2, rank=2) for number in range(8))
    for own in ({3}, {4}, set[int]()):
        assert memory.popularity(0, 9, left_out=own) == memory.popularity(1, 9, left_out=own)
        assert memory.popularity(0, 9, left_out=own) < memory.popularity(0, 9)

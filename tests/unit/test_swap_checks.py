"""The rules of a swap, one by one, on bare shifts."""

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from triage.oncall.plan import Absence, AbsenceKind, Shift, Why
from triage.oncall.rules import CareRules
from triage.oncall.swap_checks import Hindrance, Piece, Skills, hindrance, merged, same_coverage, without
from triage.vocabulary import DutyRole

NOW = datetime(2027, 3, 8, tzinfo=UTC)
BEN, CLEO = 1, 2
AGENTS = Skills(frozenset({BEN, CLEO}))


def at(hour: float) -> datetime:
    return NOW + timedelta(hours=hour)


def shift(person: int, start: float, end: float, *, turn: str = "", schedule: int = 1) -> Shift:
    occurrence = turn or f"r1:{start}"
    return Shift(schedule, DutyRole.PRIMARY, at(start), at(end), person, 1, occurrence, Why.TURN, "")


BENS = shift(BEN, 9, 17, turn="bens")


def piece(start: float = 9, end: float = 17, *, giver: int = BEN, taker: int = CLEO) -> Piece:
    return Piece(1, DutyRole.PRIMARY, "bens", at(start), at(end), giver, taker)


def judged(
    given_away: Piece, *others: Shift, absences: tuple[Absence, ...] = (), skills: Skills = AGENTS
) -> Hindrance | None:
    before = [BENS, *others]
    left = without([(BENS.start, BENS.end)], [given_away.stretch])
    after = [
        *(Shift(1, DutyRole.PRIMARY, s, e, BEN, 1, "bens", Why.TURN, "") for s, e in left),
        Shift(1, DutyRole.PRIMARY, *given_away.stretch, given_away.taker_id, 1, "bens", Why.SWAP, ""),
        *others,
    ]
    found = hindrance(
        [given_away], before=before, after=after, absences=absences, skills=skills, rules=CareRules(), now=NOW
    )
    return found.hindrance if found else None


def test_free_rested_and_skilled_is_enough() -> None:
    assert judged(piece()) is None
    assert judged(piece(11, 13)) is None


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (16, 24, Hindrance.BUSY),  # an hour of both at once
        (17, 24, Hindrance.TIRED),  # one right after the other is no rest at all
        (27.9, 36, Hindrance.TIRED),
        (28, 36, None),  # eleven hours
        (-10, -2, None),
        (-10, -1.9, Hindrance.TIRED),
    ],
)
def test_eleven_hours_on_both_sides(start: float, end: float, expected: Hindrance | None) -> None:
    assert judged(piece(), shift(CLEO, start, end)) is expected


def test_two_parts_of_one_turn_without_a_break_are_one_shift() -> None:
    hers = shift(CLEO, 17, 20, turn="bens")
    assert judged(piece(13, 17), hers) is None
    assert judged(piece(11, 13), hers) is Hindrance.TIRED


@pytest.mark.parametrize("kind", AbsenceKind)
def test_nobody_comes_on_in_their_time_off(kind: AbsenceKind) -> None:
    expected = Hindrance.RESTING if kind is AbsenceKind.REST else Hindrance.AWAY
    assert judged(piece(), absences=(Absence(1, CLEO, kind, at(16), at(30)),)) is expected
    assert judged(piece(), absences=(Absence(1, CLEO, kind, at(17), at(30)),)) is None


def test_only_what_is_ones_own_and_still_to_come() -> None:
    assert judged(piece(giver=CLEO, taker=BEN)) is Hindrance.MOVED
    assert judged(piece(8, 17)) is Hindrance.MOVED
    assert judged(piece(taker=BEN)) is Hindrance.YOURSELF
    assert judged(piece(9, 9)) is Hindrance.BEGUN


def test_a_learner_is_not_alone_and_a_stranger_not_on() -> None:
    learning = Skills(frozenset({BEN, CLEO}), frozenset({(1, CLEO)}))
    assert judged(piece(), skills=learning) is Hindrance.LEARNING
    assert judged(piece(), skills=Skills(frozenset({BEN}))) is Hindrance.NOT_AN_AGENT


def test_nobody_elses_duty_may_move_with_it() -> None:
    moved = [shift(CLEO, 9, 17, turn="bens"), shift(BEN, 33, 41)]
    assert not same_coverage([piece()], [BENS, shift(CLEO, 33, 41)], moved)


stretches = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda pair: (at(pair[0]), at(sum(pair)))),
    max_size=6,
)


@given(stretches, stretches)
def test_what_is_left_and_what_is_gone_make_up_the_whole(some: list, gone: list) -> None:  # type: ignore[type-arg]
    left = without(some, gone)
    assert all(not (s < end and start < e) for s, e in left for start, end in gone)
    both = [(max(a, c), min(b, d)) for a, b in merged(some) for c, d in merged(gone) if max(a, c) < min(b, d)]
    assert merged([*left, *both]) == merged(some)

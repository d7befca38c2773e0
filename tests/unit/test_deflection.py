"""Deflection counts only what somebody said and did not take back, and says honestly how sure it is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.reports.deflection import BeforeAndAfter, Change, Fate, Share, deflected, share_deflected

NOW = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)


def fate(**changes: object) -> Fate:
    """Asked ten days ago, and said to be solved an hour later."""
    asked_at = NOW - timedelta(days=10)
    known: dict[str, object] = {
        "requester_id": 1,
        "asked_at": asked_at,
        "withdrawn": False,
        "asked_for_person": False,
        "solved_at": asked_at + timedelta(hours=1),
        "reopened_at": None,
    }
    return Fate(**(known | changes))  # type: ignore[arg-type]


def said(one: Fate, *alike: Fate) -> bool | None:
    return deflected(one, [one, *alike], now=NOW)


def test_said_to_be_solved_and_not_come_back() -> None:
    assert said(fate()) is True


def test_a_person_was_needed() -> None:
    assert said(fate(asked_for_person=True)) is False
    assert said(fate(asked_for_person=True, solved_at=None)) is False


def test_silence_and_what_was_withdrawn_count_for_nothing() -> None:
    assert said(fate(solved_at=None)) is None
    assert said(fate(withdrawn=True, solved_at=None)) is None


@pytest.mark.parametrize(("hours", "expected"), [(71, False), (72, False), (73, True)])
def test_reopened_within_72_hours_it_was_not_solved(hours: int, expected: bool) -> None:
    solved = fate().solved_at
    assert solved is not None
    assert said(fate(reopened_at=solved + timedelta(hours=hours))) is expected


@pytest.mark.parametrize(("requester", "expected"), [(1, False), (2, True)])
def test_who_asks_the_like_again_has_come_back(requester: int, expected: bool) -> None:
    solved = fate().solved_at
    assert solved is not None
    again = fate(requester_id=requester, asked_at=solved + timedelta(hours=5))

    assert said(fate(), again) is expected


def test_what_was_solved_yesterday_is_not_decided() -> None:
    assert said(fate(solved_at=NOW - timedelta(hours=20))) is None


def test_the_share_counts_what_is_decided() -> None:
    fates = [fate(), fate(asked_for_person=True), fate(solved_at=None), fate(withdrawn=True, solved_at=None)]

    assert share_deflected(fates, fates, now=NOW) == Share(1, 2)


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_range_holds_the_share(hits: int, others: int) -> None:
    share = Share(hits, hits + others)
    low, high = share.range

    assert 0 <= low <= high <= 1
    assert low - 1e-9 <= share.share <= high + 1e-9 or not share.of


def test_a_known_interval() -> None:
    low, high = Share(12, 40).range
    assert (round(low, 3), round(high, 3)) == (0.181, 0.454)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (Share(0, 4), Share(40, 40), Change.TOO_FEW),
        (Share(4, 40), Share(4, 4), Change.TOO_FEW),
        (Share(4, 40), Share(30, 40), Change.MORE),
        (Share(30, 40), Share(4, 40), Change.FEWER),
        (Share(4, 40), Share(8, 40), Change.UNCLEAR),
    ],
)
def test_a_change_is_only_called_one_where_it_is(before: Share, after: Share, change: Change) -> None:
    assert BeforeAndAfter(before, after).change is change

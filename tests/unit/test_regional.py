"""Holidays of a country and a region, and the working days between them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.oncall.regional import WorkingDays, countries, holidays_of

days = st.dates(date(2015, 1, 1), date(2040, 12, 31))


def test_a_region_has_holidays_of_its_own() -> None:
    womens_day = date(2026, 3, 8)
    assert womens_day in holidays_of("DE", "BE", 2026)
    assert womens_day not in holidays_of("DE", "BY", 2026)
    assert holidays_of("DE", "", 2026)[date(2026, 12, 25)]


def test_without_a_country_every_weekday_is_a_working_day() -> None:
    assert holidays_of("", "", 2026) == {}


@pytest.mark.parametrize(("country", "region"), [("XX", ""), ("DE", "XX")])
def test_what_nobody_knows_is_refused(country: str, region: str) -> None:
    with pytest.raises(KeyError):
        holidays_of(country, region, 2026)


def test_countries_are_many() -> None:
    assert "BE" in countries()["DE"]
    assert len(countries()) > 100


@given(days, days, st.sampled_from([("", ""), ("DE", "BE"), ("US", "CA"), ("JP", "")]))
def test_working_days_are_counted_as_one_would_by_hand(
    first: date, other: date, where: tuple[str, str]
) -> None:
    working = WorkingDays(first, *where)
    until = min(other, first + timedelta(days=900))
    by_hand = [
        day
        for day in (first + timedelta(days=n) for n in range(max(0, (until - first).days)))
        if day.weekday() < 5 and day not in holidays_of(*where, day.year)
    ]
    assert working.before(until) == len(by_hand)
    assert [working.number(n) for n in range(len(by_hand))] == by_hand

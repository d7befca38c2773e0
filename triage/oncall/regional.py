"""Public holidays of a country and a region, and the working days between them. Pure: a calendar, no clock."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays

_WEEKDAYS = 5
# Holidays are looked up in blocks of years, so that one block answers for many questions.
_BLOCK = 8


@lru_cache(maxsize=1)
def countries() -> Mapping[str, tuple[str, ...]]:
    """Every country with its regions, as they may be named."""
    known = holidays.list_supported_countries(include_aliases=True)
    return MappingProxyType({country: tuple(regions) for country, regions in known.items()})


@lru_cache(maxsize=512)
def holidays_of(country: str, region: str, year: int) -> Mapping[date, str]:
    """The public holidays of one year with their names; none where no country is named.

    Raises `KeyError` for a country or a region that nobody knows.
    """
    if not country:
        return MappingProxyType({})
    if country not in countries():
        raise KeyError(country)
    if region and region not in countries()[country]:
        raise KeyError(region)
    found = holidays.country_holidays(country, subdiv=region or None, years=year)
    return MappingProxyType(dict(sorted((day, name) for day, name in found.items() if day.year == year)))


@lru_cache(maxsize=256)
def _days_lost(country: str, region: str, block: int) -> tuple[int, ...]:
    """Holidays on Monday to Friday within a block of years, as ordinals."""
    years = range(max(1, block * _BLOCK), (block + 1) * _BLOCK)
    return tuple(
        day.toordinal()
        for year in years
        for day in holidays_of(country, region, year)
        if day.weekday() < _WEEKDAYS
    )


def _weekdays_before(ordinal: int) -> int:
    weeks, day = divmod(ordinal - 1, 7)  # ordinal 1 is a Monday
    return weeks * _WEEKDAYS + min(day, _WEEKDAYS)


@dataclass(frozen=True)
class WorkingDays:
    """Monday to Friday without holidays, counted from `first`: its number 0 is the first working day from there on."""

    first: date
    country: str = ""
    region: str = ""

    def before(self, day: date) -> int:
        """How many working days lie in `[first, day)`; 0 where `day` is earlier."""
        if day <= self.first:
            return 0
        start, end = self.first.toordinal(), day.toordinal()
        return _weekdays_before(end) - _weekdays_before(start) - self._lost(start, end)

    def number(self, n: int) -> date:
        """The working day with so many others since `first`."""
        weeks, days = divmod(n, _WEEKDAYS)
        found = self.first.toordinal() + weeks * 7 + days  # no holiday, no weekend: never too late
        while (short := n + 1 - self.before(date.fromordinal(found + 1))) > 0:
            found += short
        return date.fromordinal(found)

    def _lost(self, start: int, end: int) -> int:
        if not self.country:
            return 0
        years = (date.fromordinal(start).year // _BLOCK, date.fromordinal(end).year // _BLOCK)
        lost = 0
        for block in range(years[0], years[1] + 1):
            days = _days_lost(self.country, self.region, block)
            lost += bisect_left(days, end) - bisect_left(days, start)
        return lost

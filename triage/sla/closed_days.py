"""Days on which the desk stays closed: the public holidays of its regions, and days of its own. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from rapidfuzz import process

_MOST_DAYS_AT_ONCE = 366
OWN = "closed"


@dataclass(frozen=True)
class ClosedDays:
    """Regions like `DE-BE` (a country, or a part of one), and days that the desk adds itself."""

    regions: tuple[str, ...] = ()
    own: frozenset[date] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.regions or self.own)

    def __contains__(self, day: date) -> bool:
        return day in self.own or any(day in _public(region, day.year) for region in self.regions)

    def name(self, day: date) -> str | None:
        """What the day is called; None where the desk opens as usual."""
        for region in self.regions:
            if day in (named := _public(region, day.year)):
                return named[day]
        return OWN if day in self.own else None


@lru_cache(maxsize=256)
def _public(region: str, year: int) -> dict[date, str]:
    country, _, part = region.partition("-")
    return dict(holidays.country_holidays(country, subdiv=part or None, years=year, language="en_US"))


def parse_regions(text: str) -> tuple[str, ...]:
    """Reads `DE-BE` or `DE-BE, AT`. Raises `ValueError` with what is not known and what could be meant."""
    regions = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        country, dash, place = part.partition("-")
        known = holidays.list_supported_countries()
        country = country.upper()
        if country not in known:
            raise ValueError(
                f"“{part[:40]}” is no country whose holidays are known: write its two letters, "
                "like DE, or with a part of it, like DE-BE or US-CA"
            )
        if not dash:
            regions.append(country)
            continue
        regions.append(f"{country}-{_place(country, place, known[country])}")
    return tuple(dict.fromkeys(regions))


def _place(country: str, place: str, known: list[str]) -> str:
    by_letters = {code.casefold(): code for code in known}
    if place.casefold() in by_letters:
        return by_letters[place.casefold()]
    if not known:
        raise ValueError(
            f"“{country}-{place[:40]}”: {country} has no parts with holidays of their own: write {country}"
        )
    near = process.extractOne(place.casefold(), by_letters, score_cutoff=60)
    meant = f", perhaps {country}-{by_letters[near[2]]}" if near and isinstance(near[2], str) else ""
    raise ValueError(
        f"“{country}-{place[:40]}”: {country} has no part “{place[:40]}”{meant}. Known: {', '.join(known)}"
    )


def parse_days(text: str) -> frozenset[date]:
    """Reads `2027-12-24, 2027-12-27..2027-12-31`. Raises `ValueError` with the part that could not be read."""
    days: set[date] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, dots, last = part.partition("..")
        start = _day(first, part)
        end = _day(last, part) if dots else start
        if end < start:
            raise ValueError(f"“{part}” ends before it starts: put the earlier day first")
        if (end - start).days >= _MOST_DAYS_AT_ONCE:
            raise ValueError(
                f"“{part}” is longer than a year: closed for good, a desk needs no opening hours"
            )
        days |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return frozenset(days)


def _day(text: str, part: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(
            f"cannot read “{part[:40]}”: write days like 2027-12-24 or 2027-12-24..2027-12-31"
        ) from None

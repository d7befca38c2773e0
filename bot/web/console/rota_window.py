"""How many weeks of the rota are shown, and from which day on: read from the address, in the reader's zone. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

WIDTHS = (1, 2, 4, 12)
_USUAL = 2
_WEEK = timedelta(days=7)
# What no clock or database could hold is not asked for.
_FIRST, _LAST = date(2000, 1, 1), date(2999, 1, 1)


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins; where the clock skips midnight, the first moment there is."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


@dataclass(frozen=True)
class Window:
    """Whole local days, `[start, end)`."""

    first: date
    weeks: int
    zone: ZoneInfo
    # The zone is the desk's, not the reader's.
    desk: bool = False

    @classmethod
    def read(
        cls, asked: Mapping[str, str], *, now: datetime, zone: ZoneInfo, desk_zone: ZoneInfo | None = None
    ) -> "Window":
        """What the address says; what it does not say, or says wrongly, is this week and the next, in the reader's
        zone."""
        desk = asked.get("times") == "desk" and desk_zone is not None
        zone = desk_zone if desk and desk_zone else zone
        weeks = asked.get("weeks", "")
        return cls(
            _day(asked.get("from", "")) or this_monday(now, zone),
            int(weeks) if weeks in {str(width) for width in WIDTHS} else _USUAL,
            zone,
            desk,
        )

    @property
    def last(self) -> date:
        """The last day shown."""
        return self.first + self.weeks * _WEEK - timedelta(days=1)

    @property
    def start(self) -> datetime:
        return local_midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        return local_midnight(self.last + timedelta(days=1), self.zone)

    @property
    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(7 * self.weeks))

    def moved(self, by: int) -> "Window":
        """A whole window back or forward, as far as calendars go."""
        first = self.first + by * self.weeks * _WEEK
        return replace(self, first=min(max(first, _FIRST), _LAST))

    def query(
        self, *, weeks: int | None = None, desk: bool | None = None, today: bool = False
    ) -> dict[str, Any]:
        """The address of this window, or of one that differs in one thing."""
        said: dict[str, Any] = {"weeks": str(weeks or self.weeks)}
        if not today:
            said["from"] = self.first.isoformat()
        if self.desk if desk is None else desk:
            said["times"] = "desk"
        return said

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end


def this_monday(now: datetime, zone: ZoneInfo) -> date:
    today = now.astimezone(zone).date()
    return today - timedelta(days=today.weekday())


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None

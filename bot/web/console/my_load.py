"""One agent's own load as a small picture: a bar a day over four weeks, with what is to be seen said in words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_SMALL = 1.0


@dataclass(frozen=True)
class DayBar:
    """`x`, `y`, `width` and `height` in percent of the picture."""

    day: date
    x: float
    y: float
    width: float
    height: float
    minutes: int


@dataclass(frozen=True)
class LoadPicture:
    title: str
    bars: tuple[DayBar, ...]
    most: int


def load_picture(days: Iterable[tuple[datetime, float]], *, since: datetime, now: datetime) -> LoadPicture:
    """Weighted minutes a day, in UTC days. What is below nothing (cover that was undone) is shown as nothing."""
    carried = {at.date(): max(0.0, weight) for at, weight in days}
    count = (now.date() - since.date()).days + 1
    most = max([*carried.values(), _SMALL])
    bars = []
    for n in range(count):
        day = since.date() + timedelta(days=n)
        height = round(100 * carried.get(day, 0.0) / most, 2)
        bars.append(
            DayBar(
                day,
                round(100 * n / count, 3),
                round(100 - height, 2),
                round(80 / count, 3),
                height,
                round(carried.get(day, 0.0)),
            )
        )
    return LoadPicture(_finding(bars), tuple(bars), round(most))


def _finding(bars: list[DayBar]) -> str:
    heaviest = max(bars, key=lambda bar: bar.minutes)
    if heaviest.minutes == 0:
        return "Nothing weighed on you in these four weeks"
    quiet = sum(1 for bar in bars if bar.minutes == 0)
    day = f"{heaviest.day:%A} {heaviest.day.day} {heaviest.day:%B}"
    return f"{day} was the heaviest day, and {quiet} of {len(bars)} were quiet"

"""The rota as a picture: where each bar stands, in percent of the width, and what it says. Pure; nothing is drawn here.

Bars carry a name wherever one fits; a colour and the pattern of its edge only help to follow one person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.web.console.rota_window import Window, local_midnight

COLOURS = 8
EDGES = 6
# On a usual screen the picture is so wide, a letter takes so much of it, and so much stays free around a text.
_PIXELS, _LETTER, _PADDING = 740, 7.4, 16
# Two letters in a smaller hand, without the edge beside them, need no more than this.
_TIGHT_LETTER, _TIGHT_PADDING = 7.2, 3
# Narrower than this, bars of one person that follow each other are drawn as one.
_NARROW = 2.2
_TOGETHER = 3.0


class SpanKind(StrEnum):
    SHIFT = "shift"
    STANDS_IN = "stands_in"  # by an override, a swap or as cover
    OFF = "off"  # taken off by hand
    GAP = "gap"
    AWAY = "away"


@dataclass(frozen=True)
class Span:
    """Something that lasts, before it is put into a picture."""

    kind: SpanKind
    start: datetime
    end: datetime
    person_id: int | None
    # Whole sentences: who and why.
    told: str


@dataclass(frozen=True)
class Lane:
    """A line of the picture: a role or a layer, and what it consists of."""

    title: str
    note: str
    spans: tuple[Span, ...]
    # The lines that say who is on stand out from those that they came from.
    final: bool = False


@dataclass(frozen=True)
class Holiday:
    day: date
    name: str


@dataclass(frozen=True)
class Bar:
    """`x` and `width` in percent of the picture; `label` is what fits in."""

    kind: SpanKind
    x: float
    width: float
    label: str
    # Letters alone, in the place of the edge.
    tight: bool
    colour: int
    edge: int
    told: str
    key: str


@dataclass(frozen=True)
class Row:
    title: str
    note: str
    final: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Tick:
    """A line down the picture where a day begins; `label` only where there is room for one."""

    x: float
    label: str
    strong: bool
    today: bool


@dataclass(frozen=True)
class Band:
    """A day that is shaded through all rows."""

    x: float
    width: float
    holiday: str


@dataclass(frozen=True)
class Key:
    """What a person looks like in the picture."""

    name: str
    colour: int
    edge: int


@dataclass(frozen=True)
class RotaPicture:
    ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]
    rows: tuple[Row, ...]
    now: float | None
    keys: tuple[Key, ...] = ()


def draw(
    lanes: Sequence[Lane],
    *,
    window: Window,
    now: datetime,
    names: Mapping[int, str],
    holidays: Iterable[Holiday] = (),
    prefix: str = "",
) -> RotaPicture:
    """`names` are everybody's who can be on, so that nobody changes colour from one week to the next.

    `prefix` keeps the bars' keys apart from those of the page's other pictures.
    """
    looks = {person_id: _look(n) for n, person_id in enumerate(sorted(names))}
    rows = []
    for number, lane in enumerate(lanes):
        inside = [span for span in lane.spans if span.start < window.end and span.end > window.start]
        bars = [
            _bar(span, window, names, looks, f"{prefix}{number}-{n}")
            for n, span in enumerate(together(inside, window))
        ]
        rows.append(Row(lane.title, lane.note, lane.final, tuple(bars)))
    return RotaPicture(
        tuple(_ticks(window, now)),
        tuple(_bands(window, {holiday.day: holiday.name for holiday in holidays})),
        tuple(rows),
        _percent(now, window) if window.holds(now) else None,
        tuple(Key(names[person_id], *look) for person_id, look in looks.items()),
    )


def _look(place: int) -> tuple[int, int]:
    """A colour and an edge. Each round of people has pairs that none before had."""
    return place % COLOURS, (place + 3 * (place // COLOURS)) % EDGES


def together(spans: Sequence[Span], window: Window) -> list[Span]:
    """Bars of one person that would be too narrow to read become one where they stand close to each other."""
    joined: list[tuple[Span, int]] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        before, count = joined[-1] if joined else (None, 0)
        if before is not None and _belong(before, span, window):
            longer = Span(span.kind, before.start, max(before.end, span.end), span.person_id, before.told)
            joined[-1] = (longer, count + 1)
        else:
            joined.append((span, 1))
    return [
        span if count == 1 else Span(span.kind, span.start, span.end, span.person_id, _counted(span, count))
        for span, count in joined
    ]


def _belong(before: Span, span: Span, window: Window) -> bool:
    width = 100 * (span.end - span.start) / (window.end - window.start)
    distance = 100 * (span.start - before.end) / (window.end - window.start)
    alike = (before.kind, before.person_id) == (span.kind, span.person_id)
    return alike and width < _NARROW and 0 <= distance < _TOGETHER


def _counted(span: Span, count: int) -> str:
    return f"{count} in a row, the first: {span.told}"


def _percent(at: datetime, window: Window) -> float:
    """By elapsed time, so that a day of 23 hours is a little narrower."""
    share = 100 * (at - window.start) / (window.end - window.start)
    return round(min(max(share, 0.0), 100.0), 3)


def _bar(
    span: Span, window: Window, names: Mapping[int, str], looks: Mapping[int, tuple[int, int]], key: str
) -> Bar:
    x = _percent(span.start, window)
    width = round(_percent(span.end, window) - x, 3)
    name = names.get(span.person_id or 0, "")
    return Bar(
        span.kind,
        x,
        width,
        *label_for(_wordings(span.kind, name), width),
        *looks.get(span.person_id or 0, (0, 0)),
        span.told,
        key,
    )


def _wordings(kind: SpanKind, name: str) -> tuple[str, ...]:
    """What a bar could say, the longest first."""
    first, *rest = name.split() or [""]
    letters = first[:1] + (rest[-1][:1] if rest else "")
    match kind:
        case SpanKind.GAP:
            return ("Nobody", "!")
        case SpanKind.OFF:
            return (f"{name} off", f"{first} off", letters)
        case SpanKind.AWAY:
            return (f"{name} away", f"{first} away", first, letters)
    return (name, first, letters)


def label_for(wordings: Sequence[str], width: float) -> tuple[str, bool]:
    """The longest wording that fits into so many percent, and whether only the shortest did, and only just."""
    pixels = width / 100 * _PIXELS
    for words in wordings:
        if words and len(words) * _LETTER + _PADDING <= pixels:
            return words, False
    shortest = wordings[-1]
    fits = bool(shortest) and len(shortest) * _TIGHT_LETTER + _TIGHT_PADDING <= pixels
    return (shortest, True) if fits else ("", False)


def _ticks(window: Window, now: datetime) -> Iterable[Tick]:
    today = now.astimezone(window.zone).date()
    for day in window.days:
        monday = day.weekday() == 0
        yield Tick(
            _percent(local_midnight(day, window.zone), window),
            _day_label(day, window.weeks, first=day == window.first),
            monday,
            day == today,
        )


def _day_label(day: date, weeks: int, *, first: bool) -> str:
    """Every day in one week or two; from then on only where a week begins, and at last without its name."""
    if weeks == 1:
        return f"{day:%a} {day.day} {day:%b}"
    if weeks == 2:
        return f"{day:%a} {day.day}"
    if day.weekday() != 0 and not (first and day.weekday() < 4):
        return ""
    return f"{day:%a} {day.day} {day:%b}" if weeks == 4 else f"{day.day} {day:%b}"


def _bands(window: Window, holidays: Mapping[date, str]) -> Iterable[Band]:
    for day in window.days:
        name = holidays.get(day, "")
        if name or day.weekday() > 4:
            start = _percent(local_midnight(day, window.zone), window)
            end = _percent(local_midnight(day + timedelta(days=1), window.zone), window)
            yield Band(start, round(end - start, 3), name)

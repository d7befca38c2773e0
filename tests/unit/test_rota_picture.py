"""The rota as a picture: bars where their time is, names that fit, and nothing told by colour alone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.console.rota_picture import (
    COLOURS,
    EDGES,
    Holiday,
    Lane,
    RotaPicture,
    Span,
    SpanKind,
    draw,
    label_for,
    together,
)
from bot.web.console.rota_window import WIDTHS, Window

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2027, 3, 1)
BEN, CLEO = 1, 2
NAMES = {BEN: "Ben Lindqvist", CLEO: "Cleo Martins"}


def at(day: int, hour: int = 0, *, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=BERLIN).astimezone(UTC)


NOON = at(3, 12)


def turn(person: int, start: datetime, end: datetime, kind: SpanKind = SpanKind.SHIFT) -> Span:
    return Span(kind, start, end, person, "Why.")


def drawn(*spans: Span, weeks: int = 2, now: datetime = NOON, first: date = MONDAY) -> RotaPicture:
    lane = Lane("Primary", "", spans, final=True)
    return draw([lane], window=Window(first, weeks, BERLIN), now=now, names=NAMES)


def test_a_week_of_two_is_half_the_width() -> None:
    (bar,) = drawn(turn(BEN, at(8), at(15))).rows[0].bars
    assert (bar.x, bar.width, bar.label) == (50.0, 50.0, "Ben Lindqvist")


def test_what_began_before_and_ends_after_is_cut_at_the_edges() -> None:
    (bar,) = drawn(turn(BEN, at(20, month=2), at(1, month=4))).rows[0].bars
    assert (bar.x, bar.width) == (0.0, 100.0)


def test_what_lies_outside_is_not_drawn() -> None:
    assert drawn(turn(BEN, at(20, month=2), at(1)), turn(CLEO, at(15), at(16))).rows[0].bars == ()


def test_a_day_of_23_hours_is_narrower() -> None:
    """On 28 March 2027 the clock goes forward in Berlin."""
    picture = drawn(turn(BEN, at(28), at(29)), turn(CLEO, at(27), at(28)), weeks=1, first=date(2027, 3, 22))
    saturday, sunday = picture.rows[0].bars
    assert saturday.width / sunday.width == pytest.approx(24 / 23, rel=1e-3)


def test_today_is_marked_and_now_stands_where_it_belongs() -> None:
    picture = drawn(weeks=1, now=at(4, 12))
    assert [tick.label for tick in picture.ticks if tick.today] == ["Thu 4 Mar"]
    assert picture.now == 50.0
    assert drawn(now=at(20)).now is None


def test_weekends_and_holidays_are_shaded_and_a_holiday_has_its_name() -> None:
    window = Window(MONDAY, 1, BERLIN)
    picture = draw([], window=window, now=at(1), names={}, holidays=[Holiday(date(2027, 3, 3), "Day of X")])
    assert [band.holiday for band in picture.bands] == ["Day of X", "", ""]


@pytest.mark.parametrize(
    ("width", "label"),
    [
        (40, ("Ben Lindqvist", False)),
        (10, ("Ben", False)),
        (4.5, ("BL", False)),
        (2.7, ("BL", True)),
        (1, ("", False)),
    ],
)
def test_a_bar_says_as_much_of_the_name_as_fits(width: float, label: tuple[str, bool]) -> None:
    assert label_for(("Ben Lindqvist", "Ben", "BL"), width) == label


def test_a_gap_and_an_absence_say_in_words_what_they_are() -> None:
    gap = Span(SpanKind.GAP, at(1), at(8), None, "Nobody.")
    away = turn(CLEO, at(8), at(15), SpanKind.AWAY)
    assert [bar.label for bar in drawn(gap, away).rows[0].bars] == ["Nobody", "Cleo Martins away"]
    away = turn(CLEO, at(8), at(10), SpanKind.AWAY)
    assert [bar.label for bar in drawn(away).rows[0].bars] == ["Cleo away"]


def test_narrow_bars_of_one_person_become_one_and_say_how_many() -> None:
    days = [turn(BEN, at(day, 9), at(day, 17)) for day in range(1, 6)]
    (one,) = together(days, Window(MONDAY, 12, BERLIN))
    assert (one.start, one.end) == (at(1, 9), at(5, 17))
    assert one.told.startswith("5 in a row")
    assert together(days, Window(MONDAY, 1, BERLIN)) == days


def test_bars_of_two_people_never_become_one() -> None:
    days = [turn((BEN, CLEO)[day % 2], at(day, 9), at(day, 17)) for day in range(1, 6)]
    assert len(together(days, Window(MONDAY, 12, BERLIN))) == 5


def test_no_two_of_48_people_look_alike() -> None:
    names = {n: f"P{n}" for n in range(1, COLOURS * EDGES + 1)}
    spans = tuple(turn(n, at(1) + timedelta(hours=n), at(1) + timedelta(hours=n + 1)) for n in names)
    picture = draw([Lane("", "", spans)], window=Window(MONDAY, 1, BERLIN), now=at(1), names=names)
    looks = {(bar.colour, bar.edge) for bar in picture.rows[0].bars}
    assert len(looks) == len(names)


@given(
    hours=st.lists(st.integers(-200, 2200), min_size=2, max_size=30, unique=True),
    weeks=st.sampled_from(WIDTHS),
)
def test_bars_stay_inside_in_order_and_never_overlap(hours: list[int], weeks: int) -> None:
    edges = [at(1) + timedelta(hours=hour) for hour in sorted(hours)]
    spans = [turn(BEN + n % 2, start, end) for n, (start, end) in enumerate(pairwise(edges))]
    bars = drawn(*spans, weeks=weeks).rows[0].bars
    assert all(bar.x >= 0 and bar.width >= 0 and bar.x + bar.width <= 100.001 for bar in bars)
    assert all(a.x + a.width <= b.x + 0.002 for a, b in pairwise(bars))
    assert all(bar.told for bar in bars)


# The window


def test_without_a_word_it_is_this_week_and_the_next() -> None:
    window = Window.read({}, now=at(4, 12), zone=BERLIN)
    assert (window.first, window.weeks, window.last) == (MONDAY, 2, date(2027, 3, 14))


def test_nonsense_in_the_address_is_as_nothing() -> None:
    for asked in ({"weeks": "3", "from": "yesterday"}, {"weeks": "-1", "from": "0001-01-01"}):
        assert Window.read(asked, now=at(4), zone=BERLIN) == Window(MONDAY, 2, BERLIN)


def test_forward_and_back_lead_where_one_was() -> None:
    window = Window(MONDAY, 4, BERLIN)
    assert window.moved(1).first == date(2027, 3, 29)
    assert window.moved(1).moved(-1) == window
    assert Window.read(window.query(), now=at(30), zone=BERLIN) == window


def test_a_window_is_as_long_as_its_local_days() -> None:
    assert Window(date(2027, 3, 22), 1, BERLIN).end - Window(date(2027, 3, 22), 1, BERLIN).start == timedelta(
        hours=7 * 24 - 1
    )

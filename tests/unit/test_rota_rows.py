"""The lines of the rota: who counts, from which layers it came, what was changed by hand, and who is away."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.web.console.rota_picture import Lane, SpanKind
from bot.web.console.rota_rows import days, from_to, lanes, turns
from bot.web.console.rota_window import Window
from triage.oncall.plan import (
    Absence,
    AbsenceKind,
    DutyRole,
    Member,
    Override,
    OverrideKind,
    Plan,
    Restriction,
    Rotation,
    Schedule,
    Turn,
)

BERLIN = ZoneInfo("Europe/Berlin")
BEN, CLEO = 1, 2
NAMES = {BEN: "Ben", CLEO: "Cleo"}
WINDOW = Window(date(2027, 3, 1), 2, BERLIN)
NINE = datetime.fromisoformat("2027-03-01 09:00")
WEEKLY = Rotation(
    7,
    "Weekdays",
    DutyRole.PRIMARY,
    1,
    Turn.WEEK,
    1,
    datetime.fromisoformat("2027-03-01 09:00"),
    (Member(BEN), Member(CLEO)),
)
SCHEDULE = Schedule(3, "T1", "Desk hours", BERLIN, (WEEKLY,))


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, tzinfo=BERLIN).astimezone(UTC)


def off(person: int, start: datetime, end: datetime, kind: AbsenceKind = AbsenceKind.SICK) -> Absence:
    return Absence(1, person, kind, start, end)


def lane(plan: Plan, title: str) -> Lane:
    return next(one for one in lanes(plan, window=WINDOW, names=NAMES) if one.title == title)


def titles(plan: Plan) -> list[str]:
    return [one.title for one in lanes(plan, window=WINDOW, names=NAMES)]


def test_the_line_that_counts_stands_above_its_layers() -> None:
    nights = replace(WEEKLY, id=8, name="Nights", layer=2)
    plan = Plan(replace(SCHEDULE, rotations=(WEEKLY, nights)))
    assert titles(plan) == ["Primary", "Nights", "Weekdays"]
    assert lane(plan, "Primary").final


def test_a_turn_says_who_when_and_why() -> None:
    first = lane(Plan(SCHEDULE), "Primary").spans[0]
    assert first.told == (
        "Ben, primary, Mon 1 Mar, 09:00 to Mon 8 Mar, 09:00. It is Ben's turn in “Weekdays”."
    )


def test_a_stand_in_is_told_apart_and_named_in_a_line_of_its_own() -> None:
    swap = Override(
        1,
        OverrideKind.COVER,
        DutyRole.PRIMARY,
        at(3, 9),
        at(4, 9),
        person_id=CLEO,
        instead_of=BEN,
        origin="swap:4",
    )
    plan = Plan(SCHEDULE, overrides=(swap,))
    stands_in = [span for span in lane(plan, "Primary").spans if span.kind is SpanKind.STANDS_IN]
    assert [(span.person_id, span.start, span.end) for span in stands_in] == [(CLEO, at(3, 9), at(4, 9))]
    assert lane(plan, "By hand").spans[0].told == (
        "Cleo swapped with Ben as primary, Wed 3 Mar, 09:00 to Thu 4 Mar, 09:00."
    )


def test_where_nobody_is_on_there_is_a_gap_and_words_for_it() -> None:
    plan = Plan(SCHEDULE, absences=(off(BEN, at(3), at(4)),))
    (gap,) = [span for span in lane(plan, "Primary").spans if span.kind is SpanKind.GAP]
    assert (gap.start, gap.end) == (at(3), at(4))
    assert "Nobody is primary" in gap.told


def test_why_somebody_is_away_is_said_to_nobody() -> None:
    told = [
        [
            span.told
            for one in lanes(
                Plan(SCHEDULE, absences=(off(BEN, at(3), at(4), kind),)), window=WINDOW, names=NAMES
            )
            for span in one.spans
        ]
        for kind in AbsenceKind
        if kind is not AbsenceKind.REST  # whoever rests keeps the shift, and a plan does not know of it
    ]
    assert all(one == told[0] for one in told)
    assert not any(word in " ".join(told[0]).lower() for word in ("sick", "rest", "learning", "protected"))


def test_of_the_past_only_what_was_recorded_is_shown() -> None:
    plan = Plan(SCHEDULE, recorded=(), recorded_until=at(5))
    assert min(span.start for span in lane(plan, "Weekdays").spans) == at(5)
    assert min(span.start for span in lane(plan, "Primary").spans) == at(5)


def test_a_rotation_says_how_often_it_turns() -> None:
    assert turns(WEEKLY) == "weekly, Mon 09:00"
    assert turns(replace(WEEKLY, turn=Turn.DAY, every=2)) == "every 2 days"


def test_the_day_is_said_again_only_where_it_is_another() -> None:
    assert from_to(at(3, 9), at(3, 17), BERLIN) == "Wed 3 Mar, 09:00 to 17:00"
    assert from_to(at(3, 22), at(4, 6), BERLIN) == "Wed 3 Mar, 22:00 to Thu 4 Mar, 06:00"


def test_day_by_day_only_what_begins_and_today_and_holidays() -> None:
    plan = Plan(SCHEDULE, absences=(off(CLEO, at(10), at(12)),))
    rows = lanes(plan, window=WINDOW, names=NAMES)
    found = days(rows, window=WINDOW, now=at(2, 12), names=NAMES, holidays={date(2027, 3, 5): "Day of X"})
    assert [(one.day.day, [entry.words for entry in one.entries]) for one in found] == [
        (1, ["Ben (primary)"]),
        (2, []),
        (5, []),
        (8, ["Cleo (primary)"]),
        (10, ["Cleo is away", "Nobody (primary)"]),
        (12, ["Cleo (primary)"]),
    ]
    assert [one.holiday for one in found if one.holiday] == ["Day of X"]


def test_office_hours_are_bars_of_their_own() -> None:
    office = Restriction(frozenset(range(5)), time(9), time(17))
    plan = Plan(replace(SCHEDULE, rotations=(replace(WEEKLY, restrictions=(office,)),)))
    assert len(lane(plan, "Primary").spans) == 10
    assert not any(span.kind is SpanKind.GAP for span in lane(plan, "Primary").spans)

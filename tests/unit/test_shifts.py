"""Who is on, by example: turns, hours, layers, members who come and go, stand-ins and time off."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from triage.oncall.plan import (
    Absence,
    AbsenceKind,
    DutyRole,
    Member,
    Override,
    OverrideKind,
    Plan,
    Recorded,
    Restriction,
    Rotation,
    Schedule,
    Shift,
    Turn,
    Why,
    people_in,
    with_names,
)
from triage.oncall.shifts import gaps, on_now, resolve

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
BEN, CLEO, DEE, EVE = 1, 2, 3, 4
MONDAY = datetime.fromisoformat("2026-03-02T09:00")
WEEKDAYS = frozenset(range(5))
OFFICE = Restriction(WEEKDAYS, time(9), time(17))
NIGHT = Restriction(frozenset(range(7)), time(22), time(6))


def wall(text: str) -> datetime:
    """A local time, without a zone."""
    return datetime.fromisoformat(text)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def rotation(*people: int | Member, **more: object) -> Rotation:
    members = tuple(one if isinstance(one, Member) else Member(one) for one in people)
    usual = Rotation(1, "Weekly", DutyRole.PRIMARY, 0, Turn.WEEK, 1, MONDAY, members)
    return replace(usual, **more)  # type: ignore[arg-type]


def plan(*rotations: Rotation, country: str = "", region: str = "", **more: object) -> Plan:
    schedule = Schedule(1, "T1", "Desk", BERLIN, rotations, country, region)
    return Plan(schedule, **more)  # type: ignore[arg-type]


def told(shifts: list[Shift], zone: ZoneInfo = BERLIN) -> list[tuple[int, str, str]]:
    """Who, from and until in local time."""
    shape = "%a %d %b %H:%M"
    return [
        (shift.person_id, f"{shift.start.astimezone(zone):{shape}}", f"{shift.end.astimezone(zone):{shape}}")
        for shift in shifts
    ]


def people(shifts: list[Shift]) -> list[int]:
    return [shift.person_id for shift in shifts]


# --- Turns ------------------------------------------------------------------------------------------


def test_people_take_turns_week_by_week() -> None:
    weeks = resolve(plan(rotation(BEN, CLEO)), at("2026-03-02T09:00"), at("2026-03-23T09:00"))
    assert told(weeks) == [
        (BEN, "Mon 02 Mar 09:00", "Mon 09 Mar 09:00"),
        (CLEO, "Mon 09 Mar 09:00", "Mon 16 Mar 09:00"),
        (BEN, "Mon 16 Mar 09:00", "Mon 23 Mar 09:00"),
    ]
    assert weeks[0].occurrence == "r1:2026-03-02T08:00:00+00:00"
    assert (weeks[0].why, weeks[0].reason) == (Why.TURN, "It is {1}'s turn in “Weekly”")


def test_nobody_is_on_before_the_first_handoff() -> None:
    assert resolve(plan(rotation(BEN)), at("2026-02-20T00:00"), at("2026-03-02T09:00")) == []


def test_a_handoff_stays_at_nine_when_the_clocks_change() -> None:
    days = resolve(plan(rotation(BEN, CLEO, turn=Turn.DAY)), at("2026-03-27T09:00"), at("2026-03-31T09:00"))
    assert {shift.start.astimezone(BERLIN).hour for shift in days} == {9}
    assert [shift.length for shift in days] == [timedelta(hours=hours) for hours in (24, 23, 24, 24)]


def test_hours_are_elapsed_hours() -> None:
    twelve = rotation(BEN, CLEO, turn=Turn.HOUR, every=12, starts=wall("2026-03-28T21:00"))
    found = resolve(plan(twelve), at("2026-03-28T21:00"), at("2026-03-29T22:00"))
    assert told(found) == [
        (BEN, "Sat 28 Mar 21:00", "Sun 29 Mar 10:00"),
        (CLEO, "Sun 29 Mar 10:00", "Sun 29 Mar 22:00"),
    ]


def test_a_month_that_is_too_short_hands_over_on_its_last_day() -> None:
    monthly = rotation(BEN, CLEO, turn=Turn.MONTH, starts=wall("2026-01-31T09:00"))
    found = resolve(plan(monthly), at("2026-01-31T09:00"), at("2026-04-30T09:00"))
    assert [f"{shift.start.astimezone(BERLIN):%d %b}" for shift in found] == ["31 Jan", "28 Feb", "31 Mar"]


def test_a_business_day_passes_over_the_weekend_and_the_holidays() -> None:
    daily = rotation(BEN, CLEO, DEE, turn=Turn.BUSINESS_DAY)
    # 3 April 2026 is Good Friday, 6 April Easter Monday.
    found = resolve(plan(daily, country="DE", region="BE"), at("2026-04-01T09:00"), at("2026-04-08T09:00"))
    assert [f"{shift.start.astimezone(BERLIN):%a %d}" for shift in found] == ["Wed 01", "Thu 02", "Tue 07"]
    assert found[1].end.astimezone(BERLIN).hour == 9
    assert len({shift.person_id for shift in found}) == 3


def test_a_business_day_rotation_may_start_on_a_saturday() -> None:
    daily = rotation(BEN, CLEO, turn=Turn.BUSINESS_DAY, starts=wall("2026-02-28T09:00"))
    found = resolve(plan(daily), at("2026-02-28T00:00"), at("2026-03-04T09:00"))
    assert told(found) == [
        (BEN, "Sat 28 Feb 09:00", "Tue 03 Mar 09:00"),
        (CLEO, "Tue 03 Mar 09:00", "Wed 04 Mar 09:00"),
    ]


@pytest.mark.parametrize("turn", list(Turn))
def test_far_ahead_the_turn_is_found_without_counting(turn: Turn) -> None:
    far = rotation(BEN, CLEO, DEE, turn=turn, every=2, starts=wall("2001-01-31T02:30"))
    found = resolve(plan(far, country="DE"), at("2026-10-24T00:00"), at("2026-10-27T00:00"))
    assert found[0].start == at("2026-10-24T00:00")
    assert found[-1].end == at("2026-10-27T00:00")
    assert all(one.end == two.start for one, two in pairwise(found))


# --- Members ----------------------------------------------------------------------------------------


def test_whoever_joins_later_takes_the_place_in_the_order_and_nobody_is_skipped() -> None:
    joining = rotation(BEN, Member(DEE, since=date(2026, 3, 20)), CLEO)
    found = resolve(plan(joining), at("2026-03-02T09:00"), at("2026-04-20T09:00"))
    assert people(found) == [BEN, CLEO, BEN, DEE, CLEO, BEN, DEE]


def test_whoever_leaves_takes_only_turns_that_end_before() -> None:
    leaving = rotation(BEN, Member(CLEO, until=date(2026, 3, 25)), DEE)
    found = resolve(plan(leaving), at("2026-03-02T09:00"), at("2026-04-13T09:00"))
    assert people(found) == [BEN, CLEO, DEE, BEN, DEE, BEN]


def test_a_time_in_which_nobody_takes_part_is_a_gap() -> None:
    alone = rotation(Member(BEN, until=date(2026, 3, 10)), Member(CLEO, since=date(2026, 3, 16)))
    found = plan(alone)
    span = at("2026-03-02T09:00"), at("2026-03-30T09:00")
    assert people(resolve(found, *span)) == [BEN, CLEO, CLEO]
    assert gaps(found, *span) == [(at("2026-03-09T09:00"), at("2026-03-16T09:00"))]


# --- Hours ------------------------------------------------------------------------------------------


def test_hours_cut_a_turn_into_days_that_share_its_occurrence() -> None:
    found = resolve(
        plan(rotation(BEN, CLEO, restrictions=(OFFICE,))), at("2026-03-02T00:00"), at("2026-03-10T12:00")
    )
    assert told(found)[0] == (BEN, "Mon 02 Mar 09:00", "Mon 02 Mar 17:00")
    assert people(found) == [BEN] * 5 + [CLEO] * 2
    assert len({shift.occurrence for shift in found}) == 2
    assert len({(shift.occurrence, shift.start) for shift in found}) == len(found)


def test_hours_may_cross_midnight_and_touching_ones_are_one() -> None:
    nights = (NIGHT, Restriction(frozenset({5}), time(6), time(22)))
    found = resolve(plan(rotation(BEN, restrictions=nights)), at("2026-03-06T12:00"), at("2026-03-08T12:00"))
    assert told(found) == [(BEN, "Fri 06 Mar 22:00", "Sun 08 Mar 06:00")]


def test_midnight_to_midnight_is_a_whole_day() -> None:
    weekend = (Restriction(frozenset({5, 6}), time(), time()),)
    found = resolve(plan(rotation(BEN, restrictions=weekend)), at("2026-03-03T00:00"), at("2026-03-09T00:00"))
    assert told(found) == [(BEN, "Sat 07 Mar 00:00", "Mon 09 Mar 00:00")]


def test_outside_their_hours_nobody_is_missing() -> None:
    office = plan(rotation(BEN, restrictions=(OFFICE,)))
    assert gaps(office, at("2026-03-01T00:00"), at("2026-03-20T00:00")) == []


# --- Layers and roles -------------------------------------------------------------------------------


def test_a_higher_layer_wins_where_it_has_somebody_on() -> None:
    below = rotation(BEN)
    above = rotation(CLEO, id=2, name="Nights", layer=1, restrictions=(NIGHT,))
    found = resolve(plan(below, above), at("2026-03-03T12:00"), at("2026-03-04T12:00"))
    assert told(found) == [
        (BEN, "Tue 03 Mar 12:00", "Tue 03 Mar 22:00"),
        (CLEO, "Tue 03 Mar 22:00", "Wed 04 Mar 06:00"),
        (BEN, "Wed 04 Mar 06:00", "Wed 04 Mar 12:00"),
    ]


def test_roles_do_not_touch_each_other() -> None:
    roles = [rotation(person, id=n, role=role) for n, (person, role) in enumerate(zip((1, 2, 3), DutyRole))]  # noqa: B905
    found = resolve(plan(*roles), at("2026-03-03T00:00"), at("2026-03-04T00:00"))
    assert [(shift.person_id, shift.role) for shift in found] == [
        (BEN, DutyRole.PRIMARY),
        (CLEO, DutyRole.SECONDARY),
        (DEE, DutyRole.SHADOW),
    ]


def test_follow_the_sun() -> None:
    """Berlin by day, New York by its own day on the layer beneath."""
    berlin = rotation(BEN, layer=1, restrictions=(Restriction(WEEKDAYS, time(9), time(17)),))
    overseas = rotation(CLEO, id=2, zone=NEW_YORK, restrictions=(Restriction(WEEKDAYS, time(9), time(17)),))
    found = resolve(plan(berlin, overseas), at("2026-03-04T00:00"), at("2026-03-05T00:00"))
    assert told(found) == [
        (BEN, "Wed 04 Mar 09:00", "Wed 04 Mar 17:00"),
        (CLEO, "Wed 04 Mar 17:00", "Wed 04 Mar 23:00"),
    ]


# --- Overrides --------------------------------------------------------------------------------------

DAY = at("2026-03-03T09:00"), at("2026-03-04T09:00")


def override(kind: OverrideKind, person: int | None, instead: int | None = None, **more: object) -> Override:
    made = Override(1, kind, DutyRole.PRIMARY, *DAY, person_id=person, instead_of=instead)
    return replace(made, **more)  # type: ignore[arg-type]


def on(made: Plan) -> list[tuple[int, str, str]]:
    return told(resolve(made, at("2026-03-03T00:00"), at("2026-03-05T00:00")))


def test_added_is_on_in_place_of_everybody() -> None:
    added = plan(rotation(BEN), overrides=(override(OverrideKind.ADD, EVE),))
    assert people(resolve(added, *DAY)) == [EVE]
    assert resolve(added, *DAY)[0].occurrence == "o1"


def test_removed_leaves_a_gap_also_above_a_lower_layer() -> None:
    made = plan(
        rotation(BEN, layer=1), rotation(CLEO, id=2), overrides=(override(OverrideKind.REMOVE, None, BEN),)
    )
    assert resolve(made, *DAY) == []
    assert gaps(made, *DAY) == [DAY]


def test_a_stand_in_keeps_the_turn_s_name() -> None:
    before = resolve(plan(rotation(BEN)), *DAY)[0]
    after = resolve(plan(rotation(BEN), overrides=(override(OverrideKind.REPLACE, CLEO, BEN),)), *DAY)[0]
    assert (after.person_id, after.occurrence, after.rotation_id) == (CLEO, before.occurrence, 1)
    assert with_names(after.reason, {BEN: "Ben", CLEO: "Cleo"}) == "Cleo stands in for Ben"
    assert people_in(after.reason) == {BEN, CLEO}


def test_an_override_about_somebody_who_is_not_on_changes_nothing() -> None:
    made = plan(rotation(BEN), overrides=(override(OverrideKind.COVER, CLEO, DEE),))
    assert on(made) == on(plan(rotation(BEN)))


def test_overrides_build_on_one_another() -> None:
    first = override(OverrideKind.COVER, CLEO, BEN, origin="swap:1")
    second = override(OverrideKind.COVER, DEE, CLEO, id=2, origin="swap:2", end=at("2026-03-03T21:00"))
    shifts = resolve(plan(rotation(BEN), overrides=(second, first)), *DAY)
    assert people(shifts) == [DEE, CLEO]
    assert {shift.why for shift in shifts} == {Why.SWAP}


def test_cover_says_so() -> None:
    made = plan(rotation(BEN), overrides=(override(OverrideKind.COVER, CLEO, BEN, origin="cover:4"),))
    assert resolve(made, *DAY)[0].why is Why.COVER


# --- Time off ---------------------------------------------------------------------------------------


def away(person: int, start: datetime = DAY[0], end: datetime = DAY[1]) -> Absence:
    return Absence(1, person, AbsenceKind.SICK, start, end)


def test_an_absent_person_s_shift_is_a_gap() -> None:
    made = plan(rotation(BEN), absences=(away(BEN),))
    assert resolve(made, *DAY) == []
    assert gaps(made, *DAY) == [DAY]


def test_whoever_rests_keeps_their_shift() -> None:
    resting = replace(away(BEN), kind=AbsenceKind.REST)
    assert resolve(plan(rotation(BEN), absences=(resting,)), *DAY) == resolve(plan(rotation(BEN)), *DAY)


def test_a_lower_layer_covers_who_is_away() -> None:
    made = plan(rotation(BEN, layer=1), rotation(CLEO, id=2), absences=(away(BEN),))
    assert on(made) == [
        (BEN, "Tue 03 Mar 00:00", "Tue 03 Mar 09:00"),
        (CLEO, "Tue 03 Mar 09:00", "Wed 04 Mar 09:00"),
        (BEN, "Wed 04 Mar 09:00", "Thu 05 Mar 00:00"),
    ]


def test_one_may_stand_in_for_somebody_who_is_away() -> None:
    made = plan(
        rotation(BEN), overrides=(override(OverrideKind.COVER, CLEO, BEN),), absences=(away(BEN), away(CLEO))
    )
    assert people(resolve(made, *DAY)) == [CLEO]  # asked by name: an override outweighs time off


# --- What was -------------------------------------------------------------------------------------


def test_before_now_only_what_was_recorded_counts() -> None:
    was = Recorded(
        DutyRole.PRIMARY, at("2026-03-03T00:00"), at("2026-03-03T12:00"), DEE, None, "o9", "override"
    )
    made = plan(rotation(BEN), recorded=(was,), recorded_until=at("2026-03-03T18:00"))
    assert on(made) == [
        (DEE, "Tue 03 Mar 00:00", "Tue 03 Mar 12:00"),
        (BEN, "Tue 03 Mar 18:00", "Thu 05 Mar 00:00"),
    ]
    assert gaps(made, at("2026-03-03T00:00"), at("2026-03-05T00:00")) == []


def test_a_shift_of_which_half_is_recorded_is_one_shift() -> None:
    whole = resolve(plan(rotation(BEN)), at("2026-03-02T09:00"), at("2026-03-09T09:00"))[0]
    until = at("2026-03-05T00:00")
    was = Recorded(
        whole.role, whole.start, until, BEN, whole.rotation_id, whole.occurrence, whole.why, whole.reason
    )
    made = plan(rotation(BEN), recorded=(was,), recorded_until=until)
    assert resolve(made, whole.start, whole.end) == [whole]
    assert on_now(made, at("2026-03-04T00:00")) == on_now(made, at("2026-03-06T00:00")) == [whole]


# --- Now ------------------------------------------------------------------------------------------


def test_who_is_on_now_has_the_whole_shift() -> None:
    made = plan(
        rotation(BEN),
        rotation(CLEO, id=2, layer=1, restrictions=(NIGHT,)),
        overrides=(override(OverrideKind.REPLACE, DEE, BEN, start=at("2026-03-03T12:00")),),
    )
    assert told(on_now(made, at("2026-03-03T13:00"))) == [(DEE, "Tue 03 Mar 12:00", "Tue 03 Mar 22:00")]
    assert told(on_now(made, at("2026-03-03T23:00"))) == [(CLEO, "Tue 03 Mar 22:00", "Wed 04 Mar 06:00")]
    assert told(on_now(made, at("2026-03-04T09:00"))) == [(BEN, "Wed 04 Mar 09:00", "Wed 04 Mar 22:00")]


def test_a_shift_of_months_is_told_whole() -> None:
    monthly = plan(
        rotation(BEN, CLEO, turn=Turn.MONTH, every=3),
        rotation(DEE, id=2, layer=1, restrictions=(Restriction(frozenset({6}), time(9), time(17)),)),
    )
    alone = plan(rotation(BEN, CLEO, turn=Turn.MONTH, every=3))
    assert told(on_now(alone, at("2026-04-01T12:00"))) == [(BEN, "Mon 02 Mar 09:00", "Tue 02 Jun 09:00")]
    assert told(on_now(monthly, at("2026-04-01T12:00"))) == [(BEN, "Sun 29 Mar 17:00", "Sun 05 Apr 09:00")]

"""What holds for every schedule: pieces make the whole, nobody overlaps, and no change of the clocks loses a second."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from triage.oncall.pieces import less, united
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
)
from triage.oncall.rotation import hours_on
from triage.oncall.shifts import gaps, on_now, resolve

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia")
PEOPLE = st.integers(1, 6)

zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.integers(0, 370 * 24 * 4).map(lambda quarters: FIRST + quarters * HOUR / 4)
times = st.integers(0, 47).map(lambda halves: time(halves // 2, halves % 2 * 30))
days = st.dates(datetime(2025, 12, 1).date(), datetime(2027, 2, 1).date())  # noqa: DTZ001 - local days
lengths = st.sampled_from([HOUR / 4, HOUR, 9 * HOUR, 30 * HOUR, 100 * HOUR, 1000 * HOUR])


@st.composite
def members(draw: st.DrawFn) -> Member:
    bounds = sorted(draw(st.tuples(days, days)))
    since, until = (bound if draw(st.integers(0, 3)) == 0 else None for bound in bounds)
    return Member(draw(PEOPLE), since, until if until != since else None)


@st.composite
def restrictions(draw: st.DrawFn) -> Restriction:
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return Restriction(weekdays, draw(times), draw(times))


@st.composite
def rotations(draw: st.DrawFn, number: int) -> Rotation:
    turn = draw(st.sampled_from(list(Turn)))
    return Rotation(
        id=number,
        name=f"Rotation {number}",
        role=draw(st.sampled_from([DutyRole.PRIMARY, DutyRole.PRIMARY, DutyRole.SECONDARY])),
        layer=number,
        turn=turn,
        every=draw(st.integers(1, 4)) * (6 if turn is Turn.HOUR else 1),
        starts=datetime.combine(draw(days), draw(times)),
        members=tuple(draw(st.lists(members(), min_size=1, max_size=5))),
        restrictions=tuple(draw(st.lists(restrictions(), max_size=3))),
        zone=draw(st.none() | zones),
    )


@st.composite
def overrides(draw: st.DrawFn, number: int) -> Override:
    start = draw(moments)
    kind = draw(st.sampled_from(list(OverrideKind)))
    return Override(
        id=number,
        kind=kind,
        role=draw(st.sampled_from([DutyRole.PRIMARY, DutyRole.SECONDARY])),
        start=start,
        end=start + draw(lengths),
        person_id=None if kind is OverrideKind.REMOVE else draw(PEOPLE),
        instead_of=draw(PEOPLE),
        origin=draw(st.sampled_from(["", "swap:1", "cover:1"])),
    )


@st.composite
def absences(draw: st.DrawFn) -> Absence:
    start = draw(moments)
    return Absence(1, draw(PEOPLE), AbsenceKind.TIME_OFF, start, start + draw(lengths))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    country = draw(st.sampled_from(["", "DE", "US"]))
    rules = tuple(draw(rotations(number)) for number in range(1, draw(st.integers(1, 4)) + 1))
    return Plan(
        Schedule(1, "T1", "Desk", draw(zones), rules, country),
        tuple(draw(overrides(number)) for number in range(1, draw(st.integers(0, 6)) + 1)),
        tuple(draw(st.lists(absences(), max_size=4))),
    )


spans = st.lists(moments, min_size=3, max_size=3, unique=True).map(sorted)


def joined(shifts: list[Shift]) -> list[Shift]:
    """Pieces of one shift that were cut apart, put together again."""
    whole: list[Shift] = []
    for role in DutyRole:
        for shift in (shift for shift in shifts if shift.role is role):
            last = whole[-1] if whole else None
            if last and last.end == shift.start and replace(last, start=shift.start, end=shift.end) == shift:
                whole[-1] = replace(last, end=shift.end)
            else:
                whole.append(shift)
    return sorted(whole, key=lambda shift: (shift.start, list(DutyRole).index(shift.role)))


@given(plans(), spans)
def test_the_parts_make_the_whole(plan: Plan, span: list[datetime]) -> None:
    a, b, c = span
    assert joined(resolve(plan, a, b) + resolve(plan, b, c)) == resolve(plan, a, c)


@given(plans(), spans)
def test_shifts_are_half_open_and_never_overlap_within_a_role(plan: Plan, span: list[datetime]) -> None:
    start, _, end = span
    shifts = resolve(plan, start, end)
    for role in DutyRole:
        line = [shift for shift in shifts if shift.role is role]
        assert all(one.end <= two.start for one, two in pairwise(line))
    assert all(start <= shift.start < shift.end <= end for shift in shifts)
    assert len({(shift.role, shift.occurrence, shift.start) for shift in shifts}) == len(shifts)


@given(plans(), moments)
def test_who_is_on_now_is_whoever_is_on_in_the_long_view(plan: Plan, at: datetime) -> None:
    wide = resolve(plan, at - 130 * 24 * HOUR, at + 130 * 24 * HOUR)
    found = {shift.role: shift for shift in wide if shift.holds(at)}
    assert on_now(plan, at) == [found[role] for role in DutyRole if role in found]


@given(plans(), spans)
def test_gaps_are_what_is_meant_and_not_covered(plan: Plan, span: list[datetime]) -> None:
    start, _, end = span
    for role in (DutyRole.PRIMARY, DutyRole.SECONDARY):
        on = united((s.start, s.end) for s in resolve(plan, start, end) if s.role is role)
        meant = united(
            hours
            for rotation in plan.schedule.rotations
            if rotation.role is role
            for hours in hours_on(rotation, rotation.zone or plan.schedule.zone, start, end)
        )
        missing = gaps(plan, start, end, role)
        assert united([*missing, *on]) == united([*meant, *on])
        assert list(less(missing, on)) == missing


@given(plans(), spans)
def test_nobody_works_a_turn_while_away(plan: Plan, span: list[datetime]) -> None:
    start, _, end = span
    for shift in resolve(replace(plan, overrides=()), start, end):
        for absence in plan.absences:
            assert (
                absence.person_id != shift.person_id
                or absence.end <= shift.start
                or shift.end <= absence.start
            )


@given(plans(), plans(), spans)
def test_other_rules_change_nothing_before_now(plan: Plan, other: Plan, span: list[datetime]) -> None:
    start, now, end = span
    recorded = tuple(
        Recorded(s.role, s.start, s.end, s.person_id, s.rotation_id, s.occurrence, s.why, s.reason)
        for s in resolve(plan, start, now)
    )
    edited = replace(other, recorded=recorded, recorded_until=now)
    assert resolve(edited, start, now) == resolve(plan, start, now)
    assert resolve(edited, now, end) == resolve(other, now, end)


@given(plans(), plans(), moments)
def test_a_turn_s_name_survives_edits_elsewhere(plan: Plan, other: Plan, at: datetime) -> None:
    """Whoever stands in, whatever other rotations do: the turn keeps its name."""
    kept = plan.schedule.rotations[0]
    alone = Plan(replace(plan.schedule, rotations=(kept,)))
    edited = Plan(
        replace(plan.schedule, rotations=(kept, *other.schedule.rotations[1:])),
        plan.overrides,
        plan.absences,
    )
    names = {
        (shift.role, shift.occurrence) for shift in resolve(alone, at - 24 * HOUR * 130, at + 24 * HOUR * 130)
    }
    for shift in on_now(edited, at):
        if shift.rotation_id == kept.id:
            assert (shift.role, shift.occurrence) in names


# --- Every change of the clocks of every zone -------------------------------------------------------

FROM, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
# No zone changes its clocks twice within so short a time.
STEP = timedelta(days=2)


def changes(zone: ZoneInfo) -> Iterator[datetime]:
    """Every moment from 2020 to 2040 at which the zone's offset changes, to the minute."""
    at, offset = FROM, FROM.astimezone(zone).utcoffset()
    while at < UNTIL:
        then = at + STEP
        if then.astimezone(zone).utcoffset() == offset:
            at = then
            continue
        low, high = at, then
        while high - low > timedelta(minutes=1):
            middle = (low + (high - low) / 2).replace(second=0, microsecond=0)
            low, high = (middle, high) if middle.astimezone(zone).utcoffset() == offset else (low, middle)
        yield high
        at, offset = high, high.astimezone(zone).utcoffset()


def changing_zones() -> dict[tuple[object, ...], tuple[ZoneInfo, list[datetime]]]:
    """One zone for each different history of changes."""
    found: dict[tuple[object, ...], tuple[ZoneInfo, list[datetime]]] = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        moments = list(changes(zone))
        key = (FROM.astimezone(zone).utcoffset(), *((m, m.astimezone(zone).utcoffset()) for m in moments))
        if moments:
            found.setdefault(key, (zone, moments))
    return found


def always(zone: ZoneInfo, turn: Turn, starts: str, every: int = 1) -> Plan:
    turns = Rotation(
        1,
        "Always",
        DutyRole.PRIMARY,
        0,
        turn,
        every,
        datetime.fromisoformat(starts),
        (Member(1), Member(2), Member(3)),
    )
    return Plan(Schedule(1, "T1", "Desk", zone, (turns,)))


def test_always_on_covers_the_elapsed_time_across_every_change_of_every_zone() -> None:
    """And a handoff at nine stays at nine. Those at 02:30 and at midnight fall into many of the changes."""
    zones = changing_zones()
    assert len(zones) > 40, "the tz database is missing"
    for zone, moments in zones.values():
        nine = always(zone, Turn.DAY, "2019-12-30T09:00")
        shaped = [
            always(zone, Turn.DAY, "2019-12-30T02:30"),
            always(zone, Turn.DAY, "2019-12-30T00:00"),
            always(zone, Turn.HOUR, "2019-12-30T09:00", 7),
        ]
        around_the_clock = (
            Restriction(frozenset(range(7)), time(2), time(14, 30)),
            Restriction(frozenset(range(7)), time(14, 30), time(2)),
        )
        shaped.append(with_hours(nine, around_the_clock))
        for change in moments:
            start, end = change - 30 * HOUR, change + 30 * HOUR
            for plan in (nine, *shaped):
                shifts = resolve(plan, start, end)
                covered = sum((shift.length for shift in shifts), timedelta())
                assert covered == end - start, f"{zone} at {change}"
                assert all(one.end == two.start for one, two in pairwise(shifts)), f"{zone} at {change}"
                assert gaps(plan, start, end) == []
            for shift in resolve(nine, start, end)[1:]:
                assert shift.start.astimezone(zone).time() == time(9), f"{zone} at {change}"


def with_hours(plan: Plan, hours: tuple[Restriction, ...]) -> Plan:
    (rotation,) = plan.schedule.rotations
    return replace(plan, schedule=replace(plan.schedule, rotations=(replace(rotation, restrictions=hours),)))


@settings(max_examples=40)
@given(zones, st.sampled_from([Turn.WEEK, Turn.MONTH, Turn.BUSINESS_DAY]), st.integers(1, 4), times)
def test_long_turns_leave_no_second_out_in_twenty_years(
    zone: ZoneInfo, turn: Turn, every: int, handoff: time
) -> None:
    plan = always(zone, turn, f"2019-12-30T{handoff:%H:%M}", every)
    shifts = resolve(plan, FROM, UNTIL)
    assert sum((shift.length for shift in shifts), timedelta()) == UNTIL - FROM
    assert all(one.person_id != two.person_id for one, two in pairwise(shifts))

"""What the look-ahead finds: gaps, strain, and people whom nothing reaches."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from triage.oncall.concern import Concern, ConcernKind, Contact
from triage.oncall.concerns import concerns
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
    with_names,
)
from triage.oncall.rules import CareRules
from triage.oncall.times_said import at_time, hours

BEN, CLEO, DEE = 1, 2, 3
NAMES = {BEN: "Ben", CLEO: "Cleo", DEE: "Dee"}
UTC_ZONE, TOKYO = ZoneInfo("UTC"), ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
ALL = frozenset(range(7))
OFFICE = Restriction(frozenset(range(5)), time(9), time(17))
NIGHT = Restriction(ALL, time(22), time(6))
DAY = timedelta(days=1)


def plan(*members: int, turn: Turn = Turn.DAY, country: str = "", number: int = 1, **more: object) -> Plan:
    turns = Rotation(
        number,
        "Turns",
        DutyRole.PRIMARY,
        0,
        turn,
        1,
        NOW.replace(tzinfo=None),
        tuple(Member(one) for one in members),
    )
    rotation = replace(turns, **more)  # type: ignore[arg-type]
    return Plan(Schedule(number, "T1", f"Desk {number}", UTC_ZONE, (rotation,), country))


def found(
    *plans: Plan, contacts: Mapping[int, Contact] | None = None, days: int = 28, **rules: object
) -> list[Concern]:
    known = {person: Contact(UTC_ZONE) for person in NAMES} | dict(contacts or {})
    care = replace(CareRules(week=timedelta(days=7)), **rules)  # type: ignore[arg-type]
    return concerns(plans, known, start=NOW, end=NOW + days * DAY, rules=care)


def said(what: list[Concern]) -> list[str]:
    return [with_names(concern.sentence, NAMES) for concern in what]


def test_a_calm_rota_has_no_concern() -> None:
    assert found(plan(BEN, CLEO, restrictions=(OFFICE,))) == []


def test_a_gap_names_its_time_in_the_schedule_s_zone() -> None:
    away = (Absence(1, BEN, AbsenceKind.SICK, NOW + DAY, NOW + DAY + timedelta(hours=8)),)
    alone = replace(plan(BEN, restrictions=(OFFICE,)), absences=away)
    assert said(found(alone)) == ["Nobody is on for “Desk 1” from Tue 3 Mar, 09:00 to 17:00 UTC"]


def test_nobody_second_in_line_is_a_gap_of_its_own() -> None:
    second = plan(BEN, role=DutyRole.SECONDARY)
    removed = Override(1, OverrideKind.REMOVE, DutyRole.SECONDARY, NOW + DAY, NOW + 2 * DAY, None, BEN)
    (gap,) = [c for c in found(replace(second, overrides=(removed,))) if c.kind is ConcernKind.GAP]
    assert gap.sentence.startswith("Nobody is second in line")


def test_a_gap_in_who_is_learning_is_none() -> None:
    shadow = plan(BEN, role=DutyRole.SHADOW)
    removed = Override(1, OverrideKind.REMOVE, DutyRole.SHADOW, NOW + DAY, NOW + 2 * DAY, None, BEN)
    assert found(replace(shadow, overrides=(removed,))) == []


@pytest.mark.parametrize(("nights", "too_many"), [(4, False), (5, True)])
def test_more_than_four_nights_running(nights: int, too_many: bool) -> None:
    turns = plan(
        BEN, CLEO, DEE, every=nights, starts=NOW.replace(tzinfo=None, hour=12), restrictions=(NIGHT,)
    )
    kinds = {concern.kind for concern in found(turns)}
    assert (ConcernKind.NIGHTS in kinds) is too_many


def test_nights_run_on_across_schedules_and_are_of_the_person_s_own_zone() -> None:
    one = plan(BEN, CLEO, every=3, restrictions=(NIGHT,), starts=NOW.replace(tzinfo=None, hour=12))
    other = plan(CLEO, BEN, every=3, restrictions=(NIGHT,), starts=one.schedule.rotations[0].starts, number=2)
    assert ConcernKind.NIGHTS in {concern.kind for concern in found(one, other)}
    # What is night in London is day in Tokyo.
    far = {BEN: Contact(TOKYO), CLEO: Contact(TOKYO)}
    assert ConcernKind.NIGHTS not in {concern.kind for concern in found(one, other, contacts=far)}


def test_a_run_of_nights_is_seen_from_its_first() -> None:
    always = plan(BEN, restrictions=(NIGHT,), starts=NOW.replace(tzinfo=None) - 3 * DAY)
    (run,) = [concern for concern in found(always, days=3) if concern.kind is ConcernKind.NIGHTS]
    assert run.start < NOW


def test_a_quick_return() -> None:
    evening, morning = Restriction(ALL, time(14), time(22)), Restriction(ALL, time(6), time(12))
    late = plan(BEN, CLEO, restrictions=(evening,), starts=NOW.replace(tzinfo=None, hour=0))
    early = plan(CLEO, BEN, restrictions=(morning,), starts=NOW.replace(tzinfo=None, hour=0), number=2)
    returns = [concern for concern in found(late, early, days=3) if concern.kind is ConcernKind.QUICK_RETURN]
    assert said(returns)[0] == (
        "Ben is on again 8 hours after a shift, Tue 3 Mar, 06:00 UTC; 11 hours are needed to rest"
    )


DAYTIME = Restriction(ALL, time(8), time(20))


def of_kind(kind: ConcernKind, what: list[Concern]) -> list[Concern]:
    return [concern for concern in what if concern.kind is kind]


def test_too_many_hours_in_a_week_in_which_somebody_stands_in() -> None:
    calm = plan(BEN, CLEO, restrictions=(OFFICE,))
    covered = Override(1, OverrideKind.COVER, DutyRole.PRIMARY, NOW, NOW + 4.5 * DAY, CLEO, BEN)
    fair = timedelta(hours=30)
    (week,) = of_kind(ConcernKind.HOURS, found(replace(calm, overrides=(covered,)), week=fair))
    assert said([week]) == ["Cleo is on for 40 hours in the week of Mon 2 Mar; at most 30 hours are fair"]
    assert week.person_id == CLEO


def test_standby_is_no_working_time() -> None:
    """A week around the clock is not a week of 168 hours at work."""
    around_the_clock = plan(BEN, CLEO, turn=Turn.WEEK)
    assert of_kind(ConcernKind.HOURS, found(around_the_clock, week=timedelta(hours=48))) == []


def test_what_every_turn_means_is_said_once_of_the_schedule() -> None:
    around_the_clock = plan(BEN, CLEO, DEE, turn=Turn.WEEK)
    (nights,) = found(around_the_clock, days=90)
    assert nights.sentence == "The turns of “Desk 1” mean up to 7 nights running; at most 4 are fair"
    assert (nights.person_id, nights.standing) == (None, True)

    long_weeks = plan(BEN, CLEO, turn=Turn.WEEK, restrictions=(DAYTIME,))
    (hours_of_it,) = found(long_weeks, days=90, week=timedelta(hours=48))
    assert hours_of_it.sentence == (
        "The turns of “Desk 1” mean up to 83 hours in a week; at most 48 hours are fair"
    )

    late = plan(BEN, restrictions=(Restriction(ALL, time(7), time(22)),))
    (returns,) = of_kind(ConcernKind.QUICK_RETURN, found(late, days=90))
    assert returns.sentence == (
        "The turns of “Desk 1” leave as little as 9 hours between two shifts; 11 hours are needed to rest"
    )


def test_what_every_turn_means_keeps_its_key_for_ever() -> None:
    around_the_clock = plan(BEN, CLEO, DEE, turn=Turn.WEEK)
    keys = set()
    for weeks in range(8):
        now = NOW + 7 * weeks * DAY
        end = now + 90 * DAY
        ahead = concerns([around_the_clock], {}, start=now, end=end, rules=CareRules())
        keys |= {concern.key(start=now, end=end) for concern in ahead}
    assert len(keys) == 1


def test_what_a_swap_brings_about_is_said_by_itself_all_the_same() -> None:
    around_the_clock = plan(BEN, CLEO, DEE, turn=Turn.WEEK)
    taken = Override(1, OverrideKind.REPLACE, DutyRole.PRIMARY, NOW + 7 * DAY, NOW + 14 * DAY, BEN, CLEO)
    run, turns = sorted(
        found(replace(around_the_clock, overrides=(taken,)), days=90), key=lambda c: c.standing
    )
    assert turns.standing
    assert said([run])[0].startswith("Ben is on for 14 nights running from Mon 2 Mar")


def test_somebody_whom_nothing_reaches_is_named_once() -> None:
    contacts = {CLEO: Contact(UTC_ZONE, "the last message to them did not arrive")}
    assert said(found(plan(BEN, CLEO, restrictions=(OFFICE,)), contacts=contacts)) == [
        "Cleo is on for “Desk 1” from Tue 3 Mar, 09:00 UTC, but the last message to them did not arrive"
    ]


def test_a_stand_in_who_is_away() -> None:
    covered = Override(1, OverrideKind.COVER, DutyRole.PRIMARY, NOW, NOW + DAY, CLEO, BEN)
    away = Absence(1, CLEO, AbsenceKind.TIME_OFF, NOW, NOW + 3 * DAY)
    made = replace(plan(BEN, restrictions=(OFFICE,)), overrides=(covered,), absences=(away,))
    assert said(found(made)) == ["Cleo is on for “Desk 1” and away from Mon 2 Mar, 09:00 to 17:00 UTC"]


def test_a_holiday_is_news_and_no_fault() -> None:
    easter = [c for c in found(plan(BEN, restrictions=(OFFICE,), country="DE"), days=50)]
    assert [concern.kind for concern in easter if concern.kind.is_only_news] == [ConcernKind.HOLIDAY] * 2
    assert "on Fri 3 Apr: " in easter[0].sentence


def test_a_concern_keeps_its_key_while_time_passes() -> None:
    """Also one that is there already, and one whose end is out of sight."""
    alone = plan(BEN, restrictions=(OFFICE,))
    later = NOW + timedelta(hours=1)
    for away_until in (NOW + DAY, NOW + 500 * DAY):
        away = (Absence(1, BEN, AbsenceKind.SICK, NOW - DAY, away_until),)
        keys = []
        for now in (NOW, later):
            care, end = CareRules(), now + 90 * DAY
            ahead = concerns(
                [replace(alone, absences=away)], {BEN: Contact(UTC_ZONE)}, start=now, end=end, rules=care
            )
            keys.append([concern.key(start=now, end=end) for concern in ahead][:30])
        assert keys[0]
        assert keys[0] == keys[1]


@pytest.mark.parametrize(("zone", "name"), [("Europe/Berlin", "CET"), ("America/Sao_Paulo", "UTC-03")])
def test_times_name_their_zone(zone: str, name: str) -> None:
    assert at_time(NOW, ZoneInfo(zone)).endswith(f" {name}")


@pytest.mark.parametrize(
    ("length", "words"),
    [(timedelta(hours=1), "1 hour"), (timedelta(hours=8), "8 hours"), (timedelta(minutes=570), "9½ hours")],
)
def test_hours_as_one_says_them(length: timedelta, words: str) -> None:
    assert hours(length) == words

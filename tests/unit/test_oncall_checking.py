"""Rules that cannot be: each is named where it stands, with what to do instead."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from triage.oncall.checking import ScheduleRefused, problems
from triage.oncall.plan import DutyRole, Member, Restriction, Rotation, Schedule, Turn

MONDAY = datetime.fromisoformat("2026-03-02T09:00")
WEEKDAYS, ALL = frozenset(range(5)), frozenset(range(7))
TURNS = Rotation(0, "Turns", DutyRole.PRIMARY, 0, Turn.WEEK, 1, MONDAY, (Member(1), Member(2)))
RULES = Schedule(0, "T1", "Desk", ZoneInfo("Europe/Berlin"), (TURNS,), "DE", "BE")


def wrong(**more: object) -> list[tuple[object, ...]]:
    return [problem.path for problem in problems(replace(RULES, **more))]  # type: ignore[arg-type]


def wrong_turns(**more: object) -> list[tuple[object, ...]]:
    return wrong(rotations=(replace(TURNS, **more),))  # type: ignore[arg-type]


def test_sound_rules_have_no_problem() -> None:
    assert problems(RULES) == []
    assert problems(replace(RULES, rotations=())) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a{1}b", "a\nb"])
def test_a_name_is_short_plain_and_not_empty(name: str) -> None:
    assert wrong(name=name) == [("name",)]
    assert wrong_turns(name=name) == [("rotations", 0, "name")]


def test_each_rotation_has_a_name_of_its_own() -> None:
    again = replace(TURNS, layer=1)
    assert wrong(rotations=(TURNS, again)) == [("rotations", 1, "name")]


def test_holidays_are_of_a_country_and_region_that_are_known() -> None:
    assert wrong(country="XX", region="") == [("country",)]
    assert wrong(country="DE", region="Bavaria-ish") == [("region",)]
    assert wrong(country="", region="BE") == [("region",)]
    assert wrong(country="", region="") == []


@pytest.mark.parametrize("turn", list(Turn))
@pytest.mark.parametrize("every", [-1, 0, 10_000])
def test_a_turn_is_neither_nothing_nor_endless(turn: Turn, every: int) -> None:
    assert wrong_turns(turn=turn, every=every) == [("rotations", 0, "every")]


def test_the_start_is_local_and_of_our_time() -> None:
    assert wrong_turns(starts=MONDAY.replace(tzinfo=UTC)) == [("rotations", 0, "starts")]
    assert wrong_turns(starts=MONDAY.replace(year=1)) == [("rotations", 0, "starts")]


def test_somebody_takes_part_and_for_some_time() -> None:
    assert wrong_turns(members=()) == [("rotations", 0, "members")]
    backwards = (Member(1), Member(2, date(2026, 3, 5), date(2026, 3, 5)))
    assert wrong_turns(members=backwards) == [("rotations", 0, "members", 1, "until")]


@pytest.mark.parametrize("layer", [-1, 100])
def test_layers_are_few(layer: int) -> None:
    assert wrong_turns(layer=layer) == [("rotations", 0, "layer")]


def test_hours_name_days_and_differ() -> None:
    path = ("rotations", 0, "restrictions", 0)
    assert wrong_turns(restrictions=(Restriction(frozenset(), time(9), time(17)),)) == [(*path, "weekdays")]
    assert wrong_turns(restrictions=(Restriction(frozenset({7}), time(9), time(17)),)) == [
        (*path, "weekdays")
    ]
    assert wrong_turns(restrictions=(Restriction(ALL, time(9), time(9)),)) == [(*path, "end")]
    assert wrong_turns(restrictions=(Restriction(ALL, time(9, tzinfo=UTC), time(17)),)) == [path]
    assert wrong_turns(restrictions=(Restriction(ALL, time(), time()),)) == []


def second(**more: object) -> Rotation:
    return replace(TURNS, name="Second", **more)  # type: ignore[arg-type]


def test_two_rotations_of_one_role_and_layer_may_not_meet() -> None:
    assert wrong(rotations=(TURNS, second())) == [("rotations", 1, "layer")]
    assert wrong(rotations=(TURNS, second(layer=1))) == []
    assert wrong(rotations=(TURNS, second(role=DutyRole.SECONDARY))) == []


def test_day_and_night_on_one_layer_do_not_meet() -> None:
    by_day = replace(TURNS, restrictions=(Restriction(ALL, time(8), time(20)),))
    by_night = second(restrictions=(Restriction(ALL, time(20), time(8)),))
    assert wrong(rotations=(by_day, by_night)) == []
    assert wrong(
        rotations=(by_day, replace(by_night, restrictions=(Restriction(ALL, time(19), time(8)),)))
    ) == [("rotations", 1, "layer")]


def test_zones_that_change_their_clocks_on_other_days_meet_in_between() -> None:
    """New York's afternoon begins when Berlin's ends, but for some weeks of the year."""
    berlin = replace(TURNS, restrictions=(Restriction(WEEKDAYS, time(9), time(17)),))
    overseas = second(
        restrictions=(Restriction(WEEKDAYS, time(11), time(17)),), zone=ZoneInfo("America/New_York")
    )
    found = problems(replace(RULES, rotations=(berlin, overseas)))
    assert [problem.path for problem in found] == [("rotations", 1, "layer")]
    assert "2026-03-09" in found[0].what


def test_one_rotation_may_follow_another_that_ends() -> None:
    ends = replace(TURNS, members=(Member(1, until=date(2026, 6, 1)),))
    after = second(starts=datetime.fromisoformat("2026-06-01T00:00"))
    assert wrong(rotations=(ends, after)) == []
    assert wrong(rotations=(ends, replace(after, starts=MONDAY))) == [("rotations", 1, "layer")]


def test_everything_is_said_at_once_with_a_remedy() -> None:
    found = problems(replace(RULES, name="", rotations=(replace(TURNS, every=0, members=()),)))
    assert len(found) == 3
    assert all(problem.what.endswith(".") and problem.remedy.endswith(".") for problem in found)
    assert str(ScheduleRefused(found)).count("Give it a name.") == 1


def test_a_zone_is_one_of_the_tz_database() -> None:
    with (files("tzdata") / "zoneinfo" / "UTC").open("rb") as file:
        atlantis = ZoneInfo.from_file(file, key="Europe/Atlantis")
    (found,) = problems(replace(RULES, zone=atlantis))
    assert "Europe/Atlantis" in found.what

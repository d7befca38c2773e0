"""Schedules from other tools: what fits is taken over, what does not is named, and nobody is guessed."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.oncall.exchange.document import Document, FileRefused, Written
from triage.oncall.exchange.foreign import hours, mapping_of, turn_of
from triage.oncall.exchange.reading import from_yaml
from triage.oncall.exchange.tools import Tool, from_tool
from triage.oncall.exchange.writing import to_yaml
from triage.oncall.plan import DutyRole, Member, Override, OverrideKind, Plan, Restriction, Turn
from triage.oncall.shifts import resolve
from triage.people.models import Person

EXAMPLES = Path(__file__).parents[1] / "data" / "oncall"
NOW = datetime(2027, 3, 2, 10, tzinfo=UTC)
BEN, CLEO, DEE = 1, 2, 3
KNOWN = {"UBEN": BEN, "UCLEO": CLEO, "UDEE": DEE}
GIVEN = {
    "Ben Ahorn": "UBEN",
    "cleo sand": "UCLEO",
    "Dee Wald": "UDEE",
    "ben@desk.example": "UBEN",
    "Cleo@desk.example": "UCLEO",
    "dee": "UDEE",
}
WEEKDAYS = frozenset(range(5))


def example(name: str) -> str:
    return (EXAMPLES / f"{name}.json").read_text("utf-8")


def imported(tool: Tool, text: str, given: dict[str, str] = GIVEN) -> tuple[Written, list[str]]:
    document, misfits = from_tool(tool, text, given, KNOWN, team_id="T1", now=NOW)
    (written,) = document.schedules
    return written, [str(misfit) for misfit in misfits]


def members(written: Written) -> dict[str, list[int]]:
    return {one.name: [member.person_id for member in one.members] for one in written.schedule.rotations}


def test_pagerduty_layers_become_rotations() -> None:
    written, misfits = imported(Tool.PAGERDUTY, example("pagerduty"))

    weekend, office = written.schedule.rotations
    assert (written.schedule.name, written.schedule.zone) == (
        "Desk of the branch office",
        ZoneInfo("Europe/Berlin"),
    )
    assert weekend.layer > office.layer
    assert set(weekend.restrictions) == {
        Restriction(frozenset({4}), time(17), time()),
        Restriction(frozenset({5, 6}), time(), time()),
        Restriction(frozenset({0}), time(), time(9)),
    }
    assert (office.turn, office.every, office.starts) == (Turn.DAY, 1, datetime(2026, 1, 5, 9))  # noqa: DTZ001
    assert office.restrictions == (Restriction(frozenset(range(7)), time(9), time(17)),)
    assert members(written) == {"Weekend": [CLEO], "Office hours": [BEN, CLEO, BEN]}
    assert written.overrides == (
        Override(
            0,
            OverrideKind.ADD,
            DutyRole.PRIMARY,
            datetime(2027, 3, 3, 8, tzinfo=UTC),
            datetime(2027, 3, 3, 16, tzinfo=UTC),
            DEE,
        ),
    )
    assert [misfit.partition(":")[0] for misfit in misfits] == [
        "Layer “Before we moved” of “Desk of the branch office”",
        "Layer “Odd turns” of “Desk of the branch office”",
        "The order of the layers of “Desk of the branch office”",
    ]


def test_a_pagerduty_layer_that_begins_later_begins_with_whom_it_should() -> None:
    data = json.loads(example("pagerduty"))
    office = data["schedule"]["schedule_layers"][1]
    office["rotation_virtual_start"] = "2027-03-01T09:00:00+01:00"
    office["start"] = "2027-04-01T09:00:00+02:00"

    written, _ = imported(Tool.PAGERDUTY, json.dumps(data))

    rotation = written.schedule.rotations[1]
    # Thirty-one turns of a day lie between, over the change of the clocks: it is the second one's.
    assert rotation.starts == datetime(2027, 4, 1, 9)  # noqa: DTZ001
    assert [member.person_id for member in rotation.members] == [CLEO, BEN, BEN]


def test_goalert_targets_become_rotations_side_by_side() -> None:
    written, misfits = imported(Tool.GOALERT, example("goalert"))

    weekdays, always, dee = written.schedule.rotations
    assert weekdays.restrictions == (Restriction(WEEKDAYS, time(8), time(18)),)
    assert weekdays.starts == datetime(2026, 1, 5, 9)  # noqa: DTZ001
    assert (always.turn, always.every, always.zone) == (Turn.DAY, 2, ZoneInfo("America/New_York"))
    # Both would be on at once: the second stands behind the first.
    assert (weekdays.role, always.role) == (DutyRole.PRIMARY, DutyRole.SECONDARY)
    assert set(dee.restrictions) == {Restriction(frozenset({5, 6}), time(22), time(6))}
    assert dee.members == (Member(DEE),)
    assert [one.kind for one in written.overrides] == [OverrideKind.REPLACE, OverrideKind.ADD]
    assert (written.overrides[0].person_id, written.overrides[0].instead_of) == (DEE, BEN)
    assert len(misfits) == 4
    assert "does not hold this rotation" in misfits[-2]
    assert "hours without anybody" in misfits[-1]


def test_whoever_is_on_in_goalert_is_on_here() -> None:
    written, _ = imported(Tool.GOALERT, example("goalert"))
    plan = Plan(written.schedule)
    on = resolve(plan, NOW, NOW.replace(hour=11))
    assert [shift.person_id for shift in on if shift.role is DutyRole.PRIMARY] == [CLEO]


def test_grafana_shifts_become_rotations_and_overrides() -> None:
    written, misfits = imported(Tool.GRAFANA, example("grafana"))

    nights, office = written.schedule.rotations
    # Only every week's beginning changes who is on, wherever in the week the shift was made.
    assert (office.turn, office.starts) == (Turn.WEEK, datetime(2026, 1, 5, 9))  # noqa: DTZ001
    assert office.restrictions == (Restriction(WEEKDAYS, time(9), time(17)),)
    assert office.layer > nights.layer
    assert members(written) == {"Nights": [DEE], "Office hours": [CLEO, BEN]}
    assert nights.zone == ZoneInfo("America/New_York")
    assert nights.restrictions == (Restriction(frozenset(range(7)), time(22), time(6)),)
    (party,) = written.overrides
    assert (party.kind, party.person_id, party.start) == (
        OverrideKind.ADD,
        CLEO,
        datetime(2027, 6, 18, 13, tzinfo=UTC),
    )
    assert [misfit.partition(":")[0] for misfit in misfits] == [
        "“Desk”",
        "Shift OGONE of “Desk”",
        "Shift “Quarter end” of “Desk”",
        "Shift “Office hours” of “Desk”",
    ]


@pytest.mark.parametrize("shape", ["show", "state"])
def test_grafana_comes_from_terraform_as_well(shape: str) -> None:
    data = json.loads(example("grafana_terraform"))
    if shape == "state":
        root = data["values"]["root_module"]
        resources = [*root["resources"], *root["child_modules"][0]["resources"]]
        data = {
            "version": 4,
            "resources": [
                {"type": one["type"], "instances": [{"attributes": one["values"]}]} for one in resources
            ],
        }
    written, misfits = imported(Tool.GRAFANA, json.dumps(data))
    (weeks,) = written.schedule.rotations
    assert (weeks.turn, weeks.restrictions, misfits) == (Turn.WEEK, (), [])
    assert members(written) == {"Weeks": [BEN]}


@pytest.mark.parametrize(
    ("tool", "name"),
    [(Tool.PAGERDUTY, "pagerduty"), (Tool.GOALERT, "goalert"), (Tool.GRAFANA, "grafana")],
)
def test_who_is_not_mapped_is_listed_and_nothing_is_taken_over(tool: Tool, name: str) -> None:
    with pytest.raises(FileRefused) as refused:
        imported(tool, example(name), {"dee": "UNOBODY", "Dee Wald": "UNOBODY"})
    said = [str(wrong) for wrong in refused.value.wrong]
    assert any("ben" in one.lower() and "--person" in one for one in said)
    assert any("cleo" in one.lower() for one in said)
    assert any("UNOBODY, whom nobody here knows" in one for one in said)


@pytest.mark.parametrize(
    ("tool", "name"),
    [(Tool.PAGERDUTY, "pagerduty"), (Tool.GOALERT, "goalert"), (Tool.GRAFANA, "grafana")],
)
def test_what_was_imported_can_be_exported(tool: Tool, name: str) -> None:
    written, _ = imported(tool, example(name))
    document = Document((written,))
    people = {number: Person(id=number, slack_id=slack_id) for slack_id, number in KNOWN.items()}
    assert from_yaml(to_yaml(document, people), KNOWN, "T1") == document


@pytest.mark.parametrize("tool", [Tool.PAGERDUTY, Tool.GOALERT, Tool.GRAFANA])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ('{"a":\n\n nope}', "Line 3"),
        ("[]", "the file"),
        ("5", "the file"),
        ("{}", "the file"),
        ("[" * 100_000, "cannot be read"),
        ('{"schedules": [{"name": "A"}]}', "the file"),
    ],
)
def test_another_file_is_refused(tool: Tool, text: str, says: str) -> None:
    if tool is Tool.GRAFANA and '"A"' in text:
        text = '{"schedules": [{"nome": "A"}]}'
    with pytest.raises(FileRefused) as refused:
        imported(tool, text)
    assert says in str(refused.value.wrong[0])


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, child in inside for place in places(child, (*path, key)))]


JSON_VALUES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.just([]) | st.just({}) | st.floats()
)


@given(st.data())
@pytest.mark.parametrize(
    ("tool", "name"),
    [
        (Tool.PAGERDUTY, "pagerduty"),
        (Tool.GOALERT, "goalert"),
        (Tool.GRAFANA, "grafana"),
        (Tool.GRAFANA, "grafana_terraform"),
    ],
)
def test_a_damaged_export_is_read_or_refused(tool: Tool, name: str, data: st.DataObject) -> None:
    damaged = json.loads(example(name))
    path = data.draw(st.sampled_from([place for place in places(damaged) if place]))
    holder = damaged
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = data.draw(JSON_VALUES)
    try:
        from_tool(tool, json.dumps(damaged), GIVEN, KNOWN, team_id="T1", now=NOW)
    except FileRefused as refused:
        told = refused.wrong
    else:
        return
    assert told


def test_lengths_become_turns() -> None:
    from datetime import timedelta

    assert turn_of(timedelta(days=14)) == (Turn.WEEK, 2)
    assert turn_of(timedelta(days=1)) == (Turn.DAY, 1)
    assert turn_of(timedelta(hours=12)) == (Turn.HOUR, 12)
    assert turn_of(timedelta(minutes=90)) is None
    assert hours(range(7), time(9), timedelta(days=1)) == []
    assert hours([0], time(9), timedelta(days=7)) == []


def test_people_are_mapped_in_a_file() -> None:
    assert mapping_of("ben@desk.example: UBEN\n# away since June\nCleo: UCLEO\n") == {
        "ben@desk.example": "UBEN",
        "Cleo": "UCLEO",
    }
    for text in ("", "- UBEN\n", "Ben: UBEN\nBen: UCLEO\n", "Ben: [UBEN]\n"):
        with pytest.raises(FileRefused):
            mapping_of(text)


def test_a_member_who_leaves_a_layer_that_ends() -> None:
    data = json.loads(example("pagerduty"))
    data["schedule"]["schedule_layers"][1]["end"] = "2028-01-01T00:00:00+01:00"
    written, misfits = imported(Tool.PAGERDUTY, json.dumps(data))
    assert {member.until for member in written.schedule.rotations[1].members} == {date(2028, 1, 1)}
    assert any("it ends on 2028-01-01" in misfit for misfit in misfits)

"""Schedules in and out of a desk: a round trip changes nothing, changes are named, and it is all or nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from calendar_rota import rota
from factories import NOW, TEAM, person, settle
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.database import Database
from triage.audit import AuditEntry
from triage.oncall.current import on_call
from triage.oncall.exchange.applying import Applied, apply, exported, people_by_slack_id
from triage.oncall.exchange.changes import Happens
from triage.oncall.exchange.document import FileRefused, Wrong
from triage.oncall.exchange.reading import from_yaml
from triage.oncall.overrides import add_override, remove_override
from triage.oncall.plans import plan_for, schedules
from triage.oncall.schedules import delete_schedule
from triage.oncall.stored import overrides_by_schedule
from triage.vocabulary import DutyRole, OverrideKind

ADDED = "{kind: add, start: 2027-04-01 09:00, end: 2027-04-01 10:00, person: UDEE}"


@pytest.fixture
def desk(database: Database) -> Database:
    settle(database)
    with database.transaction() as session:
        number = rota(session).id
        add_override(
            session,
            number,
            kind=OverrideKind.REPLACE,
            role=DutyRole.PRIMARY,
            start=datetime(2027, 3, 15, 8, tzinfo=UTC),
            end=datetime(2027, 3, 16, 8, tzinfo=UTC),
            person=person(session, "cleo"),
            instead_of=person(session, "ben"),
            by=None,
            now=NOW,
        )
    return database


def text_of(desk: Database, now: datetime = NOW) -> str:
    with desk.reading() as session:
        return exported(session, TEAM, now=now)


def applied(session: Session, text: str, now: datetime = NOW) -> Applied:
    document = from_yaml(text, people_by_slack_id(session, TEAM), TEAM)
    return apply(session, TEAM, document, by=None, now=now)


def imported(desk: Database, text: str, now: datetime = NOW) -> Applied:
    with desk.transaction() as session:
        return applied(session, text, now)


def refused(desk: Database, text: str) -> tuple[Wrong, ...]:
    with pytest.raises(FileRefused) as caught:
        imported(desk, text)
    return caught.value.wrong


def test_what_was_exported_changes_nothing_when_it_is_imported(desk: Database) -> None:
    text = text_of(desk)
    with desk.reading() as session:
        before, audited = schedules(session, TEAM), session.scalar(select(func.count(AuditEntry.id)))
    found = imported(desk, text)
    assert not found.changes_something
    with desk.reading() as session:
        assert schedules(session, TEAM) == before
        assert session.scalar(select(func.count(AuditEntry.id))) == audited
    assert text_of(desk) == text


def test_the_export_is_for_people(desk: Database) -> None:
    text = text_of(desk)
    assert "  - UBEN  # Ben" in text
    assert "        turn: week\n        every: 1\n        starts: 2027-03-01 09:00\n" in text
    assert "          - Sat, Sun 00:00-00:00\n" in text
    assert "        start: 2027-03-15 09:00+01:00\n" in text


def test_another_desk_with_the_same_people_becomes_the_same(desk: Database) -> None:
    text = text_of(desk)
    with desk.transaction() as session:
        delete_schedule(session, TEAM, schedules(session, TEAM)[0].id, by=None, now=NOW)
    found = imported(desk, text)
    assert found.schedules[0].schedule.happens is Happens.ADDED
    assert [one.happens for one in found.schedules[0].rotations] == [Happens.ADDED, Happens.ADDED]
    assert text_of(desk) == text


def test_what_changes_is_named(desk: Database) -> None:
    text = (
        text_of(desk)
        .replace("- UCLEO  # Cleo\n      -", "- UDEE\n      -")
        .replace("name: Weekends", "name: Saturdays and Sundays")
        .replace("zone: Europe/Berlin", "zone: Europe/Lisbon")
        .replace("group:\n  - UBEN  # Ben\n", "group:\n")
        .replace(
            "overrides:",
            "overrides:\n      - {kind: add, start: 2027-04-01 09:00, end: 2027-04-01 10:00, person: UDEE}",
        )
    )
    found = imported(desk, text)

    (change,) = found.schedules
    assert change.schedule.details == ("zone: Europe/Berlin → Europe/Lisbon",)
    assert [(one.happens, one.name, one.details) for one in change.rotations] == [
        (Happens.CHANGED, "Weeks", ("members: Ben, Cleo → Ben, Dee",)),
        (Happens.ADDED, "Saturdays and Sundays", ()),
        (Happens.REMOVED, "Weekends", ()),
    ]
    assert [one.happens for one in change.overrides] == [Happens.ADDED, Happens.SAME]
    assert found.group is not None
    assert found.group.details == ("Ben, Cleo → Cleo",)
    with desk.reading() as session:
        assert [one.called for one in on_call(session, TEAM)] == ["Cleo"]
        (schedule,) = schedules(session, TEAM)
        assert schedule.zone == ZoneInfo("Europe/Lisbon")
        assert [one.name for one in schedule.rotations] == ["Weeks", "Saturdays and Sundays"]
    assert not imported(desk, text_of(desk)).changes_something


def test_an_import_is_all_or_nothing(desk: Database) -> None:
    text = text_of(desk)
    more = text + (
        "  - name: Second\n    zone: UTC\n    rotations:\n"
        "      - {name: A, turn: week, starts: 2027-03-01 09:00, members: [UDEE]}\n"
        "    overrides:\n"
        "      - {kind: add, start: 2027-04-01 09:00, end: 2027-04-01 12:00, person: UBEN}\n"
        "      - {kind: remove, start: 2027-05-01 09:00, end: 2027-05-01 12:00, instead_of: UBEN}\n"
    )
    (wrong,) = refused(desk, more)
    assert wrong.line == more.count("\n")
    assert "not on at that time" in wrong.what
    assert wrong.remedy
    assert text_of(desk) == text


def test_schedules_that_the_file_does_not_name_stay(desk: Database) -> None:
    found = imported(desk, "schedules:\n  - name: Second\n    zone: UTC\n")
    assert found.untouched == ("Desk",)
    with desk.reading() as session:
        assert [one.name for one in schedules(session, TEAM)] == ["Desk", "Second"]


def test_overrides_that_are_over_are_left_out_and_one_that_runs_goes_on(desk: Database) -> None:
    text = text_of(desk)
    later = datetime(2027, 3, 15, 20, tzinfo=UTC)
    assert not imported(desk, text, later).changes_something
    with desk.transaction() as session:
        number = schedules(session, TEAM)[0].id
        plan = plan_for(session, number, start=later, end=later + timedelta(hours=1))
        remove_override(session, plan.overrides[0].id, by=None, now=later)
    found = imported(desk, text, later)
    assert [one.happens for one in found.schedules[0].overrides] == [Happens.ADDED]
    with desk.reading() as session:
        (override,) = overrides_by_schedule(session, [number], later, later + timedelta(days=9))[number]
        assert override.start == later
    over = imported(desk, text, later + timedelta(days=1))
    assert (over.over, over.schedules[0].overrides) == (1, ())


def test_swaps_and_cover_are_not_the_file_s_business(desk: Database) -> None:
    with desk.transaction() as session:
        add_override(
            session,
            schedules(session, TEAM)[0].id,
            kind=OverrideKind.COVER,
            role=DutyRole.PRIMARY,
            start=datetime(2027, 3, 29, 8, tzinfo=UTC),
            end=datetime(2027, 3, 30, 8, tzinfo=UTC),
            person=person(session, "dee"),
            instead_of=person(session, "ben"),
            origin="swap:1",
            by=None,
            now=NOW,
        )
    text = text_of(desk)
    assert "kind: cover" not in text
    imported(desk, text)
    with desk.reading() as session:
        number = schedules(session, TEAM)[0].id
        found = overrides_by_schedule(session, [number], NOW, NOW + timedelta(days=60))[number]
        assert [one.origin for one in found] == ["", "swap:1"]

"""Schedules in the database: saved whole, refused whole, and the past as it was whatever is edited."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from factories import NOW, TEAM, person, settle
from sqlalchemy import func, select

from bot.database import Database
from triage.audit import AuditEntry
from triage.errors import NotAllowed
from triage.oncall.absences import AbsenceRefused, add_absence, remove_absence
from triage.oncall.checking import ScheduleRefused
from triage.oncall.history import EVERY, forget_absences, record_when_due
from triage.oncall.overrides import OverrideRefused, add_override, overrides_of, remove_override
from triage.oncall.plan import (
    AbsenceKind,
    DutyRole,
    Member,
    OverrideKind,
    Restriction,
    Rotation,
    Schedule,
    Shift,
    Turn,
)
from triage.oncall.plans import NoSuchSchedule, find_schedule, on_duty, plan_for, schedules, shifts_of
from triage.oncall.schedule_tables import AbsenceRow, ShiftRecord
from triage.oncall.schedules import delete_schedule, save_schedule
from triage.oncall.shifts import resolve
from triage.vocabulary import Role

DAY = timedelta(days=1)
# NOW is a Tuesday, 10:00 UTC.
STARTS = (NOW - 8 * DAY).replace(hour=9, tzinfo=None)


@pytest.fixture
def rota(database: Database) -> int:
    """Ben, Cleo and Dee a day each from nine to nine UTC."""
    settle(database)
    return save(database, daily(database))


def ids(database: Database, *names: str) -> list[int]:
    with database.reading() as session:
        return [person(session, name).id for name in names]


def daily(database: Database, *names: str, name: str = "Desk") -> Schedule:
    members = tuple(Member(one) for one in ids(database, *(names or ("ben", "cleo", "dee"))))
    turns = Rotation(0, "Daily", DutyRole.PRIMARY, 0, Turn.DAY, 1, STARTS, members)
    return Schedule(0, TEAM, name, ZoneInfo("UTC"), (turns,))


def save(database: Database, schedule: Schedule, *, now: datetime = NOW) -> int:
    with database.transaction() as session:
        return save_schedule(session, TEAM, schedule, by=person(session, "dee"), now=now).id


def shifts(database: Database, schedule_id: int, start: datetime, end: datetime) -> list[Shift]:
    with database.reading() as session:
        return resolve(plan_for(session, schedule_id, start=start, end=end), start, end)


def test_a_schedule_comes_back_as_it_was_saved(database: Database) -> None:
    settle(database)
    ben, cleo = ids(database, "ben", "cleo")
    rules = Schedule(
        0,
        TEAM,
        "Nights",
        ZoneInfo("Europe/Berlin"),
        (
            Rotation(
                0,
                "Nights",
                DutyRole.SECONDARY,
                3,
                Turn.BUSINESS_DAY,
                2,
                datetime.fromisoformat("2027-01-04T18:30"),
                (Member(ben, date(2027, 1, 1), date(2028, 1, 1)), Member(cleo)),
                (Restriction(frozenset({0, 4}), time(22), time(6)),),
                ZoneInfo("Asia/Tokyo"),
            ),
        ),
        "DE",
        "BE",
    )
    with database.transaction() as session:
        saved = save_schedule(session, TEAM, rules, by=None, now=NOW)
    with database.reading() as session:
        assert schedules(session, TEAM) == [saved]
        assert find_schedule(session, TEAM, saved.id) == saved
    plain = replace(saved, id=0, rotations=tuple(replace(r, id=0) for r in saved.rotations))
    assert plain == rules


def test_saving_by_name_keeps_ids_and_audits_only_changes(database: Database, rota: int) -> None:
    with database.reading() as session:
        before = find_schedule(session, TEAM, rota)
    again = daily(database)
    assert save(database, again, now=NOW + DAY) == rota
    changed = replace(again, rotations=(replace(again.rotations[0], every=2),))
    assert save(database, changed, now=NOW + DAY) == rota
    with database.reading() as session:
        after = find_schedule(session, TEAM, rota)
        saved = session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.what == "schedule.saved")
        )
    assert after.rotations[0].id == before.rotations[0].id
    assert after.rotations[0].every == 2
    assert saved == 2


def test_whoever_is_put_on_may_answer(database: Database) -> None:
    settle(database)
    save(database, daily(database, "ada"))
    with database.reading() as session:
        assert person(session, "ada").role is Role.AGENT


def test_only_admins_change_schedules(database: Database) -> None:
    settle(database)
    rules = daily(database)
    with database.transaction() as session, pytest.raises(NotAllowed):
        save_schedule(session, TEAM, rules, by=person(session, "ben"), now=NOW)


def test_wrong_rules_leave_everything_as_it_was(database: Database, rota: int) -> None:
    with database.reading() as session:
        before = find_schedule(session, TEAM, rota)
    wrong = daily(database)
    wrong = replace(wrong, rotations=(replace(wrong.rotations[0], every=0, members=(Member(99_999),)),))
    with database.transaction() as session:
        with pytest.raises(ScheduleRefused) as refused:
            save_schedule(session, TEAM, wrong, by=None, now=NOW)
        assert find_schedule(session, TEAM, rota) == before
    assert [problem.path for problem in refused.value.problems] == [
        ("rotations", 0, "every"),
        ("rotations", 0, "members", 0),
    ]


def test_an_edit_changes_nothing_before_now(database: Database, rota: int) -> None:
    now = NOW + 5 * DAY
    span = NOW, NOW + 10 * DAY
    before = shifts(database, rota, *span)
    other = daily(database, "dee", "ben")
    save(database, replace(other, rotations=(replace(other.rotations[0], every=3),)), now=now)
    after = shifts(database, rota, *span)
    assert until(after, now) == until(before, now)
    assert after != before


def until(found: list[Shift], now: datetime) -> list[tuple[int, datetime, datetime, str]]:
    """What of the shifts lies before now."""
    return [
        (shift.person_id, shift.start, min(shift.end, now), shift.reason)
        for shift in found
        if shift.start < now
    ]


def test_overrides_and_time_off_change_nothing_before_now(database: Database, rota: int) -> None:
    now, span = NOW + 5 * DAY, (NOW, NOW + 10 * DAY)
    before = shifts(database, rota, *span)
    with database.transaction() as session:
        ben, dee = person(session, "ben"), person(session, "dee")
        # Entered now, and it began two days ago.
        add_absence(
            session, ben, kind=AbsenceKind.SICK, start=now - 2 * DAY, end=now + 9 * DAY, by=ben, now=now
        )
        add_override(
            session,
            rota,
            kind=OverrideKind.ADD,
            role=DutyRole.PRIMARY,
            start=now,
            end=now + DAY,
            person=dee,
            by=dee,
            now=now,
        )
    after = shifts(database, rota, *span)
    assert until(after, now) == until(before, now)
    assert ben.id not in {shift.person_id for shift in after if shift.start >= now}
    assert after[-1] != before[-1]


def test_what_an_override_did_stays_done_when_it_is_taken_away(database: Database, rota: int) -> None:
    end = NOW + 4 * DAY
    with database.transaction() as session:
        eli = person(session, "eli")
        made = add_override(
            session,
            rota,
            kind=OverrideKind.ADD,
            role=DutyRole.PRIMARY,
            start=NOW,
            end=end,
            person=eli,
            origin="cover:7",
            by=eli,
            now=NOW,
        )
    with database.transaction() as session:
        assert overrides_of(session, "cover:7", team_id=TEAM) == [made]
        assert remove_override(session, made.id, by=eli, now=NOW + DAY)
        assert not remove_override(session, made.id, by=eli, now=NOW + DAY)
        assert overrides_of(session, "cover:7", team_id=TEAM) == []
    theirs = [shift for shift in shifts(database, rota, NOW, end) if shift.person_id == eli.id]
    assert [(shift.start, shift.end) for shift in theirs] == [(NOW, NOW + DAY)]


def test_history_is_written_once_an_hour_and_grows_no_lines_for_one_shift(
    database: Database, rota: int
) -> None:
    for hours in range(1, 30):
        with database.transaction() as session:
            assert record_when_due(session, TEAM, now=NOW + hours * EVERY) == 1
            assert record_when_due(session, TEAM, now=NOW + hours * EVERY) == 0
    with database.reading() as session:
        rows = session.scalars(select(ShiftRecord).order_by(ShiftRecord.start)).all()
    assert [(row.start, row.end) for row in rows] == [
        (NOW, NOW.replace(hour=9) + DAY),
        (NOW.replace(hour=9) + DAY, NOW + 29 * EVERY),
    ]


def test_a_schedule_that_is_put_away_keeps_its_past_and_may_come_back(database: Database, rota: int) -> None:
    before = shifts(database, rota, NOW, NOW + 2 * DAY)
    rules = daily(database)
    with database.transaction() as session:
        delete_schedule(session, TEAM, rota, by=None, now=NOW + 2 * DAY)
        assert on_duty(session, TEAM, at=NOW + 3 * DAY) == []
        with pytest.raises(NoSuchSchedule):
            find_schedule(session, TEAM, rota)
    assert save(database, rules, now=NOW + 4 * DAY) == rota
    after = shifts(database, rota, NOW, NOW + 4 * DAY)
    assert after == before


def test_on_duty_and_my_shifts(database: Database, rota: int) -> None:
    save(database, daily(database, "cleo", name="Second desk"))
    (cleo,) = ids(database, "cleo")
    with database.reading() as session:
        on = on_duty(session, TEAM, at=NOW)
        mine = shifts_of(session, person(session, "cleo"), start=NOW, end=NOW + 3 * DAY)
    assert len(on) == 2
    assert all(shift.holds(NOW) for shift in on)
    assert {shift.schedule_id for shift in mine} == {shift.schedule_id for shift in on}
    assert {shift.person_id for shift in mine} == {cleo}


# --- Refusals ---------------------------------------------------------------------------------------


def test_overrides_that_cannot_be(database: Database, rota: int) -> None:
    with database.transaction() as session:
        ben, cleo, dee = (person(session, name) for name in ("ben", "cleo", "dee"))

        def add(kind: OverrideKind, hours: tuple[int, int], who=None, instead=None, by=dee) -> None:  # type: ignore[no-untyped-def]
            start, end = (NOW + timedelta(hours=hour) for hour in hours)
            add_override(
                session,
                rota,
                kind=kind,
                role=DutyRole.PRIMARY,
                start=start,
                end=end,
                person=who,
                instead_of=instead,
                by=by,
                now=NOW,
            )

        today = on_duty(session, TEAM, at=NOW)[0].person_id
        owner = next(one for one in (ben, cleo, dee) if one.id == today)
        other = next(one for one in (ben, cleo, dee) if one.id != today)
        for refused in (
            lambda: add(OverrideKind.ADD, (-5, -1), ben),
            lambda: add(OverrideKind.ADD, (-1, 5), ben),
            lambda: add(OverrideKind.ADD, (3, 3), ben),
            lambda: add(OverrideKind.ADD, (5, 3), ben),
            lambda: add(OverrideKind.ADD, (1, 2)),
            lambda: add(OverrideKind.REMOVE, (1, 2)),
            lambda: add(OverrideKind.REPLACE, (1, 2), ben, ben),
            lambda: add(OverrideKind.REPLACE, (1, 2), owner, other),  # the other is not on
        ):
            with pytest.raises(OverrideRefused):
                refused()
        with pytest.raises(NotAllowed):
            add(OverrideKind.ADD, (1, 2), ben, by=ben)
        add(OverrideKind.REPLACE, (1, 5), other, owner)
        with pytest.raises(OverrideRefused):
            add(OverrideKind.ADD, (4, 6), ben)
        with pytest.raises(OverrideRefused):
            add(OverrideKind.REPLACE, (4, 6), other, owner)
        third = next(one for one in (ben, cleo, dee) if one.id not in (owner.id, other.id))
        add(OverrideKind.REPLACE, (2, 3), third, other)  # builds on the first
        add(OverrideKind.ADD, (5, 6), ben)


def test_nobody_is_put_on_while_they_are_away(database: Database, rota: int) -> None:
    with database.transaction() as session:
        ben = person(session, "ben")
        add_absence(session, ben, kind=AbsenceKind.SICK, start=NOW, end=NOW + DAY, by=ben, now=NOW)
        for start, refused in ((NOW + DAY / 2, True), (NOW + DAY, False)):
            expected = pytest.raises(OverrideRefused) if refused else nullcontext()
            with expected:
                add_override(
                    session,
                    rota,
                    kind=OverrideKind.ADD,
                    role=DutyRole.PRIMARY,
                    start=start,
                    end=start + DAY,
                    person=ben,
                    by=None,
                    now=NOW,
                )


def test_two_workers_write_the_past_down_once(database: Database, rota: int) -> None:
    def write(_n: int) -> int:
        with database.transaction() as session:
            return record_when_due(session, TEAM, now=NOW + 3 * DAY)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, range(4))) == 1
    with database.reading() as session:
        rows = session.scalars(select(ShiftRecord).order_by(ShiftRecord.start)).all()
    assert sum((row.end - row.start for row in rows), timedelta()) == 3 * DAY
    assert all(one.end == two.start for one, two in pairwise(rows))


def test_two_edits_at_once_come_one_after_the_other(database: Database, rota: int) -> None:
    rules = daily(database)

    def edit(every: int) -> int:
        changed = replace(rules, rotations=(replace(rules.rotations[0], every=every),))
        return save(database, changed, now=NOW + DAY)

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(edit, range(1, 5))) == {rota}
    with database.reading() as session:
        (kept,) = find_schedule(session, TEAM, rota).rotations
        assert len(kept.members) == 3


def test_time_off_that_cannot_be(database: Database, rota: int) -> None:
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")

        def off(start: int, end: int, kind: AbsenceKind = AbsenceKind.TIME_OFF) -> int:
            days = NOW + start * DAY, NOW + end * DAY
            return add_absence(session, ben, kind=kind, start=days[0], end=days[1], by=ben, now=NOW).id

        for days in ((2, 2), (3, 2), (-3, -1)):
            with pytest.raises(AbsenceRefused):
                off(*days)
        first = off(1, 4)
        with pytest.raises(AbsenceRefused):
            off(3, 5)
        off(3, 5, AbsenceKind.SICK)  # ill during a holiday
        with pytest.raises(NotAllowed):
            remove_absence(session, first, by=cleo, now=NOW)
        assert remove_absence(session, first, by=ben, now=NOW)
        assert not remove_absence(session, first, by=ben, now=NOW)


def test_time_off_is_forgotten_without_changing_who_was_on(database: Database, rota: int) -> None:
    later = NOW + 60 * DAY
    with database.transaction() as session:
        ben = person(session, "ben")
        add_absence(session, ben, kind=AbsenceKind.SICK, start=NOW, end=NOW + 9 * DAY, by=ben, now=NOW)
    before = shifts(database, rota, NOW, NOW + 12 * DAY)
    with database.transaction() as session:
        assert forget_absences(session, TEAM, ended_before=later - 35 * DAY) == 1
        assert session.scalars(select(AbsenceRow)).all() == []
    assert shifts(database, rota, NOW, NOW + 12 * DAY) == before


def test_the_audit_does_not_tell_why_somebody_is_away(database: Database, rota: int) -> None:
    with database.transaction() as session:
        ben = person(session, "ben")
        add_absence(session, ben, kind=AbsenceKind.SICK, start=NOW, end=NOW + DAY, by=ben, now=NOW)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "absence.added")).one()
        assert entry.details == {"person": "UBEN"}


def test_moments_are_in_utc(database: Database, rota: int) -> None:
    assert {shift.start.tzinfo for shift in shifts(database, rota, NOW, NOW + 3 * DAY)} == {UTC}

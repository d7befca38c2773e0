"""What the rota does by itself: admins hear early and once what is wrong ahead, and who was on is remembered."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from factories import NOW, POLICY, TEAM, person, settle
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database import Database
from triage.oncall.absences import add_absence
from triage.oncall.concern import ConcernKind
from triage.oncall.look_ahead import look_ahead
from triage.oncall.overrides import add_override
from triage.oncall.plan import AbsenceKind, DutyRole, Member, OverrideKind, Rotation, Schedule, Turn
from triage.oncall.plans import find_schedule, shifts_of
from triage.oncall.rota_upkeep import look_again_at_swaps, remember_who_was_on, tell_what_is_ahead
from triage.oncall.schedule_tables import AbsenceRow, ShiftRecord
from triage.oncall.schedules import save_schedule
from triage.oncall.swap_tables import Swap
from triage.oncall.swaps import offer
from triage.outbox import Occasion, Say
from triage.vocabulary import SayState, SwapState

DAY = timedelta(days=1)


@pytest.fixture
def rota(database: Database) -> int:
    """Ben and Cleo, a day each from seven to seven."""
    settle(database)
    with database.transaction() as session:
        members = tuple(Member(person(session, name).id) for name in ("ben", "cleo"))
        turns = Rotation(
            0, "Days", DutyRole.PRIMARY, 0, Turn.DAY, 1, NOW.replace(tzinfo=None, hour=7), members
        )
        rules = Schedule(0, TEAM, "Desk", ZoneInfo("UTC"), (turns,))
        return save_schedule(session, TEAM, rules, by=None, now=NOW).id


def off(database: Database, name: str, first: int, last: int) -> None:
    with database.transaction() as session:
        who = person(session, name)
        add_absence(
            session,
            who,
            kind=AbsenceKind.SICK,
            start=NOW + first * DAY,
            end=NOW + last * DAY,
            by=who,
            now=NOW,
        )


def told(session: Session) -> list[Say]:
    says = session.scalars(select(Say).where(Say.occasion == Occasion.DIRECT).order_by(Say.id))
    return [say for say in says if say.params.get("notice") == "look_ahead"]


def kinds(database: Database) -> list[ConcernKind]:
    with database.reading() as session:
        return [concern.kind for concern in look_ahead(session, TEAM, now=NOW, days=30)]


def test_the_look_ahead_names_people_and_gaps(database: Database, rota: int) -> None:
    off(database, "ben", 2, 3)
    with database.reading() as session:
        gaps = [c for c in look_ahead(session, TEAM, now=NOW, days=30) if c.kind is ConcernKind.GAP]
    assert [(gap.start, gap.end) for gap in gaps] == [(NOW + 2 * DAY, NOW.replace(hour=7) + 3 * DAY)]


def test_whose_strain_it_is_stands_in_the_sentence_by_name(database: Database, rota: int) -> None:
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        add_override(
            session,
            rota,
            kind=OverrideKind.REPLACE,
            role=DutyRole.PRIMARY,
            start=NOW,
            end=NOW + 7 * DAY,
            person=ben,
            instead_of=cleo,
            by=None,
            now=NOW,
        )
        (nights,) = [c for c in look_ahead(session, TEAM, now=NOW, days=30) if c.kind is ConcernKind.NIGHTS]
    assert nights.sentence.startswith("Ben is on for 7 nights running")


def test_a_week_around_the_clock_is_told_to_admins_once_and_not_every_week(database: Database) -> None:
    settle(database)
    with database.transaction() as session:
        members = tuple(Member(person(session, name).id) for name in ("ben", "cleo"))
        week = Rotation(
            0, "Weeks", DutyRole.PRIMARY, 0, Turn.WEEK, 1, NOW.replace(tzinfo=None, hour=7), members
        )
        save_schedule(session, TEAM, Schedule(0, TEAM, "Weekly", ZoneInfo("UTC"), (week,)), by=None, now=NOW)
    for weeks in range(6):
        with database.transaction() as session:
            tell_what_is_ahead(session, TEAM, POLICY, NOW + weeks * 7 * DAY)
    with database.reading() as session:
        (message,) = told(session)
        (line,) = message.params["lines"]
    assert line == "The turns of “Weekly” mean up to 7 nights running; at most 4 are fair"


def test_somebody_to_whom_nothing_came_through(database: Database, rota: int) -> None:
    assert ConcernKind.UNREACHABLE not in kinds(database)
    with database.transaction() as session:
        ben = person(session, "ben")
        for number, state in enumerate((SayState.SENT, SayState.FAILED, SayState.PENDING)):
            session.add(
                Say(
                    team_id=TEAM,
                    occasion=Occasion.PAGE,
                    person_id=ben.id,
                    address=ben.slack_id,
                    params={},
                    state=state,
                    created_at=NOW + timedelta(minutes=number),
                )
            )
    assert kinds(database).count(ConcernKind.UNREACHABLE) == 1


def test_admins_hear_two_weeks_before_once_and_in_one_message(database: Database, rota: int) -> None:
    # So that gaps are all there is to say.
    policy = replace(POLICY, care=replace(POLICY.care, week=timedelta(days=7)))
    off(database, "ben", 15, 16)
    off(database, "cleo", 17, 18)

    def look(days: float) -> int:
        with database.transaction() as session:
            return tell_what_is_ahead(session, TEAM, policy, NOW + days * DAY)

    assert look(0) == 0
    assert look(2) == 1
    assert look(2) == look(2.5) == 0
    assert look(3) == 1
    assert look(4) == 0
    with database.reading() as session:
        messages = told(session)
        assert {say.address for say in messages} == {"UDEE"}
        assert [len(say.params["lines"]) for say in messages] == [1, 1]
        assert "Nobody is on for “Desk” from" in messages[0].params["lines"][0]


def test_an_edit_is_looked_at_without_waiting(database: Database, rota: int) -> None:
    policy = replace(POLICY, care=replace(POLICY.care, week=timedelta(days=7)))
    with database.transaction() as session:
        assert tell_what_is_ahead(session, TEAM, policy, NOW) == 0
        ben = person(session, "ben")
        add_override(
            session,
            rota,
            kind=OverrideKind.REMOVE,
            role=DutyRole.PRIMARY,
            start=NOW + 2 * DAY,
            end=NOW + 3 * DAY,
            instead_of=ben,
            by=None,
            now=NOW + timedelta(minutes=1),
        )
    with database.transaction() as session:
        assert tell_what_is_ahead(session, TEAM, policy, NOW + timedelta(minutes=2)) == 1


def test_nobody_hears_of_it_at_night(database: Database, rota: int) -> None:
    off(database, "ben", 2, 3)
    with database.transaction() as session:
        assert tell_what_is_ahead(session, TEAM, POLICY, NOW.replace(hour=3)) == 0
        assert tell_what_is_ahead(session, TEAM, POLICY, NOW.replace(hour=8)) == 1


def test_a_desk_without_schedules_hears_nothing(database: Database) -> None:
    settle(database)
    with database.transaction() as session:
        assert tell_what_is_ahead(session, TEAM, POLICY, NOW) == 0
        assert remember_who_was_on(session, TEAM, POLICY, NOW) == 0
        assert look_again_at_swaps(session, TEAM, POLICY, NOW) == 0


def test_who_was_on_is_remembered_and_time_off_forgotten(database: Database, rota: int) -> None:
    off(database, "ben", 1, 2)
    later = NOW + 60 * DAY
    with database.transaction() as session:
        assert remember_who_was_on(session, TEAM, POLICY, later) == 2
        assert remember_who_was_on(session, TEAM, POLICY, later) == 0
    with database.reading() as session:
        assert session.scalars(select(AbsenceRow)).all() == []
        rows = session.scalars(select(ShiftRecord).order_by(ShiftRecord.start)).all()
        assert rows[-1].end == later
        ben = person(session, "ben").id
        assert not [r for r in rows if r.person_id == ben and r.end > NOW + DAY and r.start < NOW + 2 * DAY]


@pytest.mark.parametrize("by_hand", [True, False])
def test_an_edit_asks_again_about_a_swap_that_lost_its_shift(
    database: Database, rota: int, by_hand: bool
) -> None:
    """An override by hand within moments, new rules at once."""
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        theirs = next(
            shift
            for shift in shifts_of(session, ben, start=NOW + DAY, end=NOW + 9 * DAY)
            if shift.start > NOW
        )
        swap_id = offer(session, theirs, owner=ben, to=[cleo], by=ben, now=NOW).id
    later = NOW + timedelta(hours=1)
    with database.transaction() as session:
        dee = person(session, "dee")
        if by_hand:
            add_override(
                session,
                rota,
                kind=OverrideKind.REPLACE,
                role=DutyRole.PRIMARY,
                start=theirs.start,
                end=theirs.end,
                person=dee,
                instead_of=person(session, "ben"),
                by=dee,
                now=later,
            )
        else:
            kept = find_schedule(session, TEAM, rota)
            turns = replace(kept.rotations[0], members=(Member(dee.id),))
            save_schedule(session, TEAM, replace(kept, rotations=(turns,)), by=dee, now=later)
    with database.transaction() as session:
        assert look_again_at_swaps(session, TEAM, POLICY, later) == (1 if by_hand else 0)
        assert look_again_at_swaps(session, TEAM, POLICY, later) == 0
        assert session.get_one(Swap, swap_id).state is SwapState.ASK_AGAIN

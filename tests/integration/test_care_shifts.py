"""How shifts and protection meet: who is on, who only works there, nights by choice, and breaks while others are on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from factories import NOW, POLICY, TEAM, person, settle
from sqlalchemy.orm import Session

from bot.database import Database
from triage.care import rest
from triage.care.focus import NobodyElse, back, begin_focus, current_pause, take_break
from triage.care.profile import Wishes, save_profile
from triage.errors import NotAllowed
from triage.escalation.standing import standings
from triage.oncall.absences import add_absence
from triage.oncall.current import set_on_call
from triage.oncall.plan import Member, Restriction, Rotation, Schedule, Turn
from triage.oncall.protection import Standing
from triage.oncall.rules import CareRules
from triage.oncall.schedules import save_schedule
from triage.vocabulary import AbsenceKind, DutyRole

RULES = CareRules()
EVERY_DAY = frozenset(range(7))


@pytest.fixture(autouse=True)
def settled(database: Database) -> None:
    settle(database)


def turn(
    session: Session, name: str, start: time, end: time, *, role: DutyRole = DutyRole.PRIMARY
) -> Rotation:
    """One person, every day, from `start` to `end`."""
    return Rotation(
        id=0,
        name=f"{name} {role}",
        role=role,
        layer=0,
        turn=Turn.DAY,
        every=1,
        starts=datetime.combine(NOW.date() - timedelta(days=30), start),
        members=(Member(person(session, name).id),),
        restrictions=(Restriction(EVERY_DAY, start, end),),
    )


def schedule(session: Session, *rotations: Rotation, name: str = "Desk") -> None:
    """As it was saved a month ago, so that the past of the rules is known."""
    wanted = Schedule(id=0, team_id=TEAM, name=name, zone=ZoneInfo("UTC"), rotations=rotations)
    save_schedule(session, TEAM, wanted, by=None, now=NOW - timedelta(days=30))


def standing(session: Session, name: str, *, now: datetime = NOW) -> Standing:
    one = person(session, name)
    return standings(session, [one], team_id=TEAM, policy=POLICY, now=now)[0]


def test_who_is_on_is_on_and_who_learns_is_not(database: Database) -> None:
    with database.transaction() as session:
        schedule(
            session,
            turn(session, "ben", time(8), time(16)),
            turn(session, "cleo", time(8), time(16), role=DutyRole.SHADOW),
        )
        assert standing(session, "ben").on_shift
        assert not standing(session, "cleo").on_shift
        assert not standing(session, "ben", now=NOW.replace(hour=17)).on_shift


def test_who_is_neither_on_shift_nor_at_work_is_off_until_they_are(database: Database) -> None:
    with database.transaction() as session:
        ben = person(session, "ben")
        schedule(session, turn(session, "cleo", time(8), time(16)))
        save_profile(session, ben, Wishes("Mon-Fri 12:00-20:00"), by=ben, now=NOW)
        found = standing(session, "ben")
    assert (found.on_shift, found.working, found.off_until) == (False, False, NOW.replace(hour=12))


def test_seven_days_of_shifts_are_hours_at_work(database: Database) -> None:
    with database.transaction() as session:
        schedule(session, turn(session, "ben", time(2), time(10)))
        assert standing(session, "ben").hours_this_week == 56


def test_a_night_shift_by_choice_knows_no_quiet_hours_and_rests_when_it_ends(database: Database) -> None:
    night = NOW.replace(hour=2)
    with database.transaction() as session:
        ben = person(session, "ben")
        schedule(session, turn(session, "ben", time(22), time(6)))
        assert standing(session, "ben", now=night).quiet_until == NOW.replace(hour=7)
        save_profile(session, ben, Wishes(opted_in_nights=True), by=ben, now=NOW)
        assert standing(session, "ben", now=night).quiet_until is None
        assert standing(session, "ben", now=NOW.replace(hour=6, minute=30)).quiet_until is not None
        found = rest.after_work(session, ben, rules=RULES, now=night)
        assert found is not None
        assert found.end == NOW.replace(hour=6) + RULES.rest


def test_one_who_works_nights_goes_on_until_the_shift_ends(database: Database) -> None:
    night = NOW.replace(hour=2)
    with database.transaction() as session:
        ben = person(session, "ben")
        schedule(session, turn(session, "ben", time(22), time(6)))
        save_profile(session, ben, Wishes(opted_in_nights=True), by=ben, now=NOW)
        rest.after_work(session, ben, rules=RULES, now=night)
        assert standing(session, "ben", now=night + timedelta(minutes=10)).resting_until is None
        assert standing(session, "ben", now=NOW.replace(hour=6, minute=1)).resting_until is not None


def test_a_break_is_granted_while_somebody_else_is_on(database: Database) -> None:
    with database.transaction() as session:
        ben, cleo, dee = (person(session, name) for name in ("ben", "cleo", "dee"))
        schedule(session, turn(session, "ben", time(8), time(16)))
        with pytest.raises(NobodyElse):
            take_break(session, ben, policy=POLICY, now=NOW)
        # Whoever is not on keeps no cover.
        take_break(session, cleo, policy=POLICY, now=NOW)
        with pytest.raises(NotAllowed):
            current_pause(session, cleo, by=dee, now=NOW)


def test_who_must_wait_for_a_break_is_told_when_somebody_else_can_be_asked(database: Database) -> None:
    late = NOW.replace(hour=2)
    with database.transaction() as session:
        ben, cleo, dee = (person(session, name) for name in ("ben", "cleo", "dee"))
        set_on_call(session, TEAM, [], by=dee, now=NOW)
        night = turn(session, "ben", time(22), time(8))
        schedule(session, night, turn(session, "cleo", time(22), time(8), role=DutyRole.SECONDARY))
        ben.time_zone = cleo.time_zone = "UTC"
        save_profile(session, ben, Wishes(quiet_from=time(12), quiet_until=time(13)), by=ben, now=NOW)
        with pytest.raises(NobodyElse) as refused:
            take_break(session, ben, policy=POLICY, now=late)
        assert refused.value.until == NOW.replace(hour=7, minute=0)
        add_absence(
            session, cleo, kind=AbsenceKind.SICK, start=late, end=late + timedelta(days=1), by=cleo, now=late
        )
        with pytest.raises(NobodyElse) as refused:
            take_break(session, ben, policy=POLICY, now=late)
        assert refused.value.until is None, "how long somebody is away is their own business"


def test_only_who_could_be_asked_for_the_same_is_cover(database: Database) -> None:
    with database.transaction() as session:
        ben, cleo, dee = (person(session, name) for name in ("ben", "cleo", "dee"))
        set_on_call(session, TEAM, [], by=dee, now=NOW)
        schedule(session, turn(session, "ben", time(8), time(16)), name="Network")
        schedule(session, turn(session, "cleo", time(8), time(16)), name="Payroll")
        with pytest.raises(NobodyElse):
            take_break(session, ben, policy=POLICY, now=NOW)
        # The desk's group is asked for everything.
        set_on_call(session, TEAM, [cleo], by=dee, now=NOW)
        assert take_break(session, ben, policy=POLICY, now=NOW)


def test_a_second_in_line_is_cover_and_who_learns_is_not(database: Database) -> None:
    with database.transaction() as session:
        ben, dee = person(session, "ben"), person(session, "dee")
        set_on_call(session, TEAM, [], by=dee, now=NOW)
        own = turn(session, "ben", time(8), time(16))
        schedule(session, own, turn(session, "cleo", time(8), time(16), role=DutyRole.SHADOW), name="Network")
        with pytest.raises(NobodyElse):
            take_break(session, ben, policy=POLICY, now=NOW)
        schedule(session, own, turn(session, "cleo", time(8), time(16), role=DutyRole.SECONDARY), name="More")
        assert take_break(session, ben, policy=POLICY, now=NOW)


def test_focus_time_has_an_end(database: Database) -> None:
    with database.transaction() as session:
        ben = person(session, "ben")
        pause = begin_focus(session, ben, minutes=9_999, policy=POLICY, now=NOW)
        assert pause.until == NOW + RULES.longest_focus
        assert back(session, ben, now=NOW)
        assert begin_focus(session, ben, minutes=-5, policy=POLICY, now=NOW).until > NOW


def test_of_two_who_take_a_break_at_once_one_stays(database: Database) -> None:
    together = Barrier(2)

    def presses(name: str) -> bool:
        together.wait()
        with database.transaction() as session:
            try:
                take_break(session, person(session, name), policy=POLICY, now=NOW)
            except NobodyElse:
                return False
        return True

    with ThreadPoolExecutor(2) as pool:
        granted = list(pool.map(presses, ["ben", "cleo"]))
    assert sorted(granted) == [False, True]

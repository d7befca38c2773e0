"""How people stand: what was written down about each of them becomes what the router weighs."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from factories import NOW, POLICY, TEAM, person, settle, suggested, waiting
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot.database import Database
from triage.care.load import carried, credit_cover, my_load, put_down, took, turned_hostile, was_asked
from triage.care.pauses import begin, end
from triage.care.profile import ProfileRefused, Wishes, profile_of, save_profile, set_skills
from triage.errors import NotAllowed
from triage.escalation.standing import ask_of, standings
from triage.oncall.absences import add_absence
from triage.oncall.burden import Work
from triage.oncall.plan import Member, Rotation, Schedule, Turn
from triage.oncall.protection import Standing
from triage.oncall.rules import CareRules
from triage.oncall.schedules import save_schedule
from triage.people.models import Person
from triage.tickets import claims
from triage.tickets.models import Ticket
from triage.vocabulary import AbsenceKind, DutyRole, PauseKind, Role, Urgency

RULES = CareRules()
CALM = Work(0, Urgency.MEDIUM)
ANGRY = Work(0, Urgency.MEDIUM, hostile=True)


@pytest.fixture(autouse=True)
def settled(database: Database) -> None:
    settle(database)


def standing(session: Session, name: str, *, now: datetime = NOW) -> Standing:
    one = person(session, name)
    return standings(session, [one], team_id=TEAM, policy=POLICY, now=now)[0]


def test_a_desk_without_schedules_has_everybody_on_shift(database: Database) -> None:
    with database.transaction() as session:
        ben = standing(session, "ben")
    assert ben == Standing(ben.person_id, cap=RULES.work_cap)


def test_quiet_hours_are_those_of_the_person_s_own_zone(database: Database) -> None:
    with database.transaction() as session:
        person(session, "ben").time_zone = "Australia/Sydney"  # 21:00 there
        person(session, "cleo").time_zone = "Pacific/Auckland"  # 23:00 there
        session.flush()
        assert standing(session, "ben").quiet_until is None
        assert standing(session, "cleo").quiet_until == datetime(2027, 3, 2, 18, 0, tzinfo=UTC)


def test_an_agent_s_own_wishes_come_before_the_desk_s(database: Database) -> None:
    with database.transaction() as session:
        ben = person(session, "ben")
        wishes = Wishes("Mon-Fri 12:00-20:00", time(6), time(11), 2)
        save_profile(session, ben, wishes, by=ben, now=NOW)
        set_skills(session, ben, ["printing"], by=ben, known=["printing"], now=NOW)
        found = standing(session, "ben")
    assert found.cap == 2
    assert found.knows == {"printing"}
    assert found.quiet_until == NOW.replace(hour=11)
    # Without schedules everybody is on; the hours decide only who is asked off shift.
    assert found.working


def test_only_the_agent_says_how_they_work_and_an_admin_may_name_skills(database: Database) -> None:
    with database.transaction() as session:
        ben, cleo, dee = (person(session, name) for name in ("ben", "cleo", "dee"))
        for other in (cleo, dee):
            with pytest.raises(NotAllowed):
                save_profile(session, ben, Wishes(), by=other, now=NOW)
        with pytest.raises(NotAllowed):
            set_skills(session, ben, [], by=cleo, known=[], now=NOW)
        set_skills(session, ben, ["printing"], by=dee, known=["printing"], now=NOW)
        assert profile_of(session, ben, rules=RULES).skills == {"printing"}


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        (Wishes("Mon 9-17"), "working_hours"),
        (Wishes("Mon 09:00-17:00," * 30), "working_hours"),
        (Wishes(quiet_from=time(22)), "quiet_until"),
        (Wishes(quiet_from=time(8), quiet_until=time(7)), "quiet_until"),
        (Wishes(work_cap=0), "work_cap"),
        (Wishes(work_cap=99), "work_cap"),
    ],
)
def test_a_wish_that_cannot_be_kept_says_what_would(database: Database, wishes: Wishes, field: str) -> None:
    with database.transaction() as session:
        ben = person(session, "ben")
        with pytest.raises(ProfileRefused) as refused:
            save_profile(session, ben, wishes, by=ben, now=NOW)
    assert refused.value.field == field
    assert refused.value.problem


def test_skills_are_categories_that_exist(database: Database) -> None:
    with database.transaction() as session:
        ben = person(session, "ben")
        with pytest.raises(ProfileRefused):
            set_skills(session, ben, ["juggling"], by=ben, known=["printing"], now=NOW)


def test_time_off_and_rest_are_told_apart(database: Database) -> None:
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        day = timedelta(days=1)
        add_absence(session, ben, kind=AbsenceKind.SICK, start=NOW, end=NOW + day, by=ben, now=NOW)
        add_absence(
            session, ben, kind=AbsenceKind.TIME_OFF, start=NOW + day, end=NOW + 2 * day, by=ben, now=NOW
        )
        rested = NOW + timedelta(hours=3)
        add_absence(session, cleo, kind=AbsenceKind.REST, start=NOW, end=rested, by=cleo, now=NOW)
        assert standing(session, "ben").absent_until == NOW + 2 * day
        assert standing(session, "ben").resting_until is None
        assert standing(session, "cleo").resting_until == rested
        assert standing(session, "cleo").absent_until is None


def test_a_pause_holds_until_it_ends(database: Database) -> None:
    with database.transaction() as session:
        ben = person(session, "ben")
        until = NOW + timedelta(minutes=25)
        begin(session, ben, PauseKind.FOCUS, until=until, now=NOW)
        assert standing(session, "ben").focus_until == until
        begin(session, ben, PauseKind.BREAK, until=until, now=NOW)
        assert (standing(session, "ben").focus_until, standing(session, "ben").break_until) == (None, until)
        assert end(session, ben, now=NOW)
        assert not end(session, ben, now=NOW)
        assert standing(session, "ben").break_until is None
        assert standing(session, "ben", now=until).break_until is None


def test_what_somebody_has_in_hand_counts_and_so_does_what_they_were_just_asked(database: Database) -> None:
    first, second = waiting(database), waiting(database, ts="1803981600.000200")
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        claims.claim(session, first, agent=ben, policy=POLICY, now=NOW)
        was_asked(session, cleo.id, second, CALM, rules=RULES, now=NOW)
        assert standing(session, "ben").open_claims == 1
        assert standing(session, "cleo").open_claims == 1
        later = NOW + POLICY.page_next_after
        assert standing(session, "cleo", now=later).open_claims == 0


def test_a_ticket_weighs_by_the_time_it_took(database: Database) -> None:
    ticket = suggested(database)
    later = NOW + timedelta(minutes=50)
    with database.transaction() as session:
        ben = person(session, "ben")
        took(session, ben.id, ticket, CALM, rules=RULES, now=NOW)
        took(session, ben.id, ticket, CALM, rules=RULES, now=NOW)
        assert carried(session, [ben.id], rules=RULES, now=NOW)[ben.id].burden == RULES.usual_minutes
        entry = put_down(session, ben.id, ticket, CALM, rules=RULES, now=later)
        assert entry is not None
        assert entry.minutes == 50
        assert put_down(session, ben.id, ticket, CALM, rules=RULES, now=later) is None
        assert carried(session, [ben.id], rules=RULES, now=later)[ben.id].burden == 50


def test_covering_for_somebody_is_credited_and_can_be_taken_back(database: Database) -> None:
    with database.transaction() as session:
        ben = person(session, "ben")
        credit_cover(session, ben, 480, rules=RULES, now=NOW)
        assert carried(session, [ben.id], rules=RULES, now=NOW)[ben.id].burden == pytest.approx(72)
        credit_cover(session, ben, -480, rules=RULES, now=NOW)
        assert carried(session, [ben.id], rules=RULES, now=NOW)[ben.id].burden == pytest.approx(0)


def test_a_calm_ticket_ends_a_row_of_hostile_ones(database: Database) -> None:
    tickets = [suggested(database, ts=f"1803981600.00030{n}") for n in range(4)]
    with database.transaction() as session:
        ben = person(session, "ben")

        def running() -> int:
            return standing(session, "ben", now=NOW + timedelta(hours=5)).hostile_running

        for hour, ticket in enumerate(tickets[:2]):
            at = NOW + timedelta(hours=hour)
            # Asked first and taken then, it is one ticket.
            was_asked(session, ben.id, ticket, ANGRY, rules=RULES, now=at)
            took(session, ben.id, ticket, ANGRY, rules=RULES, now=at + timedelta(minutes=1))
        assert running() == 2
        # Asked for a calm one that somebody else took: that was no rest from the others.
        was_asked(session, ben.id, tickets[2], CALM, rules=RULES, now=NOW + timedelta(hours=2))
        assert running() == 2
        took(session, ben.id, tickets[3], CALM, rules=RULES, now=NOW + timedelta(hours=3))
        assert running() == 0
        turned_hostile(session, tickets[3])
        assert running() == 3


def test_a_hostile_ticket_that_may_still_be_taken_counts_whatever_was_taken_since(database: Database) -> None:
    """Asked for two, then a calm one taken, then both: the next hostile one would be the third in a row."""
    asked = [waiting(database, ts=f"1803981600.00031{n}") for n in range(2)]
    calm = suggested(database, ts="1803981600.000320")
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")

        def running() -> int:
            return standing(session, "ben", now=NOW + timedelta(minutes=20)).hostile_running

        for ticket_id in asked:
            session.get_one(Ticket, ticket_id).hostile = True
            was_asked(session, ben.id, ticket_id, ANGRY, rules=RULES, now=NOW + timedelta(minutes=1))
        took(session, ben.id, calm, CALM, rules=RULES, now=NOW + timedelta(minutes=2))
        assert running() == 2
        claims.claim(session, asked[0], agent=cleo, policy=POLICY, now=NOW + timedelta(minutes=3))
        assert running() == 1
        claims.claim(session, asked[1], agent=ben, policy=POLICY, now=NOW + timedelta(minutes=4))
        assert running() == 1


def test_a_ticket_that_turns_hostile_while_somebody_is_asked_counts_for_them(database: Database) -> None:
    ticket_id = waiting(database)
    with database.transaction() as session:
        ben = person(session, "ben")
        was_asked(session, ben.id, ticket_id, CALM, rules=RULES, now=NOW + timedelta(minutes=1))
        session.get_one(Ticket, ticket_id).hostile = True
        turned_hostile(session, ticket_id)
        found = standing(session, "ben", now=NOW + timedelta(minutes=2))
        assert found.hostile_running == 1
        assert len(found.hostile_taken) == 1


def test_my_load_is_mine_alone(database: Database) -> None:
    ticket = suggested(database)
    with database.transaction() as session:
        ben, cleo, dee = (person(session, name) for name in ("ben", "cleo", "dee"))
        took(session, ben.id, ticket, ANGRY, rules=RULES, now=NOW)
        later = NOW + timedelta(minutes=30)
        put_down(session, ben.id, ticket, ANGRY, rules=RULES, now=later)
        mine = my_load(session, ben, by=ben, rules=RULES, now=later)
        assert (mine.tickets, mine.minutes, mine.hostile, mine.burden) == (1, 30, 1, 45)
        for other in (cleo, dee):
            with pytest.raises(NotAllowed):
                my_load(session, ben, by=other, rules=RULES, now=later)


def test_who_asks_is_no_part_of_what_is_asked(database: Database) -> None:
    ticket_id = waiting(database)
    with database.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        before = ask_of(session, ticket, policy=POLICY, now=NOW)
        ticket.requester_id = person(session, "dee").id
        session.flush()
        assert ask_of(session, ticket, policy=POLICY, now=NOW) == before


def agents(session: Session, count: int) -> list[Person]:
    for n in range(count):
        one = Person(team_id=TEAM, slack_id=f"UX{n}", name=f"A{n}", role=Role.AGENT, created_at=NOW)
        session.add(one)
    session.flush()
    found = session.scalars(select(Person).where(Person.slack_id.startswith("UX")).order_by(Person.id))
    return list(found)


def reading(session: Session, people: Sequence[Person]) -> tuple[list[str], list[Standing]]:
    session.flush()
    queries: list[str] = []

    def count(*args: object) -> None:
        queries.append(str(args[2]))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", count)
    found = standings(session, people, team_id=TEAM, policy=POLICY, now=NOW)
    event.remove(engine, "before_cursor_execute", count)
    return queries, found


def test_twenty_agents_need_no_more_queries_than_one(database: Database) -> None:
    with database.transaction() as session:
        people = agents(session, 20)
        members = tuple(Member(one.id) for one in people)
        weekly = Rotation(0, "Weeks", DutyRole.PRIMARY, 0, Turn.WEEK, 1, NOW.replace(tzinfo=None), members)
        schedule = Schedule(0, TEAM, "Weekly", ZoneInfo("UTC"), (weekly,))
        save_schedule(session, TEAM, schedule, by=None, now=NOW - timedelta(days=30))
        counts = [len(reading(session, some)[0]) for some in (people[:1], people)]
    assert counts[0] == counts[1] <= 13


def test_what_was_handled_is_read_one_by_one_only_where_it_may_reach_the_limit(database: Database) -> None:
    ticket = suggested(database)
    with database.transaction() as session:
        ben, cleo = agents(session, 2)

        def handled(one: Person, hours: int) -> None:
            for hour in range(hours):
                at = NOW - timedelta(hours=1 + 2 * hour)
                took(session, one.id, ticket, CALM, rules=RULES, now=at)
                put_down(session, one.id, ticket, CALM, rules=RULES, now=at + timedelta(hours=1))

        handled(ben, 10)
        few, _ = reading(session, [ben, cleo])
        handled(cleo, 50)
        more, (_, found) = reading(session, [ben, cleo])
    assert len(more) == len(few) + 1
    assert found.hours_this_week == 50


# Time off


def test_who_was_away_is_not_everybody_s_first_choice_when_they_are_back(database: Database) -> None:
    """Two weeks off: they count as if they had gone on at the pace of the desk. Rest after a night is no time off."""
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        for one, start, kind in (
            (ben, NOW - timedelta(days=15), AbsenceKind.TIME_OFF),
            (ben, NOW - timedelta(days=8), AbsenceKind.SICK),
            (cleo, NOW - timedelta(days=2), AbsenceKind.REST),
        ):
            end = start + timedelta(days=7)
            add_absence(session, one, kind=kind, start=start, end=end, by=None, now=start)
        credit_cover(session, ben, 1000, rules=RULES, now=NOW - timedelta(days=20))
        credit_cover(session, cleo, 2000, rules=RULES, now=NOW - timedelta(days=10))
        weighed = standings(session, [ben, cleo], team_id=TEAM, policy=POLICY, now=NOW)
        mine = my_load(session, ben, by=ben, rules=RULES, now=NOW)
    assert [round(one.burden) for one in weighed] == [150 + 150, 300]
    assert mine.burden == pytest.approx(150)  # what they really carried

"""What follows for an agent when a ticket passes through their hands: load, rest, breaks, limits."""

from datetime import date, datetime, time, timedelta

import pytest
from factories import NOW, POLICY, TEAM, person, settle, suggested
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database import Database
from triage.audit import AuditEntry
from triage.care import rest, worked
from triage.care.profile import Wishes, save_profile
from triage.care.rest import NotEnoughCredit, my_nights, take_credit
from triage.care.tables import BurdenEntry, RestCredit
from triage.errors import NotAllowed, NotThere
from triage.escalation.standing import standings
from triage.oncall.absences import add_absence
from triage.oncall.plan import Absence
from triage.oncall.rules import CareRules
from triage.oncall.stored import absences_of
from triage.outbox import Occasion, Say
from triage.people.models import Person
from triage.tickets import claims, closing
from triage.tickets.closing import Resolution
from triage.tickets.models import Ticket
from triage.vocabulary import AbsenceKind, CreditChoice, Urgency

RULES = CareRules()
NIGHT = NOW.replace(hour=2)
RESOLUTION = Resolution("Restarted it.", "printing", Urgency.MEDIUM)


@pytest.fixture(autouse=True)
def settled(database: Database) -> None:
    settle(database)


def told(session: Session, one: Person) -> list[str]:
    """What somebody was told in private, by its name in the outbox."""
    rows = session.scalars(
        select(Say).where(Say.person_id == one.id, Say.occasion == Occasion.DIRECT).order_by(Say.id)
    )
    return [str(row.params["notice"]) for row in rows]


def rests(session: Session, one: Person, *, now: datetime) -> list[Absence]:
    found = absences_of(session, [one.id], start=now, end=now + timedelta(days=3))
    return [absence for absence in found if absence.kind is AbsenceKind.REST]


def test_a_claim_at_two_opens_a_rest_until_one(database: Database) -> None:
    ticket = suggested(database)
    with database.transaction() as session:
        ben = person(session, "ben")
        claims.claim(session, ticket, agent=ben, policy=POLICY, now=NIGHT)
        (found,) = rests(session, ben, now=NIGHT)
        assert (found.start, found.end) == (NIGHT, NIGHT + timedelta(hours=11))
        standing = standings(session, [ben], team_id=TEAM, policy=POLICY, now=NIGHT + timedelta(minutes=5))[0]
        assert standing.resting_until == NIGHT + timedelta(hours=11)
        assert told(session, ben) == ["rest"]


def test_a_claim_by_day_opens_none(database: Database) -> None:
    ticket = suggested(database)
    with database.transaction() as session:
        ben = person(session, "ben")
        claims.claim(session, ticket, agent=ben, policy=POLICY, now=NOW)
        assert rests(session, ben, now=NOW) == []
        assert told(session, ben) == []


def test_a_longer_night_makes_one_longer_rest_and_is_told_once(database: Database) -> None:
    first, second = suggested(database), suggested(database, ts="1803981600.000200")
    with database.transaction() as session:
        ben = person(session, "ben")
        claims.claim(session, first, agent=ben, policy=POLICY, now=NIGHT)
        claims.claim(session, second, agent=ben, policy=POLICY, now=NIGHT + timedelta(hours=2))
        (found,) = rests(session, ben, now=NIGHT + timedelta(hours=2))
        assert (found.start, found.end) == (NIGHT, NIGHT + timedelta(hours=13))
        assert told(session, ben) == ["rest"]


def test_the_rest_begins_where_the_work_ended(database: Database) -> None:
    ticket = suggested(database)
    with database.transaction() as session:
        ben = person(session, "ben")
        claims.claim(session, ticket, agent=ben, policy=POLICY, now=NIGHT)
        closing.resolve(session, ticket, RESOLUTION, by=ben, policy=POLICY, now=NIGHT + timedelta(hours=3))
        (found,) = rests(session, ben, now=NIGHT + timedelta(hours=3))
        assert found.end == NIGHT + timedelta(hours=14)


@pytest.mark.parametrize(
    ("choice", "left"), [(CreditChoice.LATER, timedelta(hours=1)), (CreditChoice.REST, timedelta(0))]
)
def test_a_night_is_made_up_for_as_the_agent_chose(
    database: Database, choice: CreditChoice, left: timedelta
) -> None:
    ticket = suggested(database)
    done = NIGHT + timedelta(hours=1)
    with database.transaction() as session:
        ben, dee = person(session, "ben"), person(session, "dee")
        save_profile(session, ben, Wishes(credit_choice=choice), by=ben, now=NOW)
        claims.claim(session, ticket, agent=ben, policy=POLICY, now=NIGHT)
        closing.resolve(session, ticket, RESOLUTION, by=ben, policy=POLICY, now=done)
        nights = my_nights(session, ben, by=ben, rules=RULES, now=done)
        assert (nights.earned, nights.left, nights.kept, nights.broken) == (timedelta(hours=1), left, 1, 0)
        assert nights.resting_until == done + timedelta(hours=11)
        assert session.scalars(select(RestCredit)).one().night == date(2027, 3, 1)
        with pytest.raises(NotAllowed):
            my_nights(session, ben, by=dee, rules=RULES, now=done)


def test_time_kept_for_later_is_taken_once(database: Database) -> None:
    monday = NOW + timedelta(days=6)
    half, hour = timedelta(minutes=30), timedelta(hours=1)
    with database.transaction() as session:
        ben = person(session, "ben")
        save_profile(session, ben, Wishes(credit_choice=CreditChoice.LATER), by=ben, now=NOW)
        worked.acknowledged(session, ben, policy=POLICY, now=NIGHT)
        worked.acknowledged(session, ben, policy=POLICY, now=NIGHT + timedelta(days=1))
        off = take_credit(session, ben, start=monday, length=hour, by=ben, rules=RULES, now=NOW)
        assert (off.start, off.end) == (monday, monday + hour)
        with pytest.raises(NotEnoughCredit) as short:
            take_credit(session, ben, start=monday + hour, length=half, by=ben, rules=RULES, now=NOW)
        assert short.value.left == timedelta(0)


def test_work_in_a_rest_is_a_rest_that_was_not_kept(database: Database) -> None:
    ticket = suggested(database)
    with database.transaction() as session:
        ben = person(session, "ben")
        worked.acknowledged(session, ben, policy=POLICY, now=NIGHT)
        claims.claim(session, ticket, agent=ben, policy=POLICY, now=NOW)
        nights = my_nights(session, ben, by=ben, rules=RULES, now=NOW)
        assert (nights.kept, nights.broken) == (0, 1)


def test_who_sleeps_by_day_rests_after_work_by_day(database: Database) -> None:
    with database.transaction() as session:
        ben = person(session, "ben")
        save_profile(session, ben, Wishes(quiet_from=time(8), quiet_until=time(16)), by=ben, now=NOW)
        worked.acknowledged(session, ben, policy=POLICY, now=NOW)
        assert len(rests(session, ben, now=NOW)) == 1


def test_load_follows_the_ticket(database: Database) -> None:
    ticket = suggested(database)
    minutes = [NOW + timedelta(minutes=n) for n in (0, 10, 40, 60)]
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        claims.claim(session, ticket, agent=ben, policy=POLICY, now=minutes[0])
        claims.transfer(session, ticket, agent=ben, to=cleo, policy=POLICY, now=minutes[1])
        claims.hold(session, ticket, agent=cleo, policy=POLICY, now=minutes[1])
        claims.resume(session, ticket, agent=ben, policy=POLICY, now=minutes[2])
        closing.resolve(session, ticket, RESOLUTION, by=ben, policy=POLICY, now=minutes[3])
        entries = session.scalars(select(BurdenEntry).order_by(BurdenEntry.id)).all()
        assert [(e.person_id, e.minutes) for e in entries] == [(ben.id, 10), (cleo.id, 30), (ben.id, 20)]
        assert all(entry.ended_at is not None for entry in entries)


def test_who_resolves_without_claiming_did_a_little_work(database: Database) -> None:
    ticket = suggested(database)
    with database.transaction() as session:
        cleo = person(session, "cleo")
        closing.resolve(session, ticket, RESOLUTION, by=cleo, policy=POLICY, now=NOW)
        entry = session.scalars(select(BurdenEntry)).one()
        assert (entry.person_id, entry.weight) == (cleo.id, RULES.least_minutes)


def test_who_asked_and_found_the_answer_did_no_work(database: Database) -> None:
    ticket = suggested(database)
    with database.transaction() as session:
        closing.solved(session, ticket, by=person(session, "ada"), policy=POLICY, now=NOW)
        assert session.scalars(select(BurdenEntry)).all() == []


@pytest.mark.parametrize(
    ("kind", "hours"), [(AbsenceKind.SICK, 48), (AbsenceKind.TIME_OFF, 24), (AbsenceKind.REST, 3)]
)
def test_nobody_who_is_away_is_given_a_ticket(database: Database, kind: AbsenceKind, hours: int) -> None:
    ticket = suggested(database)
    until = NOW + timedelta(hours=hours)
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        claims.claim(session, ticket, agent=ben, policy=POLICY, now=NOW)
        add_absence(session, cleo, kind=kind, start=NOW, end=until, by=cleo, now=NOW)
        with pytest.raises(NotThere) as refused:
            claims.transfer(session, ticket, agent=ben, to=cleo, policy=POLICY, now=NOW)
        assert (refused.value.slack_id, refused.value.until) == (cleo.slack_id, until)
        # Why they are away is in no word of it.
        assert str(kind) not in str(refused.value)


def test_a_limit_is_said_once_as_it_is_crossed_and_forbids_nothing(database: Database) -> None:
    tickets = [suggested(database, ts=f"1803981600.00040{n}") for n in range(4)]
    with database.transaction() as session:
        ben = person(session, "ben")
        save_profile(session, ben, Wishes(work_cap=2), by=ben, now=NOW)
        for ticket in tickets:
            claims.claim(session, ticket, agent=ben, policy=POLICY, now=NOW)
        assert told(session, ben) == ["over_cap"]


def test_a_break_is_offered_after_a_hostile_ticket(database: Database) -> None:
    calm, harsh = suggested(database), suggested(database, ts="1803981600.000200")
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        session.get_one(Ticket, harsh).hostile = True
        for ticket in (calm, harsh):
            claims.claim(session, ticket, agent=ben, policy=POLICY, now=NOW)
            closing.resolve(
                session, ticket, RESOLUTION, by=cleo, policy=POLICY, now=NOW + timedelta(minutes=5)
            )
        assert told(session, ben) == ["break_offer"]
        assert told(session, cleo) == []


def test_a_break_is_offered_after_a_long_stretch_and_once_for_each(database: Database) -> None:
    tickets = [suggested(database, ts=f"1803981600.00050{n}") for n in range(5)]
    with database.transaction() as session:
        ben = person(session, "ben")
        for n, ticket in enumerate(tickets):
            start = NOW + timedelta(minutes=40 * n)
            claims.claim(session, ticket, agent=ben, policy=POLICY, now=start)
            closing.resolve(
                session, ticket, RESOLUTION, by=ben, policy=POLICY, now=start + timedelta(minutes=40)
            )
        # 200 minutes: past 90 and past 180.
        assert told(session, ben) == ["break_offer", "break_offer"]


def test_rest_of_one_who_works_nights_begins_when_the_night_shift_ends(database: Database) -> None:
    """Without a schedule nobody knows when it ends, so it begins at once."""
    with database.transaction() as session:
        ben = person(session, "ben")
        wishes = Wishes(quiet_from=time(8), quiet_until=time(16), opted_in_nights=True)
        save_profile(session, ben, wishes, by=ben, now=NOW)
        found = rest.after_work(session, ben, rules=RULES, now=NIGHT)
        assert found is not None
        assert found.end == NIGHT + RULES.rest


def test_rest_after_a_night_leaves_no_line_in_the_audit(database: Database) -> None:
    """The audit is kept for good and read by admins: nobody may count somebody's nights there."""
    with database.transaction() as session:
        before = len(session.scalars(select(AuditEntry)).all())
        ben = person(session, "ben")
        assert rest.after_work(session, ben, rules=POLICY.care, now=NIGHT) is not None
        assert rest.after_work(session, ben, rules=POLICY.care, now=NIGHT + timedelta(hours=1)) is not None
        assert len(session.scalars(select(AuditEntry)).all()) == before

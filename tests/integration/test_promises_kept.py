"""Promises: reckoned with every move, said once however many look, kept by the version they began with."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from factories import NOW, POLICY, TEAM, person, settle, suggested, waiting
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.database import Database
from triage.audit import AuditEntry
from triage.care.promised import mend_promises, tell_promises
from triage.care.tables import AgentProfile
from triage.errors import NotAllowed
from triage.oncall.absences import add_absence
from triage.outbox import Occasion, Say
from triage.people.models import Person
from triage.policy import Policy
from triage.sla.opening import parse_hours
from triage.sla.targets import BUILT_IN, PromisesRefused
from triage.sla.timers import SlaTimer, standings, timers_of
from triage.sla.versions import PromisesChanged, promises, save_promises, versions
from triage.tickets import claims, closing, impact, replies
from triage.tickets.closing import Resolution
from triage.tickets.models import Category, Ticket, TimelineEntry
from triage.tickets.promise_sweep import fall_due
from triage.vocabulary import AbsenceKind, Impact, Promise, PromiseCourse, PromiseState, Urgency

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def desk(database: Database) -> Database:
    settle(database)
    return database


def timer(database: Database, ticket_id: int, promise: Promise) -> SlaTimer:
    with database.reading() as session:
        found = next(row for row in timers_of(session, ticket_id) if row.promise is promise)
        session.expunge(found)
        return found


def first(database: Database, ticket_id: int) -> SlaTimer:
    return timer(database, ticket_id, Promise.FIRST_RESPONSE)


def solution(database: Database, ticket_id: int) -> SlaTimer:
    return timer(database, ticket_id, Promise.RESOLUTION)


def act(database: Database, deed: Any, *given: Any, by: str = "ben", at: datetime = NOW, **more: Any) -> None:
    with database.transaction() as session:
        deed(session, *given, agent=person(session, by), policy=POLICY, now=at, **more)


def writes(database: Database, ticket_id: int, *, by: str = "ben", at: datetime = NOW) -> None:
    with database.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        replies.reply(session, ticket, "On it.", author=person(session, by), policy=POLICY, now=at)


def resolves(database: Database, ticket_id: int, *, at: datetime, urgency: Urgency = Urgency.MEDIUM) -> None:
    with database.transaction() as session:
        if session.get(Category, (TEAM, "vpn")) is None:
            session.add(Category(team_id=TEAM, key="vpn", name="VPN", description="VPN"))
            session.flush()
        said = Resolution("Restarted it.", "vpn", urgency)
        closing.resolve(session, ticket_id, said, by=person(session, "ben"), policy=POLICY, now=at)


def reopens(database: Database, ticket_id: int, *, at: datetime) -> None:
    with database.transaction() as session:
        closing.reopen(session, ticket_id, by=person(session, "ada"), policy=POLICY, now=at)


def sweep(database: Database, *, at: datetime, policy: Policy = POLICY) -> int:
    with database.transaction() as session:
        return tell_promises(session, TEAM, policy, at)


def said(database: Database) -> list[tuple[str, str, str]]:
    """Who heard what of promises: address, state, promise."""
    with database.reading() as session:
        rows = session.scalars(
            select(Say).where(Say.occasion.in_((Occasion.DIRECT, Occasion.DESK_NOTICE))).order_by(Say.id)
        )
        return [
            (row.address, row.params["state"], row.params["promise"])
            for row in rows
            if row.params.get("notice") == "promise_due"
        ]


# --- Reckoned with every move -----------------------------------------------------------------------


def test_nothing_is_promised_until_a_person_is_asked_for(desk: Database) -> None:
    ticket_id = suggested(desk)
    with desk.reading() as session:
        assert timers_of(session, ticket_id) == []


def test_asked_for_a_person_both_promises_run(desk: Database) -> None:
    ticket_id = waiting(desk)
    assert first(desk, ticket_id).due_at == NOW + 4 * HOUR
    assert first(desk, ticket_id).warn_at == NOW + 3 * HOUR
    assert solution(desk, ticket_id).due_at == NOW + 24 * HOUR
    assert {first(desk, ticket_id).course, solution(desk, ticket_id).course} == {PromiseCourse.RUNNING}


def test_a_claim_is_no_first_response_and_a_line_is(desk: Database) -> None:
    ticket_id = waiting(desk)
    act(desk, claims.claim, ticket_id, at=NOW + HOUR)
    assert first(desk, ticket_id).course is PromiseCourse.RUNNING
    writes(desk, ticket_id, at=NOW + 2 * HOUR)
    met = first(desk, ticket_id)
    assert (met.course, met.over_at, met.kept) == (PromiseCourse.MET, NOW + 2 * HOUR, True)
    assert solution(desk, ticket_id).course is PromiseCourse.RUNNING


def test_on_hold_nothing_is_due_and_going_on_moves_it(desk: Database) -> None:
    ticket_id = waiting(desk)
    act(desk, claims.claim, ticket_id)
    writes(desk, ticket_id)
    act(desk, claims.hold, ticket_id, at=NOW + HOUR)
    assert (solution(desk, ticket_id).course, solution(desk, ticket_id).due_at) == (
        PromiseCourse.PAUSED,
        None,
    )
    act(desk, claims.resume, ticket_id, at=NOW + 30 * HOUR)
    assert solution(desk, ticket_id).due_at == NOW + (30 + 23) * HOUR


def test_resolved_late_is_not_kept_and_in_time_is(desk: Database) -> None:
    early, late = waiting(desk), waiting(desk, ts="1803981600.000200")
    resolves(desk, early, at=NOW + 24 * HOUR)
    resolves(desk, late, at=NOW + 24 * HOUR + timedelta(seconds=1))
    assert solution(desk, early).kept is True
    assert solution(desk, late).kept is False
    # Its account is read in the thread, so the first words came with it: too late.
    assert first(desk, early).kept is False


def test_solved_alone_leaves_no_first_response_to_keep(desk: Database) -> None:
    ticket_id = waiting(desk)
    with desk.transaction() as session:
        closing.solved(session, ticket_id, by=person(session, "ada"), policy=POLICY, now=NOW + HOUR)
    assert first(desk, ticket_id).course is PromiseCourse.VOID
    assert first(desk, ticket_id).kept is None
    assert solution(desk, ticket_id).kept is True


def test_reopened_it_goes_on_with_at_least_the_grace(desk: Database) -> None:
    ticket_id = waiting(desk)
    writes(desk, ticket_id)
    resolves(desk, ticket_id, at=NOW + timedelta(hours=23, minutes=50))
    reopens(desk, ticket_id, at=NOW + 48 * HOUR)
    again = solution(desk, ticket_id)
    assert (again.course, again.round) == (PromiseCourse.RUNNING, 1)
    assert again.due_at == NOW + 48 * HOUR + BUILT_IN.grace
    assert first(desk, ticket_id).course is PromiseCourse.MET


def test_told_that_it_hits_everyone_it_is_due_sooner(desk: Database) -> None:
    ticket_id = waiting(desk)
    with desk.transaction() as session:
        tap = impact.Tap(impact=Impact.EVERYONE, stuck=True)
        impact.tell(session, ticket_id, tap, by=person(session, "ada"), policy=POLICY, now=NOW + HOUR)
    assert first(desk, ticket_id).urgency is Urgency.HIGH
    # An hour was used already, and an hour is what there is.
    assert first(desk, ticket_id).due_at == NOW + HOUR
    assert solution(desk, ticket_id).due_at == NOW + 8 * HOUR


def test_corrected_in_the_form_the_promise_of_the_right_urgency_counts(desk: Database) -> None:
    ticket_id = waiting(desk)
    writes(desk, ticket_id)
    resolves(desk, ticket_id, at=NOW + 30 * HOUR, urgency=Urgency.LOW)
    assert solution(desk, ticket_id).urgency is Urgency.LOW
    assert solution(desk, ticket_id).kept is True


# --- Mended -----------------------------------------------------------------------------------------


def mend(database: Database, *, at: datetime = NOW, policy: Policy = POLICY) -> int:
    with database.transaction() as session:
        return mend_promises(session, TEAM, policy, at)


def test_what_was_forgotten_is_found(desk: Database) -> None:
    ticket_id = waiting(desk)
    assert mend(desk) == 0
    with desk.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == ticket_id).values(urgency=Urgency.LOW))
    assert mend(desk, at=NOW + HOUR) == 1
    assert first(desk, ticket_id).due_at == NOW + 8 * HOUR
    assert mend(desk, at=NOW + HOUR) == 0
    with desk.reading() as session:
        line = session.scalars(select(TimelineEntry).where(TimelineEntry.what == "urgency")).one()
        assert line.details == {"urgency": "low", "from": "medium"}


def test_other_opening_hours_and_every_promise_is_reckoned_again(desk: Database) -> None:
    ticket_id = waiting(desk)
    opening = parse_hours("Mon-Fri 09:00-12:00", BERLIN)
    other = Policy(desk_channel="CDESK", opening=opening)
    assert mend(desk, policy=other) == 1
    assert first(desk, ticket_id).due_at == opening.after(NOW, 4 * HOUR)
    assert mend(desk, policy=other) == 0


def test_tickets_from_before_there_were_promises_get_theirs(desk: Database) -> None:
    ticket_id = waiting(desk)
    with desk.transaction() as session:
        for row in timers_of(session, ticket_id):
            session.delete(row)
    assert mend(desk, at=NOW + HOUR) == 1
    assert first(desk, ticket_id).due_at == NOW + 4 * HOUR


# --- Said once --------------------------------------------------------------------------------------


def test_nobody_owns_it_so_the_desk_hears_once(desk: Database) -> None:
    waiting(desk)
    assert sweep(desk, at=NOW + 3 * HOUR - timedelta(seconds=1)) == 0
    for _ in range(3):
        sweep(desk, at=NOW + 3 * HOUR)
    assert said(desk) == [("CDESK", "soon", "first_response")]
    for hours in (4, 5, 17):
        sweep(desk, at=NOW + hours * HOUR)
    assert said(desk)[1:] == [("CDESK", "late", "first_response")]


def test_who_claimed_it_hears(desk: Database) -> None:
    ticket_id = waiting(desk)
    act(desk, claims.claim, ticket_id)
    sweep(desk, at=NOW + 3 * HOUR)
    assert said(desk) == [("UBEN", "soon", "first_response")]


def test_a_jump_past_both_is_said_once_as_late(desk: Database) -> None:
    ticket_id = waiting(desk)
    act(desk, claims.claim, ticket_id)
    sweep(desk, at=NOW + 100 * HOUR)
    sweep(desk, at=NOW + 101 * HOUR)
    assert said(desk) == [("UBEN", "late", "first_response")]
    assert first(desk, ticket_id).breached_at == solution(desk, ticket_id).breached_at == NOW + 100 * HOUR


def test_two_sweeps_at_once_say_it_once(desk: Database) -> None:
    for n in range(5):
        act(desk, claims.claim, waiting(desk, ts=f"1803981600.0003{n:02}"))
    ready = Barrier(2)

    def one() -> int:
        ready.wait()
        return sweep(desk, at=NOW + 5 * HOUR)

    with ThreadPoolExecutor(2) as pool:
        done = [running.result() for running in [pool.submit(one) for _ in range(2)]]
    assert len(said(desk)) == 5
    assert max(done) > 0


def test_reopened_it_may_be_said_once_more(desk: Database) -> None:
    ticket_id = waiting(desk)
    writes(desk, ticket_id)
    sweep(desk, at=NOW + 25 * HOUR)
    resolves(desk, ticket_id, at=NOW + 26 * HOUR)
    reopens(desk, ticket_id, at=NOW + 27 * HOUR)
    sweep(desk, at=NOW + 27 * HOUR + timedelta(minutes=1))
    for _ in range(2):
        sweep(desk, at=NOW + 28 * HOUR)
    assert [(state, promise) for _, state, promise in said(desk)] == [
        ("late", "resolution"),
        ("soon", "resolution"),
        ("late", "resolution"),
    ]


def test_kept_before_anybody_was_told_and_nobody_is(desk: Database) -> None:
    ticket_id = waiting(desk)
    office = Policy(desk_channel="CDESK", opening=POLICY.opening)
    with desk.transaction() as session:
        fall_due(session, TEAM, now=NOW + 5 * HOUR)
    writes(desk, ticket_id, at=NOW + 5 * HOUR)
    sweep(desk, at=NOW + 6 * HOUR, policy=office)
    assert said(desk) == []


# --- In their hours ---------------------------------------------------------------------------------


def sets(session: Session, person: Person, **wishes: Any) -> None:
    session.add(AgentProfile(person_id=person.id, updated_at=NOW, **wishes))


def claimed(desk: Database, **wishes: Any) -> int:
    ticket_id = waiting(desk)
    act(desk, claims.claim, ticket_id)
    with desk.transaction() as session:
        ben = person(session, "ben")
        ben.time_zone = "UTC"
        sets(session, ben, **wishes)
    return ticket_id


def test_quiet_hours_are_kept_and_it_is_said_in_the_morning(desk: Database) -> None:
    claimed(desk, quiet_from=time(11), quiet_until=time(18))
    at = NOW.replace(hour=12) + timedelta(hours=3)
    sweep(desk, at=at)
    assert said(desk) == []
    sweep(desk, at=at.replace(hour=17, minute=59))
    assert said(desk) == []
    sweep(desk, at=at.replace(hour=18, minute=0))
    assert [who for who, _, _ in said(desk)] == ["UBEN"]


def test_critical_is_said_in_quiet_hours_too(desk: Database) -> None:
    ticket_id = claimed(desk, quiet_from=time(0), quiet_until=time(16))
    with desk.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == ticket_id).values(urgency=Urgency.CRITICAL))
    mend(desk, at=NOW)
    sweep(desk, at=NOW + timedelta(minutes=12))
    assert said(desk) == [("UBEN", "soon", "first_response")]


def test_outside_of_opening_hours_nobody_hears_of_what_can_wait(desk: Database) -> None:
    ticket_id = waiting(desk)
    act(desk, claims.claim, ticket_id)
    opening = parse_hours("Mon-Fri 09:00-17:00", ZoneInfo("UTC"))
    office = Policy(desk_channel="CDESK", opening=opening)
    mend(desk, policy=office)
    due = first(desk, ticket_id).due_at
    assert due is not None
    closed = datetime(2027, 3, 6, 12, tzinfo=UTC)
    sweep(desk, at=closed, policy=office)
    assert said(desk) == []
    sweep(desk, at=opening.next_opening(closed), policy=office)
    assert [who for who, _, _ in said(desk)] == ["UBEN"]


def test_who_is_away_is_not_told_and_the_desk_is(desk: Database) -> None:
    ticket_id = waiting(desk)
    act(desk, claims.claim, ticket_id)
    with desk.transaction() as session:
        ben = person(session, "ben")
        add_absence(
            session, ben, kind=AbsenceKind.SICK, start=NOW + HOUR, end=NOW + 48 * HOUR, by=ben, now=NOW
        )
    sweep(desk, at=NOW + 3 * HOUR)
    assert said(desk) == [("CDESK", "soon", "first_response")]


# --- Versions ---------------------------------------------------------------------------------------


def shorter(hours: str = "2 h") -> dict[str, Any]:
    definition = BUILT_IN.as_json()
    definition["targets"]["medium"]["first_response"] = hours
    definition["targets"]["low"]["first_response"] = "3 h"
    return definition


def test_a_ticket_keeps_the_version_it_began_with(desk: Database) -> None:
    before = waiting(desk)
    with desk.transaction() as session:
        dee = person(session, "dee")
        kept = save_promises(session, TEAM, shorter(), seen=0, by=dee, now=NOW)
        assert kept.version == 1
    after = waiting(desk, ts="1803981600.000200")
    act(desk, claims.claim, before, at=NOW + HOUR)
    assert (first(desk, before).policy_version, first(desk, before).due_at) == (0, NOW + 4 * HOUR)
    assert (first(desk, after).policy_version, first(desk, after).due_at) == (1, NOW + 2 * HOUR)
    with desk.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "promises_changed")).one()
        assert entry.details["after"]["targets"]["medium"]["first_response"] == "2 h"


def test_the_same_once_more_makes_no_version(desk: Database) -> None:
    with desk.transaction() as session:
        assert save_promises(session, TEAM, BUILT_IN.as_json(), seen=0, by=None, now=NOW) is BUILT_IN
        assert versions(session, TEAM) == []


def test_who_looked_at_an_older_version_is_told(desk: Database) -> None:
    with desk.transaction() as session:
        save_promises(session, TEAM, shorter(), seen=0, by=None, now=NOW)
    with pytest.raises(PromisesChanged), desk.transaction() as session:
        save_promises(session, TEAM, shorter("3 h"), seen=0, by=None, now=NOW)
    with desk.reading() as session:
        assert promises(session, TEAM).targets[Urgency.MEDIUM].first_response == 2 * HOUR


def test_agents_may_not_and_nonsense_is_refused_whole(desk: Database) -> None:
    with pytest.raises(NotAllowed), desk.transaction() as session:
        save_promises(session, TEAM, shorter(), seen=0, by=person(session, "ben"), now=NOW)
    with pytest.raises(PromisesRefused), desk.transaction() as session:
        save_promises(session, TEAM, shorter("soon"), seen=0, by=None, now=NOW)
    with desk.reading() as session:
        assert promises(session, TEAM) == BUILT_IN


def test_how_it_stands_is_one_word_for_each_ticket(desk: Database) -> None:
    fine, late = waiting(desk), waiting(desk, ts="1803981600.000200")
    writes(desk, fine)
    with desk.reading() as session:
        found = standings(session, [fine, late, 999], now=NOW + 4 * HOUR)
    assert {ticket_id: (how.promise, how.state) for ticket_id, how in found.items()} == {
        fine: (Promise.RESOLUTION, PromiseState.FINE),
        late: (Promise.FIRST_RESPONSE, PromiseState.LATE),
    }


def test_a_first_response_that_only_the_ticket_knows_is_taken_at_its_word(desk: Database) -> None:
    ticket_id = waiting(desk)
    with desk.transaction() as session:
        at = NOW + HOUR
        session.execute(update(Ticket).where(Ticket.id == ticket_id).values(first_response_at=at))
    assert mend(desk, at=NOW + 2 * HOUR) == 1
    assert (first(desk, ticket_id).kept, first(desk, ticket_id).over_at) == (True, NOW + HOUR)
    assert mend(desk, at=NOW + 2 * HOUR) == 0

"""Two at once in on-call: nobody waits for whom waits for them, and nothing is said twice."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from factories import NOW, POLICY, TEAM, person, settle, suggested, waiting
from rota import day, office, schedule, shift_on
from sqlalchemy.orm import Session

from bot.database import Database
from triage.care import pauses, rest
from triage.care.handoff import by_hand
from triage.care.handoff_upkeep import look_after_handoffs
from triage.errors import NotAllowed
from triage.oncall.absences import absences_of, add_absence, remove_absence
from triage.oncall.history import lock_rota
from triage.oncall.overrides import (
    OverrideRefused,
    add_override,
    overrides_of,
    remove_by_hand,
    remove_override,
)
from triage.oncall.swap_upkeep import look_after_swaps
from triage.oncall.swaps import offer
from triage.outbox import Say
from triage.people.models import Person, Team
from triage.sla.timers import SlaTimer
from triage.tickets import claims
from triage.tickets.models import Ticket
from triage.tickets.promise_sweep import fall_due
from triage.upkeep import DUTIES
from triage.vocabulary import AbsenceKind, DutyRole, OverrideKind, PauseKind, Role, TicketStatus

NIGHT = NOW.replace(hour=2) + timedelta(days=1)


@pytest.fixture(autouse=True)
def settled(database: Database) -> None:
    settle(database)


def beside(
    database: Database, first: Callable[[Session], Any], other: Callable[[Session], Any], then: Any
) -> Any:
    """`first` and `then` in one transaction, `other` in another one that begins in between and may have to wait."""
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            first(session)
            answer = pool.submit(_act, database, other)
            _until_it_waits(database, answer)
            then(session)
        return answer.result(timeout=30)


def _act(database: Database, act: Callable[[Session], Any]) -> Any:
    with database.transaction() as session:
        return act(session)


def _until_it_waits(database: Database, answer: "Future[Any]") -> None:
    """On SQLite it can't even begin."""
    if database.engine.dialect.name != "postgresql":
        return
    for _ in range(100):
        with database.engine.connect() as connection:
            if connection.scalar(sa.text("select count(*) from pg_locks where not granted")):
                return
        if answer.done():
            return
        time.sleep(0.02)


def test_focus_and_work_at_night_take_their_locks_in_one_order(database: Database) -> None:
    beside(
        database,
        lambda session: lock_rota(session, TEAM),
        lambda session: rest.after_work(session, person(session, "ben"), rules=POLICY.care, now=NIGHT),
        lambda session: pauses.begin(
            session, person(session, "ben"), PauseKind.FOCUS, until=NIGHT + timedelta(hours=1), now=NIGHT
        ),
    )
    with database.reading() as session:
        ben = person(session, "ben")
        assert pauses.current(session, [ben.id], now=NIGHT)
        assert absences_of(session, [ben.id], start=NIGHT, end=NIGHT + timedelta(hours=1))


def test_whoever_slept_when_a_swap_was_offered_is_asked_once_by_two_workers(database: Database) -> None:
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        schedule(session, TEAM, office([ben, cleo]), now=NOW)
        shift = shift_on(session, TEAM, day(0, 12))
        cleo.time_zone = "Pacific/Auckland"  # 23:00 there
        offer(session, shift, owner=ben, to=[cleo], by=ben, now=NOW)

    def look(session: Session) -> int:
        return look_after_swaps(session, TEAM, POLICY, NOW + timedelta(hours=12))

    beside(database, look, look, lambda session: None)
    with database.reading() as session:
        said = [row.params.get("notice") for row in session.scalars(sa.select(Say)) if row.params]
        assert said.count("swap_asked") == 1


def test_promises_fall_due_past_tickets_that_somebody_works_on(database: Database) -> None:
    """A look at many tickets waits for none of them, so nobody waits for it in turn."""
    first, second = (waiting(database, ts=f"1803981600.00041{n}") for n in range(2))
    late = NOW + timedelta(days=20)

    def lock(session: Session) -> None:
        row = session.scalars(sa.select(SlaTimer).where(SlaTimer.ticket_id == first)).all()
        for timer in row:
            timer.spent_seconds += 1
        session.flush()

    def look(session: Session) -> set[int]:
        return {ticket_id for ticket_id, _ in fall_due(session, TEAM, now=late)}

    found = beside(database, lock, look, lambda session: None)
    again = _act(database, look)
    assert found | again == {first, second}
    assert not found & again
    if database.engine.dialect.name == "postgresql":
        assert found == {second}


def test_a_look_with_nothing_due_reads_neither_every_ticket_nor_every_promise(database: Database) -> None:
    """Every worker looks every few seconds, however many tickets were ever closed."""
    if database.engine.dialect.name == "postgresql":
        return  # it reads small tables whole, and rightly so
    read: list[tuple[str, Any]] = []
    for duty in DUTIES:
        _act(database, lambda session, duty=duty: duty(session, TEAM, POLICY, NOW))
    listen = (
        database.engine,
        "before_cursor_execute",
        lambda _c, _k, text, values, *_: read.append((text, values)),
    )
    sa.event.listen(*listen)
    try:
        for duty in DUTIES:
            _act(database, lambda session, duty=duty: duty(session, TEAM, POLICY, NOW))
    finally:
        sa.event.remove(*listen)
    with database.engine.connect() as connection:
        steps = {
            f"{step[3]}: {text[:60]}"
            for text, values in read
            if text.startswith("SELECT")
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        }
    assert steps
    assert [step for step in steps if step.startswith(("SCAN ticket", "SCAN sla_timer", "SCAN say"))] == []


def test_what_a_leaver_had_goes_back_in_an_order_that_nobody_crosses(database: Database) -> None:
    """Taken at night, what is given back opens a rest: that must not hold what a colleague with a ticket waits for."""
    tickets = [suggested(database, ts=f"1803981600.00042{n}") for n in range(2)]
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        for ticket_id in tickets:
            claims.claim(session, ticket_id, agent=ben, policy=POLICY, now=NIGHT)
        by_hand(session, ben, to=cleo, notes={}, policy=POLICY, now=NIGHT + timedelta(minutes=1))
    at = NIGHT + timedelta(hours=1)

    def holds(session: Session) -> None:
        claims.hold(session, tickets[1], agent=person(session, "ben"), policy=POLICY, now=at)

    def look(session: Session) -> int:
        return look_after_handoffs(session, TEAM, POLICY, at)

    assert beside(database, holds, look, lambda session: lock_rota(session, TEAM)) == 1
    with database.reading() as session:
        states = [session.get_one(Ticket, ticket_id).status for ticket_id in tickets]
    assert states == [TicketStatus.WAITING, TicketStatus.ON_HOLD]


def test_what_somebody_had_who_answers_no_more_goes_back_all_the_same(database: Database) -> None:
    ticket_id = suggested(database)
    with database.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        claims.claim(session, ticket_id, agent=ben, policy=POLICY, now=NOW)
        by_hand(session, ben, to=cleo, notes={}, policy=POLICY, now=NOW)
    with database.transaction() as session:
        person(session, "ben").role = Role.REQUESTER
    with database.transaction() as session:
        look_after_handoffs(session, TEAM, POLICY, NOW + timedelta(hours=1))
    with database.reading() as session:
        assert session.get_one(Ticket, ticket_id).status is TicketStatus.WAITING


def stranger(session: Session) -> Person:
    """The admin of another workspace."""
    session.add(Team(id="T2", created_at=NOW))
    session.flush()
    zoe = Person(team_id="T2", slack_id="UZOE", name="Zoe", time_zone="UTC", role=Role.ADMIN, created_at=NOW)
    session.add(zoe)
    session.flush()
    return zoe


def test_an_admin_of_another_workspace_changes_neither_rota_nor_time_off(database: Database) -> None:
    with database.transaction() as session:
        ben, cleo, zoe = person(session, "ben"), person(session, "cleo"), stranger(session)
        plan = schedule(session, TEAM, office([ben]), now=NOW)
        cover = {"role": DutyRole.PRIMARY, "start": day(0, 9), "end": day(0, 17)}
        with pytest.raises(NotAllowed):
            add_override(session, plan.id, kind=OverrideKind.ADD, person=cleo, by=zoe, now=NOW, **cover)
        made = add_override(session, plan.id, kind=OverrideKind.ADD, person=cleo, by=None, now=NOW, **cover)
        with pytest.raises(NotAllowed):
            remove_override(session, made.id, by=zoe, now=NOW)
        off = {"kind": AbsenceKind.TIME_OFF, "start": day(3), "end": day(4)}
        with pytest.raises(NotAllowed):
            add_absence(session, ben, by=zoe, now=NOW, **off)
        mine = add_absence(session, ben, by=ben, now=NOW, **off)
        with pytest.raises(NotAllowed):
            remove_absence(session, mine.id, by=zoe, now=NOW)


def test_by_hand_only_what_was_made_by_hand_in_that_schedule_is_taken_away(database: Database) -> None:
    """An override that a swap made goes with the swap: otherwise both would still believe in it."""
    with database.transaction() as session:
        ben, cleo, dee = (person(session, name) for name in ("ben", "cleo", "dee"))
        one = schedule(session, TEAM, office([ben]), now=NOW)
        other = schedule(session, TEAM, office([ben]), name="Other", now=NOW)
        whole = {"role": DutyRole.PRIMARY, "start": day(0, 9), "end": day(0, 17), "person": cleo, "now": NOW}
        made = add_override(session, one.id, kind=OverrideKind.ADD, by=dee, **whole)
        swapped = add_override(
            session, other.id, kind=OverrideKind.COVER, instead_of=ben, origin="swap:7", by=cleo, **whole
        )
        assert not remove_by_hand(session, other.id, made.id, by=dee, now=NOW)
        with pytest.raises(OverrideRefused):
            remove_by_hand(session, other.id, swapped.id, by=dee, now=NOW)
        assert overrides_of(session, "swap:7", team_id=TEAM)
        assert remove_by_hand(session, one.id, made.id, by=dee, now=NOW)

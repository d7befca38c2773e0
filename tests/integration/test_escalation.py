"""Asking by a policy: levels, skips, what was seen and passed, the last resort, and two things at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from checks import told
from factories import NOW, POLICY, TEAM, open_timer, person, settle, suggested, waiting
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from bot.database import Database
from triage.errors import AlreadyClaimed, CannotMove, TriageError
from triage.escalation import engine
from triage.escalation.dry_run import StepKind, dry_run
from triage.escalation.policies import (
    PolicyChanged,
    PolicyRefused,
    delete_policy,
    history,
    policies,
    policy_for,
    save_policy,
)
from triage.escalation.tables import Escalation, PagerAction, PagerCall
from triage.escalation.values import EscalationPolicy, How, Level, Target
from triage.oncall.models import OncallMember
from triage.outbox import Occasion, Say
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets import claims, closing, paged
from triage.tickets.due import fire
from triage.tickets.models import Label, Ticket, TimelineEntry
from triage.timers import Timer
from triage.vocabulary import LabelField, LabelSource, TargetKind, TicketStatus, Urgency

pytestmark = [
    pytest.mark.usefixtures("people"),
    pytest.mark.filterwarnings("ignore:Do not use the .random. module"),
]

GROUP = Target(TargetKind.GROUP)
PAGER = Target(TargetKind.PAGER, pager="opsgenie")
WITH_PAGER = replace(POLICY, pagers=("opsgenie",))


@pytest.fixture
def people(database: Database) -> None:
    settle(database)


def named(database: Database, name: str) -> Target:
    with database.reading() as session:
        return Target(TargetKind.PERSON, person_id=person(session, name).id)


def saved(database: Database, *levels: Level, policy: Policy = POLICY, **more: Any) -> EscalationPolicy:
    wanted = EscalationPolicy("Ours", levels, **more)
    with database.transaction() as session:
        return save_policy(session, TEAM, wanted, by=person(session, "dee"), policy=policy, now=NOW)


def asked(database: Database, ticket_id: int) -> list[str]:
    """Who was paged, in order."""
    with database.reading() as session:
        pages = session.scalars(
            select(Say).where(Say.ticket_id == ticket_id, Say.occasion == Occasion.PAGE).order_by(Say.id)
        )
        return [session.get_one(Person, page.person_id).slack_id[1:].lower() for page in pages]


def happened(database: Database, ticket_id: int) -> list[str]:
    with database.reading() as session:
        rows = session.scalars(
            select(TimelineEntry).where(TimelineEntry.ticket_id == ticket_id).order_by(TimelineEntry.id)
        )
        return [row.what for row in rows]


def goes_by(database: Database, ticket_id: int, *, policy: Policy = POLICY) -> datetime:
    """The time until the ticket's timer passes, and it fires."""
    with database.reading() as session:
        timer = open_timer(session, ticket_id)
    with database.transaction() as session:
        assert fire(session, timer.id, policy=policy, now=timer.due_at)
    return timer.due_at


def due(database: Database, ticket_id: int) -> datetime:
    with database.reading() as session:
        return open_timer(session, ticket_id).due_at


def asks(database: Database, *, policy: Policy = POLICY, urgency: Urgency = Urgency.MEDIUM) -> int:
    ticket_id = suggested(database)
    with database.transaction() as session:
        ticket, ada = session.get_one(Ticket, ticket_id), person(session, "ada")
        ticket.urgency = urgency
        engine.escalate(session, ticket, ada, reason="asked for a person", policy=policy, now=NOW, actor=ada)
    return ticket_id


def test_levels_are_asked_in_order_each_after_its_own_wait(database: Database) -> None:
    cleo, ben = named(database, "cleo"), named(database, "ben")
    saved(database, Level((cleo,), wait=timedelta(minutes=3)), Level((ben,), wait=timedelta(minutes=8)))
    ticket_id = asks(database)
    assert asked(database, ticket_id) == ["cleo"]
    assert goes_by(database, ticket_id) == NOW + timedelta(minutes=3)
    assert asked(database, ticket_id) == ["cleo", "ben"]
    assert goes_by(database, ticket_id) == NOW + timedelta(minutes=11)
    assert "exhausted" in happened(database, ticket_id)


def test_an_edit_changes_nothing_under_way(database: Database) -> None:
    saved(database, Level((named(database, "cleo"),)), Level((named(database, "ben"),)))
    ticket_id = asks(database)
    saved(database, Level((named(database, "dee"),)))
    goes_by(database, ticket_id)
    assert asked(database, ticket_id) == ["cleo", "ben"]
    with database.reading() as session:
        assert session.scalars(select(Escalation.snapshot)).one()["version"] == 1


def test_a_level_that_reaches_nobody_is_skipped_at_once_and_says_why(database: Database) -> None:
    nobody = Level((Target(TargetKind.ON_SHIFT),), wait=timedelta(hours=1))
    saved(database, nobody, Level((named(database, "cleo"),)))
    ticket_id = asks(database)
    assert asked(database, ticket_id) == ["cleo"]
    with database.reading() as session:
        why = session.scalars(select(TimelineEntry.reason).where(TimelineEntry.what == "level_skipped")).one()
    assert why == "level 1 was skipped: nobody is on shift"


# One ticket in hand is enough.
SPARING = replace(POLICY, care=replace(POLICY.care, work_cap=1))


def busy(database: Database, name: str) -> None:
    ticket_id = waiting(database, ts=f"1803980000.00{len(name)}{ord(name[0])}")
    with database.transaction() as session:
        claims.claim(session, ticket_id, agent=person(session, name), policy=SPARING, now=NOW)


def test_a_level_whose_hands_are_full_is_skipped_while_a_later_one_has_room(database: Database) -> None:
    saved(database, Level((named(database, "cleo"),)), Level((GROUP,)))
    busy(database, "cleo")
    ticket_id = asks(database, policy=SPARING)
    assert asked(database, ticket_id) == ["ben"]
    with database.reading() as session:
        why = session.scalars(
            select(TimelineEntry.reason).where(
                TimelineEntry.what == "level_skipped", TimelineEntry.ticket_id == ticket_id
            )
        ).one()
    # It stands where the whole desk reads it, and tells nobody what Cleo carries.
    assert why == "level 1 was skipped: in the fair order somebody on a later level is next"


def test_what_cannot_wait_goes_through_the_levels_as_they_are(database: Database) -> None:
    saved(database, Level((named(database, "cleo"),)), Level((GROUP,)))
    busy(database, "cleo")
    ticket_id = asks(database, policy=SPARING, urgency=Urgency.CRITICAL)
    assert asked(database, ticket_id) == ["cleo"]


def test_where_all_levels_are_full_the_first_is_asked(database: Database) -> None:
    saved(database, Level((named(database, "cleo"),)), Level((named(database, "ben"),)))
    busy(database, "cleo")
    busy(database, "ben")
    ticket_id = asks(database, policy=SPARING)
    assert asked(database, ticket_id) == ["cleo"]


def test_whoever_was_spared_is_asked_once_nobody_else_answered(database: Database) -> None:
    saved(database, Level((named(database, "cleo"),)), Level((named(database, "ben"),)), repeats=1)
    busy(database, "cleo")
    ticket_id = asks(database, policy=SPARING)
    goes_by(database, ticket_id, policy=SPARING)
    assert asked(database, ticket_id) == ["ben", "cleo"]


def test_nobody_is_asked_about_their_own_question(database: Database) -> None:
    with database.transaction() as session:
        ben = person(session, "ben")
        session.flush()
        ben_id = ben.id
    saved(database, Level((named(database, "ben"),)), Level((named(database, "cleo"),)))
    ticket_id = suggested(database)
    with database.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        ticket.requester_id = ben_id
        session.flush()
        ben = person(session, "ben")
        engine.escalate(session, ticket, ben, reason="asked", policy=POLICY, now=NOW, actor=ben)
    assert asked(database, ticket_id) == ["cleo"]


def test_all_at_once_asks_everybody_and_then_goes_on(database: Database) -> None:
    saved(database, Level((GROUP,), how=How.ALL), Level((named(database, "dee"),)))
    ticket_id = asks(database)
    assert sorted(asked(database, ticket_id)) == ["ben", "cleo"]
    goes_by(database, ticket_id)
    assert asked(database, ticket_id)[2:] == ["dee"]


def test_tries_end_a_level_early(database: Database) -> None:
    saved(database, Level((GROUP,), tries=1), Level((named(database, "dee"),)))
    ticket_id = asks(database)
    goes_by(database, ticket_id)
    assert asked(database, ticket_id) == ["ben", "dee"]


def test_repeats_ask_the_same_people_again_before_the_last_resort(database: Database) -> None:
    saved(database, Level((named(database, "ben"),)), repeats=1)
    ticket_id = asks(database)
    goes_by(database, ticket_id)
    assert asked(database, ticket_id) == ["ben", "ben"]
    assert "exhausted" not in happened(database, ticket_id)
    goes_by(database, ticket_id)
    assert "exhausted" in happened(database, ticket_id)


def test_the_last_resort_is_never_empty_and_begins_again(database: Database) -> None:
    """Nobody at all on call: the channel hears it, and so do the admins."""
    with database.transaction() as session:
        session.execute(delete(OncallMember))
    ticket_id = asks(database)
    with database.reading() as session:
        notices = session.scalars(select(Say).where(Say.occasion == Occasion.DESK_NOTICE)).all()
        assert [notice.params["notice"] for notice in notices] == ["nobody_on_call"]
    assert asked(database, ticket_id) == ["dee"]
    assert due(database, ticket_id) == NOW + POLICY.page_again_after
    goes_by(database, ticket_id)
    assert asked(database, ticket_id) == ["dee"], "for what is not critical an admin hears it once"
    assert happened(database, ticket_id).count("exhausted") == 2


def test_the_last_resort_on_a_critical_one_tells_the_admins_each_time(database: Database) -> None:
    with database.transaction() as session:
        session.execute(delete(OncallMember))
    ticket_id = asks(database, urgency=Urgency.CRITICAL, policy=WITH_PAGER)
    goes_by(database, ticket_id, policy=WITH_PAGER)
    assert asked(database, ticket_id) == ["dee", "dee"]
    with database.reading() as session:
        (call,) = session.scalars(select(PagerCall)).all()
        assert (call.pager, call.action) == ("opsgenie", PagerAction.TRIGGER)


def test_an_acknowledgement_stops_and_then_it_goes_on(database: Database) -> None:
    ticket_id = waiting(database)
    later = NOW + timedelta(minutes=2)
    with database.transaction() as session:
        paged.acknowledge(session, ticket_id, by=person(session, "ben"), policy=POLICY, now=later)
    assert due(database, ticket_id) == later + timedelta(minutes=30)
    with database.transaction() as session:
        paged.acknowledge(
            session, ticket_id, by=person(session, "ben"), policy=POLICY, now=NOW + timedelta(minutes=9)
        )
    assert due(database, ticket_id) == later + timedelta(minutes=30), "a second press changes nothing"
    goes_by(database, ticket_id)
    assert asked(database, ticket_id) == ["ben", "cleo"]


def test_passing_asks_the_next_one_at_once_and_keeps_no_name(database: Database) -> None:
    ticket_id = waiting(database)
    with database.transaction() as session:
        paged.pass_on(session, ticket_id, by=person(session, "ben"), policy=POLICY, now=NOW)
    assert asked(database, ticket_id) == ["ben", "cleo"]
    with database.reading() as session:
        entry = session.scalars(select(TimelineEntry).where(TimelineEntry.what == "passed_on")).one()
        assert (entry.actor_id, entry.details) == (None, {})
        assert session.scalars(select(Escalation.passed)).one() == []
    with pytest.raises(paged.NothingToPassOn), database.transaction() as session:
        paged.pass_on(session, ticket_id, by=person(session, "ben"), policy=POLICY, now=NOW)


def test_where_all_are_asked_the_next_level_waits_for_everybody_to_pass(database: Database) -> None:
    saved(database, Level((GROUP,), how=How.ALL), Level((named(database, "dee"),)))
    ticket_id = asks(database)
    for name, then in (("ben", 2), ("cleo", 3)):
        with database.transaction() as session:
            paged.pass_on(session, ticket_id, by=person(session, name), policy=POLICY, now=NOW)
        assert len(asked(database, ticket_id)) == then


def test_not_urgent_by_day_is_asked_again_as_what_it_is(database: Database) -> None:
    ticket_id = asks(database, urgency=Urgency.CRITICAL)
    with database.transaction() as session:
        paged.not_urgent(session, ticket_id, by=person(session, "ben"), policy=POLICY, now=NOW)
    with database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id)
        assert (ticket.status, ticket.urgency) == (TicketStatus.WAITING, Urgency.MEDIUM)
        label = session.scalars(select(Label)).one()
        assert (label.field, label.value, label.source) == (
            LabelField.URGENCY,
            "medium",
            LabelSource.PAGED,
        )
        open_timer(session, ticket_id)


def test_answers_to_a_page_that_came_too_late_are_refused(database: Database) -> None:
    ticket_id = waiting(database)
    with database.transaction() as session:
        claims.claim(session, ticket_id, agent=person(session, "cleo"), policy=POLICY, now=NOW)
    for answer in (paged.acknowledge, paged.pass_on, paged.not_urgent):
        with pytest.raises(AlreadyClaimed), database.transaction() as session:
            answer(session, ticket_id, by=person(session, "ben"), policy=POLICY, now=NOW)
    with pytest.raises(TriageError), database.transaction() as session:
        paged.acknowledge(session, ticket_id, by=person(session, "ada"), policy=POLICY, now=NOW)


def test_pagers_outside_are_called_once_and_hear_how_it_ends(database: Database) -> None:
    saved(database, Level((PAGER,)), Level((named(database, "ben"), PAGER)), policy=WITH_PAGER)
    ticket_id = asks(database, policy=WITH_PAGER)
    assert asked(database, ticket_id) == []
    goes_by(database, ticket_id, policy=WITH_PAGER)
    assert asked(database, ticket_id) == ["ben"]
    with database.transaction() as session:
        claims.claim(session, ticket_id, agent=person(session, "ben"), policy=WITH_PAGER, now=NOW)
    how = closing.Resolution("Restarted it.", "printing", Urgency.MEDIUM)
    with database.transaction() as session:
        closing.resolve(session, ticket_id, how, by=person(session, "ben"), policy=WITH_PAGER, now=NOW)
    with database.reading() as session:
        calls = session.scalars(select(PagerCall).order_by(PagerCall.id)).all()
        assert [call.action for call in calls] == list(PagerAction)
        assert len({call.key for call in calls}) == 1


def test_the_most_exact_policy_counts(database: Database) -> None:
    ours = saved(database, Level((GROUP,)), urgencies=frozenset({Urgency.CRITICAL}))
    with database.reading() as session:
        for urgency, name in ((Urgency.CRITICAL, ours.name), (Urgency.LOW, "built in")):
            found = policy_for(session, TEAM, urgency=urgency, category="printing", policy=POLICY)
            assert found.name == name


def test_policies_are_kept_with_their_history_and_a_stale_edit_is_refused(database: Database) -> None:
    first = saved(database, Level((GROUP,)))
    second = saved(database, Level((GROUP,), how=How.ALL))
    assert (first.version, second.version) == (1, 2)
    with pytest.raises(PolicyChanged), database.transaction() as session:
        save_policy(session, TEAM, first, by=None, policy=POLICY, now=NOW, seen_version=1)
    with pytest.raises(PolicyRefused), database.transaction() as session:
        save_policy(session, TEAM, replace(first, name="Other"), by=None, policy=POLICY, now=NOW)
    with database.transaction() as session:
        delete_policy(session, TEAM, "Ours", by=person(session, "dee"), now=NOW)
    with database.reading() as session:
        assert policies(session, TEAM) == []
        assert [entry.what for entry in history(session, TEAM)] == [
            "escalation.policy_deleted",
            "escalation.policy",
            "escalation.policy",
        ]


def at_once(*calls: Any) -> list[Any]:
    """Each in a thread of its own, let go together; what each gave back, or the refusal."""
    barrier = Barrier(len(calls))

    def run(call: Any) -> Any:
        barrier.wait()
        try:
            return call()
        except TriageError as refused:
            return refused

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(run, call) for call in calls]]


@pytest.mark.parametrize("answer", [paged.acknowledge, paged.pass_on, "claim"])
def test_an_answer_and_the_timer_at_once_leave_one_next_moment(database: Database, answer: Any) -> None:
    ticket_id = waiting(database)
    with database.reading() as session:
        timer = open_timer(session, ticket_id)

    def answers() -> None:
        with database.transaction() as session:
            ben = person(session, "ben")
            if answer == "claim":
                claims.claim(session, ticket_id, agent=ben, policy=POLICY, now=timer.due_at)
            else:
                answer(session, ticket_id, by=ben, policy=POLICY, now=timer.due_at)

    def fires() -> None:
        with database.transaction() as session:
            fire(session, timer.id, policy=POLICY, now=timer.due_at)

    at_once(answers, fires)
    with database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id)
        assert ticket.status == told(session, ticket)
        timers = session.scalars(
            select(Timer).where(Timer.ticket_id == ticket_id, Timer.done_at.is_(None))
        ).all()
        assert len(timers) == (0 if answer == "claim" else 1)
        # The page of the timer may have gone out before the answer; nobody was asked twice.
        assert len(asked(database, ticket_id)) <= 2


def test_two_claims_and_the_timer_have_one_winner(database: Database) -> None:
    ticket_id = waiting(database)
    with database.reading() as session:
        timer = open_timer(session, ticket_id)

    def claim(name: str) -> Any:
        with database.transaction() as session:
            agent = person(session, name)
            return claims.claim(session, ticket_id, agent=agent, policy=POLICY, now=timer.due_at).id

    def fires() -> Any:
        with database.transaction() as session:
            return fire(session, timer.id, policy=POLICY, now=timer.due_at)

    *claimed, _ = at_once(lambda: claim("ben"), lambda: claim("cleo"), fires)
    assert sorted(isinstance(one, AlreadyClaimed | CannotMove) for one in claimed) == [False, True]
    with database.reading() as session:
        assert session.scalars(select(Timer).where(Timer.done_at.is_(None))).all() == []
        assert session.scalars(select(Escalation).where(Escalation.ended_at.is_(None))).all() == []


STEPS = st.lists(st.sampled_from(["time", "seen", "pass", "calm", "claim", "release"]), max_size=8)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, critical=st.booleans(), all_at_once=st.booleans(), repeats=st.integers(0, 1))
def test_every_ticket_that_waits_has_one_next_moment(
    database: Database, steps: list[str], critical: bool, all_at_once: bool, repeats: int
) -> None:
    how = How.ALL if all_at_once else How.ONE
    empty = Level((Target(TargetKind.ON_SHIFT),))
    saved(database, empty, Level((GROUP,), how=how), repeats=repeats)
    ticket_id = asks_again(database, urgency=Urgency.CRITICAL if critical else Urgency.LOW)
    for step in steps:
        live(database, ticket_id, step)
        with database.reading() as session:
            ticket = session.get_one(Ticket, ticket_id)
            assert ticket.status == told(session, ticket)
            if ticket.status in (TicketStatus.WAITING, TicketStatus.DEFERRED):
                open_timer(session, ticket_id)


def asks_again(database: Database, *, urgency: Urgency) -> int:
    with database.reading() as session:
        count = len(session.scalars(select(Ticket.id)).all())
    ticket_id = suggested(database, ts=f"1803981600.{count:06}")
    with database.transaction() as session:
        ticket, ada = session.get_one(Ticket, ticket_id), person(session, "ada")
        ticket.urgency = urgency
        engine.escalate(session, ticket, ada, reason="asked", policy=POLICY, now=NOW, actor=ada)
    return ticket_id


def live(database: Database, ticket_id: int, step: str) -> None:
    with database.reading() as session:
        waits = session.get_one(Ticket, ticket_id).status is TicketStatus.WAITING
    if step == "time":
        if waits:
            goes_by(database, ticket_id)
        return
    acts: dict[str, Any] = {
        "seen": paged.acknowledge,
        "pass": paged.pass_on,
        "calm": paged.not_urgent,
    }
    try:
        with database.transaction() as session:
            ben = person(session, "ben")
            if step in acts:
                acts[step](session, ticket_id, by=ben, policy=POLICY, now=NOW)
            elif step == "claim":
                claims.claim(session, ticket_id, agent=ben, policy=POLICY, now=NOW)
            else:
                claims.release(session, ticket_id, agent=ben, policy=POLICY, now=NOW)
    except TriageError:
        return


def gives_back(database: Database, ticket_id: int, name: str) -> None:
    with database.transaction() as session:
        agent = person(session, name)
        claims.claim(session, ticket_id, agent=agent, policy=POLICY, now=NOW)
        claims.release(session, ticket_id, agent=agent, policy=POLICY, now=NOW)


def test_who_gives_it_back_is_not_asked_at_once_while_somebody_else_can_be(database: Database) -> None:
    saved(database, Level((named(database, "ben"),)), Level((named(database, "cleo"),)), repeats=1)
    ticket_id = asks(database)
    assert asked(database, ticket_id) == ["ben"]

    gives_back(database, ticket_id, "ben")

    assert asked(database, ticket_id) == ["ben", "cleo"]
    goes_by(database, ticket_id)
    assert asked(database, ticket_id) == ["ben", "cleo", "ben"], "in the next round it is their turn again"


@pytest.mark.parametrize("how", How)
def test_who_gives_it_back_is_left_out_of_their_own_level(database: Database, how: How) -> None:
    ben, cleo = named(database, "ben"), named(database, "cleo")
    saved(database, Level((cleo, ben), how=how))
    ticket_id = asks(database)
    before = len(asked(database, ticket_id))

    gives_back(database, ticket_id, "cleo")

    assert asked(database, ticket_id)[before:] == ["ben"]


def test_who_gives_it_back_is_asked_again_where_there_is_nobody_else(database: Database) -> None:
    saved(database, Level((named(database, "ben"),)))
    ticket_id = asks(database)

    gives_back(database, ticket_id, "ben")

    assert asked(database, ticket_id) == ["ben", "ben"]


def test_a_dry_run_tells_what_then_happens(database: Database) -> None:
    saved(
        database,
        Level((Target(TargetKind.ON_SHIFT),)),
        Level((named(database, "cleo"),)),
        Level((GROUP,), wait=timedelta(minutes=7)),
    )
    with database.reading() as session:
        steps = dry_run(session, TEAM, urgency=Urgency.LOW, category=None, at=NOW, policy=POLICY)
    assert [(step.kind, step.level, step.who) for step in steps] == [
        (StepKind.SKIPS, 1, ()),
        (StepKind.ASKS, 2, ("Cleo",)),
        (StepKind.ASKS, 3, ("Ben",)),
        (StepKind.LAST_RESORT, None, ("Dee",)),
        (StepKind.STARTS_AGAIN, None, ()),
    ]
    ticket_id = asks(database, urgency=Urgency.LOW)
    for _ in range(2):
        goes_by(database, ticket_id)
    assert asked(database, ticket_id) == ["cleo", "ben", "dee"]
    assert due(database, ticket_id) == steps[-1].at

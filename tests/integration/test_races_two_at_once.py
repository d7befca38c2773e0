"""Two at once: one winner, nothing lost, nobody stuck. Each side has a session and a thread of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from checks import told
from factories import NOW, POLICY, TEAM, open_timer, person, settle, suggested, waiting
from sqlalchemy import func, select

from bot.database import Database
from kb.articles import kb_version
from kb.index import load_index
from triage.classifier import starter
from triage.desk import ensure_desk
from triage.errors import AlreadyClaimed, CannotMove
from triage.judge import Judge
from triage.oncall.current import on_call, set_on_call
from triage.people import signin
from triage.people.models import Team
from triage.people.roster import meet
from triage.tickets import claims, closing
from triage.tickets.due import fire
from triage.tickets.intake import Question, open_ticket
from triage.tickets.models import Category, Satisfaction, Ticket, TicketMessage, TimelineEntry
from triage.timers import cancel_timers
from triage.vocabulary import Source, TicketStatus, Urgency

pytestmark = pytest.mark.usefixtures("people")
RESOLUTION = closing.Resolution("Restarted it.", "printing", Urgency.LOW)


@pytest.fixture
def people(database: Database) -> None:
    settle(database)


def at_once(*sides: Callable[[], Any]) -> list[Any]:
    """Runs all sides together; what each returned, or the error that it raised."""
    start = threading.Barrier(len(sides))

    def run(side: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return side()
        except Exception as error:  # noqa: BLE001  (what a side raised is what the test looks at)
            return error

    with ThreadPoolExecutor(len(sides)) as pool:
        return list(pool.map(run, sides))


def as_(
    database: Database, name: str, act: Callable[..., Any], *arguments: Any, **more: Any
) -> Callable[[], Any]:
    """Somebody does something, in a transaction of their own."""

    def side() -> Any:
        with database.transaction() as session:
            return act(
                session, *arguments, **{"by" if act in _BY else "agent": person(session, name)}, **more
            )

    return side


_BY = (closing.resolve, closing.solved, closing.rate, closing.reopen)
RULES = {"policy": POLICY, "now": NOW}


def happened(database: Database, ticket_id: int) -> list[str]:
    with database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id)
        assert ticket.status == told(session, ticket)
        return list(
            session.scalars(
                select(TimelineEntry.what)
                .where(TimelineEntry.ticket_id == ticket_id)
                .order_by(TimelineEntry.id)
            )
        )


def test_two_claims_have_one_winner_and_the_other_hears_who_it_was(database: Database) -> None:
    for round_ in range(5):
        ticket_id = waiting(database, ts=f"1803981600.00{round_:04}")
        outcome = at_once(
            as_(database, "ben", claims.claim, ticket_id, **RULES),
            as_(database, "cleo", claims.claim, ticket_id, **RULES),
        )
        (winner,) = [one for one in outcome if isinstance(one, Ticket)]
        (loser,) = [one for one in outcome if isinstance(one, AlreadyClaimed)]
        with database.reading() as session:
            claimed_by = {person(session, name).id: f"U{name.upper()}" for name in ("ben", "cleo")}
        assert loser.claimed_by == claimed_by[winner.claimed_by_id]
        assert happened(database, ticket_id).count("claim") == 1


def test_claim_against_resolve(database: Database) -> None:
    for round_ in range(5):
        ticket_id = waiting(database, ts=f"1803981600.00{round_:04}")
        claimed, resolved = at_once(
            as_(database, "ben", claims.claim, ticket_id, **RULES),
            as_(database, "cleo", closing.resolve, ticket_id, RESOLUTION, **RULES),
        )
        for outcome in (claimed, resolved):
            assert isinstance(outcome, Ticket | CannotMove), outcome
        assert isinstance(claimed, Ticket) or isinstance(resolved, Ticket)
        happened(database, ticket_id)


def test_two_resolutions_leave_one_pair_of_labels(database: Database) -> None:
    ticket_id = waiting(database)
    outcome = at_once(
        as_(database, "ben", closing.resolve, ticket_id, RESOLUTION, **RULES),
        as_(database, "cleo", closing.resolve, ticket_id, RESOLUTION, **RULES),
    )
    assert sorted(type(one).__name__ for one in outcome) == ["CannotMove", "Ticket"]
    assert happened(database, ticket_id).count("resolve") == 1
    with database.reading() as session:
        assert len(session.execute(sa.text("SELECT id FROM label")).all()) == 2


def test_a_release_against_a_transfer(database: Database) -> None:
    ticket_id = waiting(database)
    as_(database, "ben", claims.claim, ticket_id, **RULES)()

    def passes_on() -> Ticket:
        with database.transaction() as session:
            ben, cleo = person(session, "ben"), person(session, "cleo")
            return claims.transfer(session, ticket_id, agent=ben, to=cleo, **RULES)

    at_once(passes_on, as_(database, "ben", claims.release, ticket_id, **RULES))

    assert {"transfer", "release"} & set(happened(database, ticket_id))
    with database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id)
        assert (ticket.claimed_by_id is None) == (ticket.status is TicketStatus.WAITING)


def fires(database: Database, timer_id: int, *, after: timedelta) -> Callable[[], bool]:
    def side() -> bool:
        with database.transaction() as session:
            return fire(session, timer_id, policy=POLICY, now=NOW + after)

    return side


def test_solved_in_the_moment_in_which_a_person_would_be_asked(database: Database) -> None:
    for round_ in range(5):
        ticket_id = suggested(database, ts=f"1803981600.00{round_:04}")
        with database.reading() as session:
            timer_id = open_timer(session, ticket_id).id
        solved, fired = at_once(
            as_(database, "ada", closing.solved, ticket_id, **RULES),
            fires(database, timer_id, after=POLICY.handover_after),
        )
        assert isinstance(solved, Ticket | CannotMove), solved
        assert isinstance(fired, bool), fired
        assert {"resolve", "escalate"} & set(happened(database, ticket_id))


def test_a_press_and_a_timer_do_not_wait_for_each_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The press holds the ticket and is about to cancel its timers when the timer fires."""
    ticket_id = suggested(database)
    with database.reading() as session:
        timer_id = open_timer(session, ticket_id).id
    moved, firing = threading.Event(), threading.Event()

    def slowly(session: Any, ticket: Ticket, **more: Any) -> None:
        moved.set()
        firing.wait(10)
        cancel_timers(session, ticket, **more)

    monkeypatch.setattr(closing, "cancel_timers", slowly)
    with ThreadPoolExecutor(2) as pool:
        press = pool.submit(as_(database, "ada", closing.solved, ticket_id, **RULES))
        assert moved.wait(10)
        timer = pool.submit(fires(database, timer_id, after=POLICY.handover_after))
        wait_until_blocked(database)
        firing.set()
        assert press.result().status is TicketStatus.RESOLVED
        assert timer.result() is False

    assert "escalate" not in happened(database, ticket_id)


def wait_until_blocked(database: Database) -> None:
    """Until a transaction waits for a lock that another holds. On SQLite writers queue in this process."""
    if database.engine.dialect.name == "sqlite":
        return
    waiting_for_lock = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(2_000):
        with database.reading() as session:
            if session.scalar(waiting_for_lock):
                return
            session.execute(sa.text("SELECT pg_sleep(0.005)"))
    raise AssertionError("nobody waits for a lock")


def test_a_timer_that_fires_twice_acts_once(database: Database) -> None:
    ticket_id = suggested(database)
    with database.reading() as session:
        timer_id = open_timer(session, ticket_id).id
    fired = at_once(*(fires(database, timer_id, after=POLICY.handover_after) for _ in range(4)))
    assert sorted(fired) == [False, False, False, True]
    assert happened(database, ticket_id).count("escalate") == 1


def test_rated_twice_the_first_counts(database: Database) -> None:
    ticket_id = waiting(database)
    as_(database, "ben", closing.resolve, ticket_id, RESOLUTION, **RULES)()
    outcome = at_once(
        as_(database, "ada", closing.rate, ticket_id, "good", now=NOW),
        as_(database, "ada", closing.rate, ticket_id, "not_good", now=NOW),
    )
    assert sorted(outcome) == [False, True]
    with database.reading() as session:
        rating = session.get_one(Satisfaction, ticket_id).rating
    assert rating == ("good" if outcome[0] else "not_good")


def test_a_sign_in_link_opens_once(database: Database) -> None:
    with database.transaction() as session:
        link_id = signin.issue(session, person(session, "ben"), now=NOW).id

    def enters() -> Any:
        with database.transaction() as session:
            return signin.redeem(session, link_id, now=NOW)

    outcome = at_once(*[enters] * 4)
    assert [one.slack_id for one in outcome if one is not None] == ["UBEN"]


def test_no_more_links_than_allowed_however_fast_one_asks(database: Database) -> None:
    def asks() -> Any:
        with database.transaction() as session:
            return signin.issue(session, person(session, "ben"), now=NOW)

    outcome = at_once(*[asks] * 8)
    assert sum(isinstance(one, signin.SignInLink) for one in outcome) == 5
    assert sum(isinstance(one, signin.TooManyLinks) for one in outcome) == 3


def test_two_admins_set_the_list_at_once_and_one_list_stands(database: Database) -> None:
    def sets(*names: str) -> Callable[[], None]:
        def side() -> None:
            with database.transaction() as session:
                people = [person(session, name) for name in names]
                set_on_call(session, TEAM, people, by=person(session, "dee"), now=NOW)

        return side

    for _ in range(5):
        assert at_once(sets("cleo", "ben"), sets("dee", "cleo", "ben")) == [None, None]
        with database.reading() as session:
            names = [one.slack_id for one in on_call(session, TEAM)]
        assert names in (["UCLEO", "UBEN"], ["UDEE", "UCLEO", "UBEN"])


def test_a_desk_is_set_up_once(database: Database) -> None:
    def sets_up() -> bool:
        with database.transaction() as session:
            return ensure_desk(session, "TNEW", now=NOW)

    assert sorted(at_once(*[sets_up] * 3)) == [False, False, True]
    with database.reading() as session:
        assert session.get(Team, "TNEW") is not None
        count = select(func.count()).select_from(Category).where(Category.team_id == "TNEW")
        assert session.scalar(count) == len(starter.categories())
        assert kb_version(session, "TNEW")


def test_somebody_met_twice_at_once_is_one_person(database: Database) -> None:
    def meets() -> int:
        with database.transaction() as session:
            return meet(session, TEAM, "UNEW", now=NOW).id

    assert len(set(at_once(*[meets] * 6))) == 1


def asks(database: Database, judge: Judge, ts: str, text: str, source: Source) -> Callable[[], int]:
    def side() -> int:
        with database.transaction() as session:
            question = Question(person(session, "ada"), text, source, NOW, channel_id="CHELP", ts=ts)
            return open_ticket(session, question, judge=judge, policy=POLICY, now=NOW).id

    return side


@pytest.fixture
def judge(database: Database) -> Judge:
    with database.reading() as session:
        return Judge(starter.classifier(), load_index(session, TEAM))


def test_the_lines_of_a_burst_handled_at_once_are_one_ticket(database: Database, judge: Judge) -> None:
    outcome = at_once(
        *(
            asks(database, judge, f"1803981600.00{n:04}", f"line {n} about my printer", Source.CHANNEL)
            for n in range(4)
        )
    )
    assert len(set(outcome)) == 1, outcome
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(TicketMessage)) == 4
        assert session.get_one(Ticket, outcome[0]).question.count("\n") == 3


def test_a_message_and_its_mention_handled_at_once_are_one_ticket(database: Database, judge: Judge) -> None:
    ts = "1803981600.000100"
    outcome = at_once(
        asks(database, judge, ts, "my printer is stuck", Source.CHANNEL),
        asks(database, judge, ts, "my printer is stuck", Source.MENTION),
    )
    assert len(set(outcome)) == 1, outcome
    assert happened(database, outcome[0]).count("asked") == 1


def test_a_press_and_another_line_of_the_question_do_not_wait_for_each_other(
    database: Database, judge: Judge
) -> None:
    for round_ in range(8):
        first = f"18039{round_}1600.000100"
        ticket_id = asks(database, judge, first, "my printer is stuck", Source.CHANNEL)()
        outcome = at_once(
            asks(database, judge, f"18039{round_}1600.000200", "it says E5", Source.CHANNEL),
            as_(database, "ada", closing.solved, ticket_id, **RULES),
        )
        assert isinstance(outcome[0], int), outcome
        assert isinstance(outcome[1], Ticket | CannotMove), outcome


def test_writers_race_and_nothing_is_lost_or_locked(database: Database) -> None:
    """Read, add one, write: eight threads, through the ORM. The count is right, and no one was turned away."""
    ticket_id = waiting(database)
    # On PostgreSQL it is the row that has to be locked; SQLite has one writer at a time.
    lock = {"with_for_update": True} if database.engine.dialect.name == "postgresql" else {}

    def counts() -> int:
        for _ in range(50):
            with database.transaction() as session:
                ticket = session.get_one(Ticket, ticket_id, **lock)
                ticket.reopened += 1
        return 50

    assert at_once(*[counts] * 8) == [50] * 8
    with database.reading() as session:
        assert session.get_one(Ticket, ticket_id).reopened == 400

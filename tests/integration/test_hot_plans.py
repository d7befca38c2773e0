"""What a desk asks its database all day follows an index: no growing table is read from end to end."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories import NOW, POLICY, TEAM, settle, waiting
from sqlalchemy.orm import Session

from bot.bench.running.grown.statements import Catcher, explained
from bot.bench.running.grown.verdict import GROWING
from bot.database import Database
from bot.slack.inbox import unhandled
from bot.worker.timers import without_job
from triage.escalation.alerts import uncalled
from triage.outbox import unsent
from triage.outbox_seen import Stood, believe_old, note_seen, unsure, unsure_teams
from triage.privacy.retention import let_go_some
from triage.tickets.intake import in_thread
from triage.tickets.queries import usual_wait

LATER = NOW + timedelta(days=400)


@pytest.fixture
def small_desk(database: Database) -> Iterator[Session]:
    """One ticket. PostgreSQL would rather read so little from end to end, and is told not to where it has a choice."""
    if database.engine.dialect.name == "postgresql":
        # What earlier tests deleted still fills the tables' files.
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(sorted(GROWING))} CASCADE")
    settle(database)
    waiting(database)
    with database.transaction() as session:
        if database.engine.dialect.name == "postgresql":
            _forget_size(session)
        yield session
        session.rollback()


# The server counts now and then by itself, and finds one row; until the end of the transaction it has never counted.
_COUNTS = """
DELETE FROM pg_statistic
WHERE starelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
"""
_SIZES = """
UPDATE pg_class SET reltuples = -1, relpages = 0
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""


def _forget_size(session: Session) -> None:
    if not session.scalar(sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
        pytest.skip("only a superuser may tell PostgreSQL how large its tables are")
    session.execute(sa.text(_COUNTS))
    session.execute(sa.text(_SIZES))
    for way in ("seqscan", "hashjoin", "mergejoin"):
        session.execute(sa.text(f"SET LOCAL enable_{way} = off"))


def _plans(session: Session, catcher: Catcher) -> Iterator[tuple[str, set[str]]]:
    """Each statement's plan as one text, and what it reads from end to end."""
    connection = session.connection()
    for statement in catcher.statements:
        if statement.explicable:
            plan = explained(connection, statement)
            yield " ".join(plan.lines), set(plan.scans) & GROWING


@pytest.fixture
def catcher(small_desk: Session, database: Database) -> Iterator[Catcher]:
    catcher = Catcher()
    with catcher.catching(database.engine):
        yield catcher


def test_what_is_old_is_found_by_its_age(small_desk: Session, catcher: Catcher) -> None:
    let_go_some(small_desk, TEAM, POLICY.keeping, now=LATER)
    plans = list(_plans(small_desk, catcher))
    for index in ("ix_inbox_event_handled_at", "ix_timer_done_at_due_at", "ix_say_created_at"):
        assert any(index in plan for plan, _ in plans), index
    assert [plan for plan, scans in plans if scans] == []


def test_the_usual_wait_reads_two_weeks_alone(small_desk: Session, catcher: Catcher) -> None:
    usual_wait(small_desk, TEAM, policy=POLICY, now=NOW)
    plans = list(_plans(small_desk, catcher))
    assert all("ix_ticket_team_id_escalated_at" in plan for plan, _ in plans)
    assert "ix_timeline_ticket_id_id" in plans[0][0]


def test_the_ticket_of_a_thread_is_looked_up(small_desk: Session, catcher: Catcher) -> None:
    in_thread(small_desk, TEAM, "CHELP", "1.1")
    ((plan, scans),) = _plans(small_desk, catcher)
    assert "ticket_message" in plan
    assert not scans


def test_what_a_worker_sweeps_up_is_looked_up(small_desk: Session, catcher: Catcher) -> None:
    unhandled(small_desk)
    unsent(small_desk)
    uncalled(small_desk)
    without_job(small_desk, now=LATER)
    plans = list(_plans(small_desk, catcher))
    assert [plan for plan, scans in plans if scans] == []
    (of_events,) = [plan for plan, _ in plans if "workflow_status" in plan]
    assert not re.search(r"(SCAN|Seq Scan) workflow_status", of_events), of_events


def test_what_slack_has_not_shown_us_is_found_among_the_last_alone(
    small_desk: Session, catcher: Catcher
) -> None:
    unsure_teams(small_desk, now=NOW)
    unsure(small_desk, TEAM, now=NOW)
    believe_old(small_desk, TEAM, now=NOW)
    note_seen(small_desk, [Stood(TEAM, "CHELP", "1.1"), Stood(TEAM, "CDESK", "2.2")])
    plans = list(_plans(small_desk, catcher))
    assert len(plans) == 4
    assert [plan for plan, _ in plans if "ix_say_team_id_look_for_at" not in plan] == []

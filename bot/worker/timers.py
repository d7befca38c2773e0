"""Firing timers, and waking those whose job was lost or whose hour came early; events without a job as well."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import column, literal, select, table
from sqlalchemy.orm import Session

from bot.slack.desk import Desk
from bot.slack.inbox import InboxEvent
from bot.slack.speaking import NotYet
from triage import timers
from triage.escalation.alerts import uncalled
from triage.leaving import has_left
from triage.outbox import unsent
from triage.tickets.due import fire
from triage.work import CallPager, Deliver, FireTimer, HandleEvent, enqueue

log = structlog.get_logger(__name__)


# The engine's clock may run a moment ahead of the desk's; a longer gap is left to the sweep.
_NEARLY = timedelta(seconds=5)
# So long after its receipt an event surely has its job, unless whoever took it in is gone.
_PASSED_ON = timedelta(seconds=3)
# What was received that long before a look was committed by then, and seen, whatever the clocks of two machines say.
_SEEN_BY_THEN = timedelta(minutes=15)
# An event that failed keeps its job for longer than that, see bot/worker/sweeping.py. Older ones without a job have
# been failed work, and are left to admins.
_WORTH_WAKING = timedelta(days=30)
_AT_ONCE = 200


def fire_timer(timer_id: int, desk: Desk) -> None:
    """Raises `NotYet` where the timer is due within moments."""
    now = desk.clock()
    with desk.database.transaction() as session:
        team_id = timers.team_of(session, timer_id)
        if team_id is None or has_left(session, team_id):
            return
        if fire(session, timer_id, policy=desk.policy_for(session, team_id), now=now):
            log.info("timer.fired", timer_id=timer_id)
            return
        timer = session.get(timers.Timer, timer_id)
    if timer is not None and timer.done_at is None and timer.due_at - now < _NEARLY:
        raise NotYet("due in a moment")


def wake_overdue(desk: Desk) -> int:
    """Enqueues what is due by the desk's clock, which may have been moved past a sleeping job."""
    now = desk.clock()
    with desk.database.reading() as session:
        due = timers.overdue(session, now=now)
    if due:
        with desk.database.transaction() as session:
            for timer_id in due:
                enqueue(session, FireTimer(timer_id, overdue_at=now))
    return len(due)


def wake_left(desk: Desk, *, looked_at: datetime | None = None) -> int:
    """Enqueues events without a job: whoever took them in died before asking for it. Says how many those were.

    `looked_at` is when somebody looked last: however many events wait for their turn, only newer ones are looked at.
    """
    now, count = desk.clock(), 0
    while True:
        with desk.database.reading() as session:
            found = without_job(session, since=looked_at and looked_at - _SEEN_BY_THEN, now=now)
        if found:
            with desk.database.transaction() as session:
                for event_id in found:
                    enqueue(session, HandleEvent(event_id))
        count += len(found)
        if len(found) < _AT_ONCE:
            return count


def without_job(session: Session, *, since: datetime | None = None, now: datetime) -> list[str]:
    """Events that nobody has acted on and for which the engine knows no job, not even a failed one: oldest first."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    jobs = table("workflow_status", column("workflow_uuid"), schema="dbos" if postgresql else None)
    job_id = literal(HandleEvent("").id) + InboxEvent.event_id
    # Looked up one by one: joined, PostgreSQL may rather read all jobs of the last weeks.
    its_job = select(jobs.c.workflow_uuid).where(jobs.c.workflow_uuid == job_id).scalar_subquery()
    received, oldest = InboxEvent.received_at, now - _WORTH_WAKING
    found = (
        select(InboxEvent.event_id)
        .where(InboxEvent.handled_at.is_(None), received >= max(since or oldest, oldest))
        .where(received < now - _PASSED_ON, its_job.is_(None))
        .order_by(received)
        .limit(_AT_ONCE)
    )
    return list(session.scalars(found))


def reconcile(desk: Desk) -> int:
    """At start: whatever has a row and is not done gets its job again. A job that is there already stays one."""
    with desk.database.transaction() as session:
        for say_id, lane in unsent(session):
            enqueue(session, Deliver(say_id, lane))
        for call_id in uncalled(session):
            enqueue(session, CallPager(call_id))
    wake_left(desk)
    return wake_overdue(desk)

"""Firing timers, and waking those whose job was lost or whose hour came early; events without a job as well."""

from datetime import timedelta

import structlog
from dbos import DBOSClient

from bot.slack.desk import Desk
from bot.slack.inbox import unhandled
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


def wake_left(desk: Desk) -> int:
    """Enqueues events without a job: whoever took them in died before asking for it. Says how many those were."""
    with desk.database.reading() as session:
        waiting = unhandled(session, before=desk.clock() - _PASSED_ON)
    client = desk.database.jobs
    if not waiting or not isinstance(client, DBOSClient):
        return 0
    jobs = [HandleEvent(event_id).id for event_id in waiting]
    there = client.list_workflows(workflow_ids=jobs, load_input=False, load_output=False)
    left = set(jobs) - {job.workflow_id for job in there}
    if left:
        with desk.database.transaction() as session:
            for event_id in waiting:
                if HandleEvent(event_id).id in left:
                    enqueue(session, HandleEvent(event_id))
    return len(left)


def reconcile(desk: Desk) -> int:
    """At start: whatever has a row and is not done gets its job again. A job that is there already stays one."""
    with desk.database.transaction() as session:
        for event_id in unhandled(session):
            enqueue(session, HandleEvent(event_id))
        for say_id, lane in unsent(session):
            enqueue(session, Deliver(say_id, lane))
        for call_id in uncalled(session):
            enqueue(session, CallPager(call_id))
    return wake_overdue(desk)

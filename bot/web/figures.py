"""What Prometheus is told beyond the counters of one process: how the whole desk stands, asked of the database.

The same figures come from every process, so dashboards and alerts take the `max` of them. They are asked for at most
once in some seconds, whoever scrapes how often, and a database that is away costs the counters nothing.
"""

import platform
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOSClient
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.clock import system_clock
from bot.slack.desk import Desk
from bot.slack.inbox import InboxEvent
from bot.worker.failed import failed_work
from bot.worker.pulse import Heartbeat
from bot.worker.work_list import Kind, Standing, list_work
from triage.classifier.models import ModelVersion
from triage.oncall.look_ahead import ConcernKind, look_ahead
from triage.outbox import Say
from triage.people.models import Team
from triage.sla.timers import SlaTimer
from triage.tickets.models import Prediction, Ticket
from triage.vocabulary import OPEN_STATUSES, ModelState, PromiseCourse, SayState, TicketStatus

log = structlog.get_logger(__name__)

_KEPT_SECONDS = 10.0
_SLOWLY_SECONDS = 300.0
_AHEAD_DAYS = 7
# A question counts once it is decided what became of it: whoever was not helped comes back within three days.
_DECIDED_AFTER = timedelta(days=3)
_WEEK = timedelta(days=7)

Ask = Callable[[Session, Desk, datetime], Iterator[Metric]]


class Kept:
    """Figures that are asked for anew when they are older than so many seconds; one asks, others get the last ones."""

    def __init__(self, desk: Desk, ask: Ask, *, seconds: float) -> None:
        self._desk, self._ask, self._seconds = desk, ask, seconds
        self._lock = threading.Lock()
        self._last: list[Metric] = []
        self._fresh_until = 0.0

    def figures(self) -> list[Metric]:
        with self._lock:
            if time.monotonic() >= self._fresh_until:
                self._last = self._asked()
                self._fresh_until = time.monotonic() + self._seconds
            return self._last

    def _asked(self) -> list[Metric]:
        try:
            with self._desk.database.reading() as session:
                return list(self._ask(session, self._desk, self._desk.clock()))
        except sa.exc.SQLAlchemyError as fault:
            log.warning("figures.missed", error=type(fault).__name__)
            return []


class DeskFigures(Collector):
    """What the database tells, and what the counters of this process do."""

    def __init__(self, desk: Desk) -> None:
        self._kept = [
            Kept(desk, _often, seconds=_KEPT_SECONDS),
            Kept(desk, _slowly, seconds=_SLOWLY_SECONDS),
        ]

    def collect(self) -> Iterable[Metric]:
        yield from REGISTRY.collect()
        yield _build()
        for kept in self._kept:
            yield from kept.figures()


def registry_of(desk: Desk) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Undescribed(DeskFigures(desk)))
    return registry


class _Undescribed(Collector):
    """Registered without being asked once first, which would wait for the database."""

    def __init__(self, figures: DeskFigures) -> None:
        self._figures = figures

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        return self._figures.collect()


def _build() -> Metric:
    told = {"version": version("evenhand"), "python": platform.python_version()}
    return InfoMetricFamily("evenhand_build", "Which version runs", value=told)


def _gauge(name: str, about: str, values: Mapping[Any, float], *labels: str) -> Metric:
    """`values` by the labels' values: a tuple, empty where there are none."""
    family = GaugeMetricFamily(f"evenhand_{name}", about, labels=labels)
    for key, value in values.items():
        family.add_metric(list(key), value)
    return family


def _often(session: Session, desk: Desk, now: datetime) -> Iterator[Metric]:
    teams = list(session.scalars(select(Team.id)))
    yield from _queues(session)
    yield from _waiting(session, now)
    yield _tickets(session, teams)
    yield _late(session, teams, now)
    yield from _workers(session)
    yield _work(session, desk, teams, now)


def _queues(session: Session) -> Iterator[Metric]:
    """The engine's queues: what nobody has begun yet."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    table = sa.table(
        "workflow_status",
        sa.column("queue_name"),
        sa.column("created_at"),
        sa.column("status"),
        schema="dbos" if postgresql else None,
    )
    queue = table.c.queue_name
    rows = session.execute(
        select(queue, func.count(), func.min(table.c.created_at))
        .where(table.c.status == "ENQUEUED", queue.is_not(None))
        .group_by(queue)
    ).all()
    now_ms = system_clock().timestamp() * 1000
    sizes = {(name,): float(count) for name, count, _ in rows}
    ages = {(name,): max(0.0, (now_ms - oldest) / 1000) for name, _, oldest in rows}
    yield _gauge("work_queued", "Durable work that nobody has begun", sizes, "queue")
    yield _gauge("work_oldest_seconds", "How long the first in the queue has waited", ages, "queue")


def _waiting(session: Session, now: datetime) -> Iterator[Metric]:
    event = session.scalar(select(func.min(InboxEvent.received_at)).where(InboxEvent.handled_at.is_(None)))
    # What Slack lost had been sent, and waits since then to be sent again.
    waits_since = func.coalesce(Say.sent_at, Say.created_at)
    unsent = select(func.min(waits_since)).where(Say.state.in_((SayState.PENDING, SayState.SENDING)))
    message = session.scalar(unsent)
    values = {("event",): _age(event, now), ("message",): _age(message, now)}
    yield _gauge(
        "waiting_oldest_seconds", "The oldest event not handled, the oldest message not sent", values, "what"
    )


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _tickets(session: Session, teams: list[str]) -> Metric:
    rows = session.execute(
        select(Ticket.status, func.count())
        .where(Ticket.team_id.in_(teams), Ticket.status.in_(list(OPEN_STATUSES)))
        .group_by(Ticket.status)
    ).all()
    counts = {TicketStatus(status): count for status, count in rows}
    values = {(status.value,): float(counts.get(status, 0)) for status in sorted(OPEN_STATUSES)}
    return _gauge("open_tickets", "Tickets that are not resolved", values, "status")


def _late(session: Session, teams: list[str], now: datetime) -> Metric:
    rows = session.execute(
        select(SlaTimer.promise, func.count())
        .where(SlaTimer.team_id.in_(teams), SlaTimer.course == PromiseCourse.RUNNING, SlaTimer.due_at < now)
        .group_by(SlaTimer.promise)
    ).all()
    values = {(str(promise),): float(count) for promise, count in rows}
    return _gauge("late_promises", "Promises that run late now", values, "promise")


def _workers(session: Session) -> Iterator[Metric]:
    beats = session.scalars(select(Heartbeat.at).order_by(Heartbeat.at.desc())).all()
    now = system_clock()
    alive = sum(now - beat < timedelta(seconds=30) for beat in beats)
    yield _gauge("workers_alive", "Workers heard of in the last half minute", {(): float(alive)})
    if beats:
        yield _gauge(
            "worker_heartbeat_age_seconds", "Since any worker was heard of", {(): _age(beats[0], now)}
        )


def _work(session: Session, desk: Desk, teams: list[str], now: datetime) -> Metric:
    engine = desk.database.jobs
    failed = failed_work(engine) if isinstance(engine, DBOSClient) else []
    shown = (Standing.FAILED, Standing.HANGS)
    counts = {(kind.value, standing.value): 0.0 for kind in Kind for standing in shown}
    for team_id in teams:
        for item in list_work(session, team_id, failed, now=now):
            counts[item.kind.value, item.standing.value] += 1
    return _gauge("failed_work", "Work that failed or hangs, and is not buried", counts, "kind", "standing")


def _slowly(session: Session, desk: Desk, now: datetime) -> Iterator[Metric]:
    teams = list(session.scalars(select(Team.id)))
    yield _decisions(session, teams, now)
    yield _fates(session, teams, now)
    yield _models(session)
    yield _gaps(session, desk, teams, now)


def _decisions(session: Session, teams: list[str], now: datetime) -> Metric:
    decided = Prediction.category.is_not(None)
    rows = session.execute(
        select(decided, func.count())
        .join(Ticket, Ticket.id == Prediction.ticket_id)
        .where(_asked(teams, now - timedelta(days=1), now))
        .group_by(decided)
    ).all()
    counts = {bool(was): float(count) for was, count in rows}
    values = {("decided",): counts.get(True, 0.0), ("abstained",): counts.get(False, 0.0)}
    return _gauge("decisions_last_day", "The classifier's answers about a day's tickets", values, "outcome")


def _fates(session: Session, teams: list[str], now: datetime) -> Metric:
    """Deflected: who asked said that it is solved, before any person was asked for, and it stayed so."""
    person = or_(Ticket.escalated_at.is_not(None), Ticket.claimed_at.is_not(None))
    said = sa.and_(Ticket.resolved_at.is_not(None), Ticket.reopened == 0)
    fate = sa.case((person, "person"), (said, "deflected"), else_="silent")
    end = now - _DECIDED_AFTER
    rows = session.execute(
        select(fate, func.count()).where(_asked(teams, end - _WEEK, end)).group_by(fate)
    ).all()
    values = {(name,): 0.0 for name in ("person", "deflected", "silent")}
    values |= {(str(name),): float(count) for name, count in rows}
    return _gauge(
        "tickets_last_week", "What became of a week's questions, asked 3 to 10 days ago", values, "fate"
    )


def _asked(teams: list[str], start: datetime, end: datetime) -> sa.ColumnElement[bool]:
    # Every status is named, so that the index by workspace, status and time serves.
    return sa.and_(
        Ticket.team_id.in_(teams),
        Ticket.status.in_(list(TicketStatus)),
        Ticket.asked_at >= start,
        Ticket.asked_at < end,
    )


def _models(session: Session) -> Metric:
    family = GaugeMetricFamily(
        "evenhand_model_info",
        "The model that serves; workspaces not named have the starter",
        labels=["team", "version"],
    )
    serving = select(ModelVersion.team_id, ModelVersion.name).where(ModelVersion.state == ModelState.CHAMPION)
    for team_id, name in session.execute(serving):
        family.add_metric([team_id, name], 1.0)
    return family


def _gaps(session: Session, desk: Desk, teams: list[str], now: datetime) -> Metric:
    ends, seconds = now + timedelta(days=_AHEAD_DAYS), 0.0
    for team_id in teams:
        rules = desk.policy_for(session, team_id).care
        for concern in look_ahead(session, team_id, now=now, days=_AHEAD_DAYS, rules=rules):
            if concern.kind is ConcernKind.GAP:
                start, end = max(concern.start, now), min(concern.end, ends)
                seconds += max(0.0, (end - start).total_seconds())
    about = f"Time in the next {_AHEAD_DAYS} days for which the rota has nobody on duty"
    return _gauge("oncall_gap_seconds", about, {(): seconds})

"""The worker's pulse: a sign of life in the database, and a look for what is overdue."""

import threading
import time
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.clock import system_clock
from bot.metrics import last_slack_call
from bot.slack.desk import Desk
from bot.worker.timers import wake_left, wake_overdue
from kb.base import Base, UtcDateTime

log = structlog.get_logger(__name__)

EVERY = 5.0
ALIVE_WITHIN = timedelta(seconds=30)


class Heartbeat(Base):
    """One row a worker process, by the real clock."""

    __tablename__ = "heartbeat"

    executor_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When Slack last did what this worker asked, and when it last failed to.
    slack_answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    slack_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def last_heartbeat(session: Session) -> datetime | None:
    return session.scalar(select(func.max(Heartbeat.at)))


def beat(session: Session, executor_id: str, *, now: datetime) -> None:
    """Writes the sign of life, and forgets workers that have been silent for a day."""
    session.merge(
        Heartbeat(
            executor_id=executor_id,
            at=now,
            slack_answered_at=last_slack_call("answered"),
            slack_failed_at=last_slack_call("failed"),
        )
    )
    session.execute(delete(Heartbeat).where(Heartbeat.at < now - timedelta(days=1)))


class Pulse(threading.Thread):
    """`last` is when this process last wrote its sign of life, by a clock that nobody moves; 0 before the first."""

    def __init__(self, desk: Desk, executor_id: str) -> None:
        super().__init__(daemon=True, name="pulse")
        self.last = 0.0
        self._desk, self._executor_id = desk, executor_id
        # By the desk's clock: when events without a job were looked for last.
        self._looked_at: datetime | None = None
        self._stop_asked = threading.Event()

    def is_well(self) -> bool:
        return not self.last or time.monotonic() - self.last < ALIVE_WITHIN.total_seconds()

    def run(self) -> None:
        while True:
            self._once()
            if self._stop_asked.wait(EVERY):
                return

    def stop(self) -> None:
        self._stop_asked.set()
        self.join(timeout=5)

    def _once(self) -> None:
        try:
            with self._desk.database.transaction() as session:
                beat(session, self._executor_id, now=system_clock())
            self.last = time.monotonic()
            if woken := wake_overdue(self._desk):
                log.info("timers.woken", count=woken)
            looks_at = self._desk.clock()
            if found := wake_left(self._desk, looked_at=self._looked_at):
                log.warning("events.found", count=found)
            self._looked_at = looks_at
        except sa.exc.SQLAlchemyError as fault:
            # The database is away: the next beat tries again, and the doctor sees the silence.
            log.warning("pulse.missed", error=fault)

"""Durable work: the kinds there are, and how one is enqueued with the change that asks for it.

The only domain file that knows the engine (DBOS). Its client travels in `session.info["jobs"]`, so that a job
is a row of the same transaction: both are there after the commit, or neither.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, cast, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Session

from triage.origin import origin_of

EVENTS = "events"
# What only asks Slack something: however long Slack lets it wait, questions are answered meanwhile.
LOOKUPS = "lookups"
SLACK = "slack"
TIMERS = "timers"
# Takes minutes and a core: one at a time, and nothing else waits behind it.
TRAINING = "training"
# Outside services: however slowly one answers, nothing of Slack's waits behind it.
PAGERS = "pagers"


# So many messages stand in order within one rank; the engine's numbers end at 2³¹.
_RANK = 2**29


class Jobs(Protocol):
    """The part of the engine's client that the desk uses."""

    def enqueue_in_transaction(
        self, conn_or_session: sa.Connection, options: Any, /, *args: str | int
    ) -> object: ...


@dataclass(frozen=True)
class HandleEvent:
    """Act on an event that Slack delivered and the inbox stored."""

    workflow: ClassVar[str] = "handle_event"
    queue: ClassVar[str] = EVENTS
    event_id: str

    @property
    def id(self) -> str:
        return f"event:{self.event_id}"

    @property
    def argument(self) -> str:
        return self.event_id


@dataclass(frozen=True)
class Deliver:
    """Say something in Slack: one row of the outbox, in order within its lane and its rank."""

    workflow: ClassVar[str] = "deliver"
    queue: ClassVar[str] = SLACK
    say_id: int
    lane: str
    attempt: int = 0
    rank: int = 1

    @property
    def priority(self) -> int:
        """The lower goes first. The engine's clock is too coarse on SQLite to keep messages of one second in order."""
        return self.rank * _RANK + self.say_id % _RANK + 1

    @property
    def id(self) -> str:
        return f"say:{self.say_id}" + (f":{self.attempt}" if self.attempt else "")

    @property
    def argument(self) -> int:
        return self.say_id


@dataclass(frozen=True)
class FireTimer:
    """Do what a timer was set for, if it still holds."""

    workflow: ClassVar[str] = "fire_timer"
    queue: ClassVar[str] = TIMERS
    timer_id: int
    delay_seconds: float = 0.0
    # Found overdue at this moment: a second job overtakes the first, which sleeps (the playground's clock can be
    # moved forward) or has failed. Another one each minute until the timer is done.
    overdue_at: datetime | None = None

    @property
    def id(self) -> str:
        return f"timer:{self.timer_id}" + (f":{self.overdue_at:%Y%m%dT%H%M}" if self.overdue_at else "")

    @property
    def argument(self) -> int:
        return self.timer_id


@dataclass(frozen=True)
class LearnPerson:
    """Ask Slack for a person's name and time zone."""

    workflow: ClassVar[str] = "learn_person"
    queue: ClassVar[str] = LOOKUPS
    person_id: int
    at: datetime

    @property
    def id(self) -> str:
        return f"person:{self.person_id}:{self.at:%Y%m%dT%H%M%S}"

    @property
    def argument(self) -> int:
        return self.person_id


@dataclass(frozen=True)
class FetchMessage:
    """Read a message that somebody marked, and open a ticket for its author."""

    workflow: ClassVar[str] = "fetch_message"
    queue: ClassVar[str] = LOOKUPS
    team_id: str
    channel: str
    ts: str
    # When it was marked: taken off and put on again later, it is read again.
    marked_at: str

    @property
    def id(self) -> str:
        return f"fetch:{self.argument}:{self.marked_at}"

    @property
    def argument(self) -> str:
        return f"{self.team_id}:{self.channel}:{self.ts}"


@dataclass(frozen=True)
class ReadRoleGroups:
    """Ask Slack who is in the user groups that give roles, and give and take them."""

    workflow: ClassVar[str] = "read_role_groups"
    queue: ClassVar[str] = LOOKUPS
    team_id: str
    at: datetime

    @property
    def id(self) -> str:
        return f"roles:{self.team_id}:{self.at:%Y%m%dT%H%M%S}"

    @property
    def argument(self) -> str:
        return self.team_id


@dataclass(frozen=True)
class Retrain:
    """Train a challenger from what people confirmed, and judge it."""

    workflow: ClassVar[str] = "retrain"
    queue: ClassVar[str] = TRAINING
    run_id: int

    @property
    def id(self) -> str:
        return f"train:{self.run_id}"

    @property
    def argument(self) -> int:
        return self.run_id


@dataclass(frozen=True)
class CallPager:
    """Tell a pager outside Slack about a ticket: wake somebody, somebody is on it, nothing is left to do."""

    workflow: ClassVar[str] = "call_pager"
    queue: ClassVar[str] = PAGERS
    call_id: int
    attempt: int = 0

    @property
    def id(self) -> str:
        return f"pager:{self.call_id}" + (f":{self.attempt}" if self.attempt else "")

    @property
    def argument(self) -> int:
        return self.call_id


Work = HandleEvent | Deliver | FireTimer | LearnPerson | FetchMessage | ReadRoleGroups | Retrain | CallPager
# In which queue each kind of work stands.
QUEUES: dict[str, str] = {kind.workflow: kind.queue for kind in get_args(Work)}


def enqueue(session: Session, work: Work) -> None:
    """Enqueues in the session's own transaction. The same id twice is one job: repeating is safe."""
    options: dict[str, Any] = {
        "workflow_name": work.workflow,
        "queue_name": work.queue,
        "workflow_id": work.id,
        "app_version": APPLICATION_VERSION,
    }
    if isinstance(work, Deliver):
        options["queue_partition_key"] = work.lane
        options["priority"] = work.priority
    if isinstance(work, FetchMessage | LearnPerson | Retrain):
        # The others have a row that tells what started them.
        options["attributes"] = dict(origin_of(session))
    if isinstance(work, FireTimer) and work.delay_seconds > 0:
        options["delay_seconds"] = work.delay_seconds
    else:
        # For whoever commits, who tells the workers.
        session.info.setdefault("enqueued", set()).add(work.queue)
    session.flush()
    # The transaction's own connection: by way of the session, each statement would be taken for one about objects.
    connection = session.connection()
    cast(Jobs, session.info["jobs"]).enqueue_in_transaction(connection, options, work.argument)


# Constant on purpose: a version per deploy would strand the jobs of the one before.
APPLICATION_VERSION = "1"

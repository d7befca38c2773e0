"""The durable-work engine (DBOS) as this desk uses it: one workflow is one idempotent handler, tried until it is done.

The engine keeps its tables in our database and its own connections. Jobs are enqueued through its client in the
desk's own transactions; this module sets the engine up, runs the handlers and stops.
"""

import os
import socket
import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSConfig
from dbos._queue import queue_worker_thread
from dbos._serialization import DBOSPortableJSONSerializer

from bot import request_id, tracing
from bot.database import make_engine
from bot.metrics import WORK
from bot.outbound.pagers.calling import PagerTrouble
from bot.slack.desk import Desk
from bot.slack.gateway import RateLimited, SlackRefused, SlackUnavailable
from bot.slack.speaking import NotYet
from bot.turns import SelfBeginningConnection, write_lock
from bot.worker import delivery, events, learning, paging, roles, timers
from bot.worker.bells import Bells
from bot.worker.claiming import Claiming
from bot.worker.history import History, first_id, origin_in_engine
from bot.worker.prepared import Prepared
from bot.worker.scout import Scout
from bot.worker.suspects import CrashedTooOften, Suspects
from triage.work import APPLICATION_VERSION, EVENTS, LOOKUPS, PAGERS, QUEUES, SLACK, TIMERS, TRAINING
from triage.work_notes import Happened

log = structlog.get_logger(__name__)

_NAME = "evenhand"
# A job that waits out a day of Slack being away goes through every restart of that day, and must not be taken for one
# that brings its process down: those are found in another way, see bot/worker/suspects.py.
_RECOVERIES = 100
# Together with the client's own connections this bounds the engine's pool.
_WORKERS = {EVENTS: 8, SLACK: 16, TIMERS: 4, LOOKUPS: 4, TRAINING: 1, PAGERS: 2}
_POOL = sum(_WORKERS.values()) + 8
_LEFT_OPEN_MILLISECONDS = 60_000

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
# What a message waits for is usually there within moments; after a minute Slack itself must be away.
_SOON = 60
# About a day of Slack or the database being away, a minute at a time.
_MOST_ATTEMPTS = 1_440
# A fault of our own will not go away by waiting: tried a few times, then shown to an admin.
_MOST_FAULTS = 5


def migrate_engine(url: str) -> None:
    """Creates or upgrades the engine's own tables."""
    DBOS.migrate(engine_url(url))


def engine_url(url: str) -> str:
    """The engine builds its own connections from the same URL."""
    return url


def make_client(url: str, desk_engine: sa.Engine | None = None) -> DBOSClient:
    """With the desk's own engine it prepares its statements for that one's connections, and once for all of them; on
    SQLite it would not, and begins its transactions in a way of its own.
    """
    shared = desk_engine if desk_engine is not None and desk_engine.dialect.name == "postgresql" else None
    client = DBOSClient(
        system_database_url=engine_url(url),
        system_database_engine=shared,
        serializer=DBOSPortableJSONSerializer(),
        application_name=_NAME,
        system_database_pool_size=5,
        retry_connection_errors=False,
    )
    if url.startswith("sqlite"):
        Prepared(client._sys_db).install()
    return client


def register_queues(client: DBOSClient, *, poll_seconds: float) -> None:
    """Before launch, so that the first job starts at once."""
    for name, workers in _WORKERS.items():
        client.register_queue(
            name,
            worker_concurrency=workers,
            # Messages of one channel stay in order, changes wait for each other.
            partition_concurrency=1 if name == SLACK else None,
            polling_interval_sec=poll_seconds,
        )


class Stopping(BaseException):
    """The process is going. No `Exception`, so that the engine records no outcome: whoever comes next does the work."""


class HurriedConnection(SelfBeginningConnection):
    """The engine's own connection on SQLite: it stands in line with ours, and its commits do not wait for the disk, as
    several a job would.

    A power cut may take the last of its notes, never one of ours from before them: those wait, and take along
    whatever was written earlier. The job runs again then, and its handler finds everything done.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.execute("PRAGMA synchronous=NORMAL")


def _like_ours(url: str) -> sa.Engine:
    """The engine's own connections on PostgreSQL, which keep what they prepared as ours do.

    As the engine has it by itself, the server ends a transaction that a frozen process leaves open.
    """
    engine = make_engine(url, pool_size=_POOL)

    @sa.event.listens_for(engine, "connect")
    def end_what_is_left(connection: Any, _record: object) -> None:
        connection.execute(f"SET idle_in_transaction_session_timeout = {_LEFT_OPEN_MILLISECONDS}")
        connection.commit()

    return engine


class Engine:
    """One running worker. There can be one in a process: the engine itself is a singleton."""

    def __init__(
        self, desk: Desk, client: DBOSClient, *, url: str, poll_seconds: float, bells: Bells | None = None
    ) -> None:
        self._desk, self._client, self._url, self._poll = desk, client, url, poll_seconds
        self._bells = bells or Bells()
        self._lookers: list[threading.Thread] = []
        self._scout = Scout(desk.database, self._bells, _WORKERS, poll_seconds=poll_seconds)
        # On SQLite there is one process a file; elsewhere each process has a name of its own.
        sqlite = url.startswith("sqlite")
        self.executor_id = "local" if sqlite else f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:6]}"
        self._stopping = threading.Event()
        self._connections: sa.Engine | None = None

    def start(self) -> None:
        config: DBOSConfig = {
            "name": _NAME,
            "system_database_url": engine_url(self._url),
            "sys_db_pool_size": _POOL,
            "application_version": APPLICATION_VERSION,
            "executor_id": self.executor_id,
            "serializer": DBOSPortableJSONSerializer(),
            "run_migrations": False,
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": 1.0,
            # Nobody waits for its notifications, so they need not be gathered a hundred times a second.
            "notification_coalesce_sec": 1.0,
        }
        if self._url.startswith("sqlite"):
            config["db_engine_kwargs"] = {
                "connect_args": {"factory": HurriedConnection.at(write_lock(self._url))}
            }
        else:
            config["system_database_engine"] = self._connections = _like_ours(self._url)
        DBOS.destroy(destroy_registry=True)
        dbos = DBOS(config=config)
        self._register()
        register_queues(self._client, poll_seconds=self._poll)
        DBOS.listen_queues([])  # not by its own threads, which know no bell
        DBOS.launch()
        Claiming(dbos._sys_db).install()
        if self._url.startswith("sqlite"):
            Prepared(dbos._sys_db).install()
        for name in _WORKERS:
            self._look_at(dbos, name)
        self._scout.start()
        log.info("worker.started", executor=self.executor_id)

    def _look_at(self, dbos: DBOS, name: str) -> None:
        queue = DBOS.retrieve_queue(name)
        assert queue is not None, f"the queue {name} was registered before the launch"
        # Registered anew at each start and changed by nobody: no need to read it again at each look.
        queue.database_backed_queue = False
        watch: Any = self._bells.watch(name, places=_WORKERS[name], lanes=name == SLACK)
        looker = threading.Thread(
            target=queue_worker_thread, args=(watch, dbos, queue), daemon=True, name=f"look-{name}"
        )
        looker.start()
        self._lookers.append(looker)

    def stop(self, *, patience_seconds: int = 1) -> None:
        """Lets running handlers finish; what waits or has not begun stays in the database."""
        self._stopping.set()
        self._scout.stop()
        self._bells.stop()
        for looker in self._lookers:
            looker.join(timeout=5)
        DBOS.destroy(workflow_completion_timeout_sec=patience_seconds)
        if self._connections is not None:
            self._connections.dispose()
        log.info("worker.stopped", executor=self.executor_id)

    def _register(self) -> None:
        suspects = Suspects(self._desk.database, self.executor_id)
        for name, handler in _HANDLERS.items():
            history = History(self._desk.database, self.executor_id, self._desk.clock)
            work = _until_done(name, suspects.careful(name, handler), self._desk, self._stopping, history)
            workflow = _followed(name, work, self._client, self._bells)
            DBOS.workflow(name=name, max_recovery_attempts=_RECOVERIES)(workflow)


_HANDLERS: dict[str, Callable[[Any, Desk], None]] = {
    "handle_event": events.handle_event,
    "fetch_message": events.fetch_message,
    "learn_person": events.learn_person,
    "deliver": delivery.deliver,
    "fire_timer": timers.fire_timer,
    "read_role_groups": roles.read_roles,
    "retrain": learning.retrain,
    "call_pager": paging.call_pager,
}


# What has a row that says it is running has to say that it is not.
_LAST_WORDS: dict[str, Callable[[Any, Desk], None]] = {"retrain": learning.end_crashed}


def _bury_crashed(name: str, argument: Any, crashed: CrashedTooOften, desk: Desk, history: History) -> None:
    log.error("work.crashed_too_often", kind=name, id=argument)
    WORK.labels(name, "failed").inc()
    history.note(name, argument, Happened.GIVEN_UP, crashed)
    if name in _LAST_WORDS:
        _LAST_WORDS[name](argument, desk)


def _followed(
    name: str, work: Callable[[Any], None], client: DBOSClient, bells: Bells
) -> Callable[[Any], None]:
    """Runs it under the id and the trace of what asked for it, as far as those are known before it begins."""

    def run(argument: Any) -> None:
        with bells.at_work(QUEUES[name]), request_id.bound(first_id(name, argument)):
            origin = origin_in_engine(client, name)
            request_id.go_on_as(origin and origin["request_id"])
            with tracing.span(name, under=origin["trace"]) if origin else nullcontext():
                work(argument)

    run.__name__ = run.__qualname__ = name
    return run


def _wordless(fault: Exception) -> Exception:
    """The engine keeps and prints what an error says, which may quote what somebody wrote."""
    kind: type[Exception] = type(type(fault).__name__, (Exception,), {})
    return kind("told in the log")


def _until_done(
    name: str,
    handler: Callable[[Any, Desk], None],
    desk: Desk,
    stopping: threading.Event,
    history: History,
) -> Callable[[Any], None]:
    """Calls the handler until it succeeds, with pauses between. The job is durable, its pauses are not:
    after a restart the handler is called at once, and a stop need not wait for them."""

    def pause(seconds: float) -> None:
        if stopping.wait(seconds):
            raise Stopping

    def run(argument: Any) -> None:
        faults = 0
        pause(0)
        for attempt in range(_MOST_ATTEMPTS):
            try:
                handler(argument, desk)
            except RateLimited as limited:
                WORK.labels(name, "rate_limited").inc()
                pause(limited.retry_after)
            except PagerTrouble as trouble:
                WORK.labels(name, "waits").inc()
                history.note(name, argument, Happened.WAITED, trouble)
                pause(trouble.retry_after or min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(attempt, 10)))
            except NotYet:
                pause(min(_FIRST_PAUSE, 0.2 * 2**attempt) if attempt < _SOON else _LONGEST_PAUSE)
            except (SlackUnavailable, sa.exc.OperationalError) as away:
                log.warning("work.waits", kind=name, id=argument, error=type(away).__name__, attempt=attempt)
                WORK.labels(name, "waits").inc()
                if isinstance(away, SlackUnavailable):
                    history.note(name, argument, Happened.WAITED, away)
                pause(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(attempt, 10)))
            except CrashedTooOften as crashed:
                _bury_crashed(name, argument, crashed, desk, history)
                raise
            except SlackRefused as refused:
                history.note(name, argument, Happened.REFUSED, refused)
                raise
            except Exception as fault:
                faults += 1
                log.error("work.failed", kind=name, id=argument, fault=faults, exc_info=fault)
                last = faults >= _MOST_FAULTS
                history.note(name, argument, Happened.GIVEN_UP if last else Happened.FAULT, fault)
                if last:
                    WORK.labels(name, "failed").inc()
                    raise _wordless(fault) from None
                pause(_FIRST_PAUSE * 2**faults)
            else:
                WORK.labels(name, "done").inc()
                return
        late = TimeoutError(f"{name} {argument}: not done after {_MOST_ATTEMPTS} attempts")
        history.note(name, argument, Happened.GIVEN_UP, late)
        raise late

    return run

"""Taking over from the dead, on PostgreSQL, without anybody outside: a worker's life is an advisory lock.

Each worker holds a session lock on its own name. The server frees it the moment the connection dies: at once after
kill -9, within half a minute when a host is lost. Every worker looks for names that own running work and whose lock
is free, and re-enqueues what they left. A worker that lost only its connection locks again; should a colleague have
taken its work meanwhile, the engine lets one outcome be recorded and the handlers' own checks make it happen once.
"""

import threading
import zlib

import psycopg
import sqlalchemy as sa
import structlog
from dbos import DBOS

log = structlog.get_logger(__name__)

_NAMESPACE = 0x7EA5E
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_SERVER = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


class ExecutorLease(threading.Thread):
    """Locks its own name when made: raises `RuntimeError` if a worker of that name lives."""

    def __init__(self, url: str, executor_id: str, *, every_seconds: float = 3.0) -> None:
        super().__init__(daemon=True, name="lease")
        self._dsn = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._me, self._every = executor_id, every_seconds
        self._stop_asked = threading.Event()
        self._connection = self._locked()

    def _locked(self) -> psycopg.Connection[tuple[bool]]:
        connection: psycopg.Connection[tuple[bool]] = psycopg.connect(
            self._dsn,
            autocommit=True,
            connect_timeout=5,
            application_name=f"evenhand {self._me}",
            options=_SERVER,
            keepalives_idle=_KEEPALIVE["keepalives_idle"],
            keepalives_interval=_KEEPALIVE["keepalives_interval"],
            keepalives_count=_KEEPALIVE["keepalives_count"],
        )
        if not _try_lock(connection, self._me):
            connection.close()
            raise RuntimeError(f"a worker named {self._me} is already running")
        return connection

    def run(self) -> None:
        while not self._stop_asked.wait(self._every):
            try:
                self._connection.execute("select 1")  # is the lock still ours?
                self.take_over()
            except psycopg.Error as lost:
                log.warning("lease.lost", error=type(lost).__name__)
                self._lock_again()

    def take_over(self) -> int:
        """Re-enqueues what dead workers left running; says how much."""
        taken = 0
        running = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        for name in {w.executor_id for w in running if w.executor_id} - {self._me}:
            if not _try_lock(self._connection, name):
                continue
            try:
                # The engine offers no public call for this; its minor version is pinned and a test watches it.
                taken += len(DBOS._recover_pending_workflows([name]))
                log.info("lease.took_over", dead=name, count=taken)
            finally:
                self._connection.execute("select pg_advisory_unlock(%s, %s)", (_NAMESPACE, _key(name)))
        return taken

    def _lock_again(self) -> None:
        try:
            self._connection.close()
            self._connection = self._locked()
        except (psycopg.Error, RuntimeError) as still_away:
            log.warning("lease.not_back", error=type(still_away).__name__)

    def stop(self) -> None:
        self._stop_asked.set()
        if self.is_alive():
            self.join(timeout=5)
        self._connection.close()


def _key(executor_id: str) -> int:
    return zlib.crc32(executor_id.encode()) - 2**31


def _try_lock(connection: psycopg.Connection[tuple[bool]], executor_id: str) -> bool:
    row = connection.execute(
        "select pg_try_advisory_lock(%s, %s)", (_NAMESPACE, _key(executor_id))
    ).fetchone()
    return bool(row and row[0])

"""Taking over from the dead, on PostgreSQL, without anybody outside: a worker's life is an advisory lock.

Each worker holds a session lock on its own name. The server frees it the moment the connection dies: at once after
kill -9, within four seconds when a host is lost. Every worker looks for names that own running work and whose lock
stays free, and re-enqueues what they left. A worker that lost only its connection, as all do when the server is
restarted, locks again at its next look and before anybody takes it for dead.
"""

import threading
import time
import zlib

import psycopg
import sqlalchemy as sa
import structlog
from dbos import DBOS

log = structlog.get_logger(__name__)

_NAMESPACE = 0x7EA5E
# A host that is lost says nothing: the server asks after two seconds of silence, and lets go two seconds later.
_KEEPALIVE = {"keepalives_idle": 2, "keepalives_interval": 1, "keepalives_count": 2}
_RUNNING = "select distinct executor_id from dbos.workflow_status where status = 'PENDING' and executor_id is not null"
_SERVER = "-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=2"


class ExecutorLease(threading.Thread):
    """Locks its own name when made: raises `RuntimeError` if a worker of that name lives."""

    def __init__(
        self, url: str, executor_id: str, *, every_seconds: float = 1.0, dead_after: float = 4.0
    ) -> None:
        super().__init__(daemon=True, name="lease")
        self._dsn = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._me, self._every, self._dead_after = executor_id, every_seconds, dead_after
        self._free_since: dict[str, float] = {}
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
        while True:
            try:
                self.take_over()
            except psycopg.Error as lost:
                log.warning("lease.lost", error=type(lost).__name__)
                self._lock_again()
            if self._stop_asked.wait(self._every):
                return

    def take_over(self) -> int:
        """Re-enqueues what dead workers left running; says how much. Raises where our own lock was lost."""
        taken = 0
        # Asked over the connection that holds our lock: where that one broke, nobody else's life is judged.
        names = {str(row[0]) for row in self._connection.execute(_RUNNING)} - {self._me}
        self._free_since = {name: since for name, since in self._free_since.items() if name in names}
        for name in names:
            if not _try_lock(self._connection, name):
                self._free_since.pop(name, None)
                continue
            try:
                since = self._free_since.setdefault(name, time.monotonic())
                if time.monotonic() - since < self._dead_after:
                    continue
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
            # Nobody was watched meanwhile, and everybody lost their locks with us: their time begins now.
            self._free_since = {}
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

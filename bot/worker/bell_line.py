"""The bells' line between processes, on PostgreSQL: NOTIFY when work was committed, LISTEN in every worker.

Told aside and after the commit: a NOTIFY inside the transaction would make all commits wait for each other. What is
lost while a connection is away is found by the next look.
"""

import queue
import threading
from collections.abc import Collection
from uuid import uuid4

import psycopg
import sqlalchemy as sa
import structlog

from bot.worker.bells import Bells

log = structlog.get_logger(__name__)

_CHANNEL = "evenhand_work"
_TOGETHER_SECONDS = 0.005
_TRY_AGAIN_SECONDS = 1.0
_LOOK_UP_SECONDS = 1.0


class BellLine:
    """Tells other processes of this one's work; one that listens also hears of theirs."""

    def __init__(self, url: str, bells: Bells) -> None:
        self._dsn = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._bells, self._me = bells, uuid4().hex[:12]
        self._waiting: queue.SimpleQueue[Collection[str] | None] = queue.SimpleQueue()
        self._stop_asked = threading.Event()
        self._starting = threading.Lock()
        self._out: threading.Thread | None = None
        self._in: threading.Thread | None = None
        bells.tell_others = self.tell

    def tell(self, queues: Collection[str]) -> None:
        """Asks nobody to wait: a thread of its own sends what has come together."""
        self._waiting.put(queues)
        with self._starting:
            if self._out is None and not self._stop_asked.is_set():
                self._out = threading.Thread(target=self._tell, daemon=True, name="bells-out")
                self._out.start()

    def listen(self) -> None:
        self._bells.hears_others = False
        self._in = threading.Thread(target=self._hear, daemon=True, name="bells-in")
        self._in.start()

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            self._dsn, autocommit=True, connect_timeout=5, application_name="evenhand bells"
        )

    def _tell(self) -> None:
        connection = None
        while (queues := self._waiting.get()) is not None:
            together = set(queues)
            self._stop_asked.wait(_TOGETHER_SECONDS)
            while not self._waiting.empty():
                together.update(self._waiting.get() or ())
            try:
                connection = connection or self._connect()
                connection.execute(
                    "select pg_notify(%s, %s)", (_CHANNEL, f"{self._me} {' '.join(sorted(together))}")
                )
            except psycopg.Error as away:
                log.warning("bells.not_told", error=type(away).__name__)
                connection = None
        if connection is not None:
            connection.close()

    def _hear(self) -> None:
        while not self._stop_asked.is_set():
            try:
                with self._connect() as connection:
                    connection.execute(f"listen {_CHANNEL}")
                    self._bells.hears_others = True
                    self._listen(connection)
            except psycopg.Error as away:
                log.warning("bells.deaf", error=type(away).__name__)
            self._bells.hears_others = False
            self._stop_asked.wait(_TRY_AGAIN_SECONDS)

    def _listen(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        while not self._stop_asked.is_set():
            for heard in connection.notifies(timeout=_LOOK_UP_SECONDS):
                who, *queues = heard.payload.split()
                if who != self._me:
                    self._bells.ring_here(queues)
                if self._stop_asked.is_set():
                    return

    def stop(self) -> None:
        self._stop_asked.set()
        self._waiting.put(None)
        for thread in (self._out, self._in):
            if thread is not None:
                thread.join(timeout=5)

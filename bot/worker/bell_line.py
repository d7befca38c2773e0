"""The bells' line between processes, on PostgreSQL: NOTIFY when work was committed, LISTEN in every worker.

Told aside and after the commit: a NOTIFY inside the transaction would make all commits wait for each other. What is
lost while a connection is away is found by the next look.
"""

import threading
from collections.abc import Collection
from uuid import uuid4

import psycopg
import sqlalchemy as sa
import structlog

from bot.gathering import Gathering
from bot.worker.bells import Bells

log = structlog.get_logger(__name__)

_CHANNEL = "evenhand_work"
_TOGETHER_SECONDS = 0.005
_TRY_AGAIN_SECONDS = 1.0
_LOOK_UP_SECONDS = 1.0


class BellLine(Gathering[Collection[str]]):
    """Tells other processes of this one's work; one that listens also hears of theirs."""

    def __init__(self, url: str, bells: Bells) -> None:
        super().__init__("bells-out", wait=_TOGETHER_SECONDS)
        self._dsn = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._bells, self._me = bells, uuid4().hex[:12]
        self._out: psycopg.Connection[tuple[object, ...]] | None = None
        self._in: threading.Thread | None = None
        bells.tell_others = self.give

    def see_to(self, together: list[Collection[str]]) -> None:
        queues = sorted(set().union(*together))
        try:
            self._out = self._out or self._connect()
            self._out.execute("select pg_notify(%s, %s)", (_CHANNEL, f"{self._me} {' '.join(queues)}"))
        except psycopg.Error as away:
            log.warning("bells.not_told", error=type(away).__name__)
            self._out = None

    def listen(self) -> None:
        self._bells.hears_others = False
        self._in = threading.Thread(target=self._hear, daemon=True, name="bells-in")
        self._in.start()

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            self._dsn, autocommit=True, connect_timeout=5, application_name="evenhand bells"
        )

    def _hear(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._connect() as connection:
                    connection.execute(f"listen {_CHANNEL}")
                    self._bells.hears_others = True
                    self._listen(connection)
            except psycopg.Error as away:
                log.warning("bells.deaf", error=type(away).__name__)
            self._bells.hears_others = False
            self._stopping.wait(_TRY_AGAIN_SECONDS)

    def _listen(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        while not self._stopping.is_set():
            for heard in connection.notifies(timeout=_LOOK_UP_SECONDS):
                who, *queues = heard.payload.split()
                if who != self._me:
                    self._bells.ring_here(queues)
                if self._stopping.is_set():
                    return

    def stop(self) -> None:
        super().stop()
        if self._in is not None:
            self._in.join(timeout=5)
        if self._out is not None:
            self._out.close()

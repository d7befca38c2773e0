"""Socket Mode: the app dials in, each envelope waits for its own acknowledgement."""

import itertools
import json
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simple_websocket import ConnectionClosed, Server

from bot.playground import cast
from bot.playground.errors import SlackError

MOST_CONNECTIONS = 10
TICKET_LIVES = 60.0


@dataclass
class Waiting:
    """An envelope on its way, and what came back."""

    on: "Connection"
    done: threading.Event = field(default_factory=threading.Event)
    acked: bool = False
    payload: Any = None


@dataclass(frozen=True)
class Outcome:
    acked: bool
    payload: Any
    reason: str | None


class Connection:
    """One open socket. Sends are serialised: the library's own are not."""

    def __init__(self, line: Server) -> None:
        self.line = line
        self._sending = threading.Lock()

    def send(self, message: dict[str, Any]) -> None:
        with self._sending:
            self.line.send(json.dumps(message))

    def close(self) -> None:
        with self._sending:
            try:
                self.line.close()
            except (ConnectionClosed, OSError):
                return


class Sockets:
    """All connections of the app, used in turn."""

    def __init__(self) -> None:
        self.on_connected: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._tickets: dict[str, float] = {}
        self._open: list[Connection] = []
        self._waiting: dict[str, Waiting] = {}
        self._turn = itertools.count()

    @property
    def open_count(self) -> int:
        return len(self._open)

    def ticket(self) -> str:
        """A link good for one connection, as `apps.connections.open` hands out."""
        name = secrets.token_urlsafe(16)
        with self._lock:
            if len(self._open) >= MOST_CONNECTIONS:
                raise SlackError("too_many_websockets")
            self._tickets[name] = time.monotonic() + TICKET_LIVES
        return name

    def admit(self, ticket: str) -> bool:
        with self._lock:
            return self._tickets.pop(ticket, 0.0) > time.monotonic()

    def serve(self, environ: dict[str, Any]) -> None:
        """Hold one connection until either side hangs up."""
        connection = Connection(Server.accept(environ, ping_interval=10))
        with self._lock:
            self._open.append(connection)
            count = len(self._open)
        try:
            connection.send(_hello(count))
            self.on_connected()
            while True:
                self._heard(json.loads(connection.line.receive()))
        except (ConnectionClosed, OSError, ValueError):
            return
        finally:
            self._forget(connection)

    def _heard(self, message: Any) -> None:
        waiting = self._waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
        if waiting is not None:
            waiting.acked, waiting.payload = True, message.get("payload")
            waiting.done.set()

    def _forget(self, connection: Connection) -> None:
        with self._lock:
            if connection in self._open:
                self._open.remove(connection)
            stranded = [w for w in self._waiting.values() if w.on is connection]
        connection.close()
        for waiting in stranded:
            waiting.done.set()

    def ask(
        self, kind: str, payload: dict[str, Any], attempt: int, reason: str | None, timeout: float
    ) -> Outcome:
        """Send one envelope down one connection and wait for its acknowledgement."""
        with self._lock:
            if not self._open:
                return Outcome(False, None, "connection_failed")
            connection = self._open[next(self._turn) % len(self._open)]
            envelope_id = str(uuid.uuid4())
            waiting = self._waiting[envelope_id] = Waiting(connection)
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason or ""}
        try:
            connection.send(envelope)
            in_time = waiting.done.wait(timeout)
        except (ConnectionClosed, OSError):
            return Outcome(False, None, "connection_failed")
        finally:
            with self._lock:
                del self._waiting[envelope_id]
        if waiting.acked:
            return Outcome(True, waiting.payload, None)
        return Outcome(False, None, "connection_failed" if in_time else "http_timeout")

    def refresh(self, grace: float = 1.0) -> None:
        """Tell every connection to come back on a new one; the old ones get nothing more and end soon."""
        with self._lock:
            retired, self._open = self._open, []
        for connection in retired:
            try:
                connection.send({"type": "disconnect", "reason": "refresh_requested", "debug_info": DEBUG})
            except (ConnectionClosed, OSError):
                continue
            end = threading.Timer(grace, connection.close)
            end.daemon = True
            end.start()

    def drop(self) -> None:
        """Hang up without a word, as networks do."""
        for connection in list(self._open):
            connection.close()


DEBUG = {"host": "playground", "build_number": 1, "approximate_connection_time": 18060}


def _hello(count: int) -> dict[str, Any]:
    return {
        "type": "hello",
        "num_connections": count,
        "debug_info": DEBUG,
        "connection_info": {"app_id": cast.APP_ID},
    }

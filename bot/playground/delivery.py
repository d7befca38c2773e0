"""Brings events, clicks and commands to the app: signed, on time, and again when it did not listen."""

import heapq
import http.client
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from slack_sdk.signature import SignatureVerifier

from bot.playground.socket_mode import Sockets
from bot.playground.state import State
from bot.playground.workspace import Doc

RECEIPT = 3.0
RETRY_DELAYS = (0.0, 60.0, 300.0)
WORKERS = 8
GOODBYE = 1.5
"""How long a stop waits for deliveries on their way; they are sent again at the next start."""


@dataclass(frozen=True)
class Answer:
    """What the app said to one delivery."""

    status: int | None
    body: Any
    reason: str | None
    ms: float
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return self.reason is None

    @property
    def shown(self) -> str | None:
        """What Slack shows the person when the app did not take their click."""
        if self.ok:
            return None
        return "operation_timeout" if self.reason == "http_timeout" else "dispatch_failed"


@dataclass(frozen=True)
class Attempt:
    """One line of the delivery log."""

    id: str
    kind: str
    name: str
    attempt: int
    status: int | None
    reason: str | None
    ms: float
    via: str


class Delivery:
    """A pool of couriers over a queue that survives a restart."""

    def __init__(self, state: State, signing_secret: str, sockets: Sockets) -> None:
        self.mode = "auto"
        """`auto`: over a socket while one is open, else over HTTP; or `http`; or `socket`."""
        self.retry_delays: tuple[float, ...] = RETRY_DELAYS
        self.receipt = RECEIPT
        self.delay: Callable[[Doc], float] = lambda _envelope: 0.0
        """How many seconds an event is under way: told to be unequal, events come in another order."""
        self.url: str | None = None
        self.others: tuple[str, ...] = ()
        """Further addresses of the same app, taken in turn: one that takes no connection is passed over, as a load
        balancer does."""
        self._turn = itertools.count()
        self.log: deque[Attempt] = deque(maxlen=20_000)
        self._state = state
        self._sign = SignatureVerifier(signing_secret)
        self._sockets = sockets
        self._ready = threading.Condition()
        self._due: list[tuple[float, int, str]] = []
        self._order = itertools.count()
        self._recent: deque[Doc] = deque(maxlen=200)
        self._couriers: list[threading.Thread] = []
        self._closed = False
        sockets.on_connected = self.wake
        for event_id, _ in state.items("undelivered"):
            heapq.heappush(self._due, (0.0, next(self._order), event_id))

    # Events

    def enqueue(self, envelope: Doc) -> None:
        """Part of the change that caused the event."""
        event_id = envelope["event_id"]
        self._state.put("undelivered", event_id, {"envelope": envelope, "attempt": 0, "reason": None})
        delay = self.delay(envelope)
        self._state.after_commit(lambda: self._schedule(event_id, delay))

    def _schedule(self, event_id: str, delay: float) -> None:
        with self._ready:
            heapq.heappush(self._due, (time.monotonic() + delay, next(self._order), event_id))
            self._ready.notify()

    def deliver_to(self, url: str | None) -> None:
        self.url = url
        self.wake()

    def wake(self) -> None:
        with self._ready:
            if not self._couriers and not self._closed:
                for number in range(WORKERS):
                    courier = threading.Thread(target=self._carry, name=f"courier-{number}", daemon=True)
                    self._couriers.append(courier)
                    courier.start()
            self._ready.notify_all()

    def reachable(self) -> bool:
        return self._route() is not None

    def _route(self) -> str | None:
        if self.mode != "http" and self._sockets.open_count:
            return "socket"
        return "http" if self.mode != "socket" and self.url else None

    def _next(self) -> str | None:
        with self._ready:
            while not self._closed:
                if not self._due or not self.reachable():
                    self._ready.wait()
                    continue
                wait = self._due[0][0] - time.monotonic()
                if wait <= 0:
                    return heapq.heappop(self._due)[2]
                self._ready.wait(wait)
            return None

    def _carry(self) -> None:
        while (event_id := self._next()) is not None:
            entry = self._state.get("undelivered", event_id)
            if entry is not None:
                self._try(event_id, entry)

    def _try(self, event_id: str, entry: Doc) -> None:
        envelope, attempt = entry["envelope"], entry["attempt"]
        answer = self._send_event(envelope, attempt, entry["reason"])
        over = answer.ok or answer.no_retry or attempt >= len(self.retry_delays)
        if self._closed:
            return
        with self._state.change():
            if over:
                self._state.drop("undelivered", event_id)
            else:
                again = {**entry, "attempt": attempt + 1, "reason": answer.reason}
                self._state.put("undelivered", event_id, again)
        if not over:
            self._schedule(event_id, self.retry_delays[attempt])

    def _send_event(self, envelope: Doc, attempt: int, reason: str | None) -> Answer:
        self._recent.append(envelope)
        retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": str(reason)} if attempt else {}
        route = self._route()
        if route == "socket":
            answer = self._over_socket("events_api", envelope, attempt, reason)
        else:
            answer = self._over_http(json.dumps(envelope), "application/json", retry)
        name = envelope["event"]["type"] + "".join(f".{s}" for s in [envelope["event"].get("subtype")] if s)
        self._note(envelope["event_id"], "event", name, attempt, answer, route or "none")
        return answer

    def redeliver(self, count: int = 1) -> list[Answer]:
        """Send the last events once more, as Slack does when an ack was lost on the way."""
        recent = {envelope["event_id"]: envelope for envelope in self._recent}
        return [self._send_event(e, 1, "http_timeout") for e in list(recent.values())[-count:]]

    def undelivered(self) -> int:
        return len(self._state.items("undelivered"))

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until the app has taken every event (or Slack has given up)."""
        ends = time.monotonic() + timeout
        while self.undelivered() and time.monotonic() < ends:
            time.sleep(0.005)
        return not self.undelivered()

    # Clicks, forms and commands: once, and the answer matters

    def interact(self, payload: Doc) -> Answer:
        form = urlencode({"payload": json.dumps(payload)})
        return self._ask("interactive", payload, form, payload["type"])

    def command(self, fields: dict[str, str]) -> Answer:
        return self._ask("slash_commands", fields, urlencode(fields), fields["command"])

    def _ask(self, kind: str, payload: Doc, form: str, name: str) -> Answer:
        route = self._route()
        if route == "socket":
            answer = self._over_socket(kind, payload, 0, None)
        elif route == "http":
            answer = self._over_http(form, "application/x-www-form-urlencoded", {})
        else:
            answer = Answer(None, None, "connection_failed", 0.0)
        self._note(payload.get("trigger_id", ""), kind, name, 0, answer, route or "none")
        return answer

    def verify_url(self) -> bool:
        """Slack's question before it accepts an address: does it give the challenge back?"""
        challenge = {
            "token": "playground-verification-token",
            "challenge": "3eZbrw1a",
            "type": "url_verification",
        }
        answer = self._over_http(json.dumps(challenge), "application/json", {})
        said = answer.body.get("challenge") if isinstance(answer.body, dict) else answer.body
        return answer.ok and said == challenge["challenge"]

    # The wire

    def _over_socket(self, kind: str, payload: Doc, attempt: int, reason: str | None) -> Answer:
        began = time.perf_counter()
        outcome = self._sockets.ask(kind, payload, attempt, reason, self.receipt)
        return Answer(200 if outcome.acked else None, outcome.payload, outcome.reason, _since(began))

    def _over_http(self, body: str, content_type: str, headers: dict[str, str]) -> Answer:
        urls = [url for url in (self.url, *self.others) if url is not None]
        answer, first = Answer(None, None, "connection_failed", 0.0), next(self._turn)
        for number in range(len(urls)):
            answer = self._post(urls[(first + number) % len(urls)], body, content_type, headers)
            if answer.reason != "connection_failed":
                break
        return answer

    def _post(self, url: str, body: str, content_type: str, headers: dict[str, str]) -> Answer:
        target = urlsplit(url)
        stamp = str(int(time.time()))
        signature = self._sign.generate_signature(timestamp=stamp, body=body) or ""
        sent = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature,
            **headers,
        }
        began = time.perf_counter()
        line = http.client.HTTPConnection(target.hostname or "127.0.0.1", target.port, timeout=self.receipt)
        try:
            line.request("POST", target.path or "/", body.encode(), sent)
            response = line.getresponse()
            said = _decoded(response.read(), response.headers.get_content_type())
        except TimeoutError:
            return Answer(None, None, "http_timeout", _since(began))
        except (OSError, http.client.HTTPException):
            return Answer(None, None, "connection_failed", _since(began))
        finally:
            line.close()
        taken = _since(began)
        reason = None if 200 <= response.status < 300 else "http_error"
        if taken > self.receipt * 1000:
            reason = "http_timeout"
        return Answer(response.status, said, reason, taken, response.getheader("X-Slack-No-Retry") == "1")

    def _note(self, id: str, kind: str, name: str, attempt: int, answer: Answer, via: str) -> None:
        self.log.append(Attempt(id, kind, name, attempt, answer.status, answer.reason, answer.ms, via))

    def close(self) -> None:
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        ends = time.monotonic() + GOODBYE
        for courier in self._couriers:
            courier.join(timeout=max(0.0, ends - time.monotonic()))


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)


def _decoded(body: bytes, content_type: str) -> Any:
    text = body.decode("utf-8", "replace")
    if content_type == "application/json" and text:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text

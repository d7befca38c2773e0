"""Events as Slack sends them, signed, over a connection that stays open."""

import http.client
import json
import random
import time
from collections.abc import Iterator

from slack_sdk.signature import SignatureVerifier

from bot.playground import cast

PATH = "/slack/events"


class EventPost:
    """What one request carries: made and signed before its clock starts."""

    def __init__(self, body: bytes, headers: dict[str, str]) -> None:
        self.body, self.headers = body, headers


def message_events(texts: list[str], *, channels: list[str], seed: int) -> Iterator[EventPost]:
    """Questions without end, each an event of its own from one of two hundred people."""
    rng = random.Random(seed)
    run = f"{rng.getrandbits(32):08X}"
    signer = SignatureVerifier(cast.SIGNING_SECRET)
    number = 0
    while True:
        number += 1
        body = json.dumps(
            _envelope(run, number, rng.choice(texts), rng.choice(channels), f"U{rng.randrange(200):05d}")
        )
        stamp = str(int(time.time()))
        signature = signer.generate_signature(timestamp=stamp, body=body) or ""
        yield EventPost(
            body.encode(),
            {
                "Content-Type": "application/json",
                "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": signature,
            },
        )


def _envelope(run: str, number: int, text: str, channel: str, user: str) -> dict[str, object]:
    ts = f"{time.time():.4f}{number % 100:02d}"
    team = cast.TEAM["id"]
    words = [{"type": "text", "text": text}]
    rich = {
        "type": "rich_text",
        "block_id": "b1",
        "elements": [{"type": "rich_text_section", "elements": words}],
    }
    return {
        "token": "verification",
        "team_id": team,
        "api_app_id": "A0EVENHAND",
        "event": {
            "type": "message",
            "user": user,
            "ts": ts,
            "client_msg_id": f"{run}-{number}",
            "text": text,
            "team": team,
            "blocks": [rich],
            "channel": channel,
            "event_ts": ts,
            "channel_type": "channel",
        },
        "type": "event_callback",
        "event_id": f"Ev{run}{number}",
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": cast.BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{run}{number}",
    }


class Line:
    """A connection to one app, kept open as Slack keeps its own."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def post(self, event: EventPost) -> float:
        """Milliseconds until the receipt was read. Raises `Refused` where it is none."""
        try:
            return self._post(event)
        except ConnectionError:
            # Gunicorn hangs up after two seconds of silence; whoever sends then dials again, as Slack does.
            self._connection.close()
            return self._post(event)

    def _post(self, event: EventPost) -> float:
        began = time.perf_counter()
        self._connection.request("POST", PATH, event.body, event.headers)
        answer = self._connection.getresponse()
        said = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise Refused(answer.status, said[:200])
        return took

    def close(self) -> None:
        self._connection.close()


class Refused(RuntimeError):
    """An event was not taken."""

    def __init__(self, status: int, said: bytes) -> None:
        super().__init__(f"{status}: {said!r}")

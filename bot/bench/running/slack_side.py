"""`python -m bot.bench.running.slack_side PORT`: a local Slack in its own process, whose people ask at a given pace.

It reads one order a line from standard input and answers each with one line of JSON. Questions come when they come,
whether the last ones were answered or not; each waits from the moment at which it should have been asked.
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle, product
from typing import Any

from bot.bench.running.questions import CHANNELS, PEOPLE, question_texts
from bot.playground import cast
from bot.playground.cast import AppConfig, Persona
from bot.playground.server import create_local_slack, serve
from bot.playground.slack import LocalSlack
from bot.slack.manifest import manifest

_LOOK_EVERY = 0.25


@dataclass(frozen=True)
class Order:
    """So many questions a second for so long; then answers are waited for, `patience` seconds at most."""

    rate: float
    seconds: float
    limits: bool
    seed: int
    patience: float = 60.0


@dataclass(frozen=True)
class Posted:
    """One message under a question: which row of the desk's outbox it is, and how long it was waited for."""

    outbox_id: int
    after: float


@dataclass(frozen=True)
class Asked:
    """One question, and what stands under it in the end."""

    channel: str
    ts: str
    late: float
    posted: tuple[Posted, ...]


def workspace() -> LocalSlack:
    """Two hundred people in a hundred channels: Slack lets an app post about once a second in each."""
    local = LocalSlack(app=AppConfig.from_manifest(manifest(url="http://desk.example")))
    for number, user in enumerate(PEOPLE):
        local.add_user(
            Persona(
                user,
                f"p{number}",
                f"Person {number}",
                "requester",
                "Europe/London",
                0,
                "#3a6ea5",
                "Somewhere",
            )
        )
    for number, channel in enumerate(CHANNELS):
        local.workspace.create_channel(
            channel, f"help-{number}", [cast.BOT_USER, "UBEN", "UCLEO", *PEOPLE], private=False
        )
    return local


Asker = tuple[str, str]


def askers() -> Iterator[Asker]:
    """Who asks where, again only after all others: what somebody writes twice in a channel within a minute is one
    question in two lines, with one answer."""
    everybody = list(product(PEOPLE, CHANNELS))
    random.Random(len(everybody)).shuffle(everybody)
    return cycle(everybody)


def ask(local: LocalSlack, order: Order, whose_turn: Iterator[Asker]) -> list[Asked]:
    """Asks, and waits until something stands under each question."""
    rng = random.Random(order.seed)
    local.rates.on = order.limits
    texts = question_texts()
    asked: list[tuple[str, str, float]] = []
    due = began = time.time()
    while due < began + order.seconds:
        time.sleep(max(0.0, due - time.time()))
        person, channel = next(whose_turn)
        ts = local.say(person, channel, f"{rng.choice(texts)} ({len(asked)})", raw=True)
        asked.append((channel, ts, due))
        due += rng.expovariate(order.rate)
    ends = time.time() + order.patience
    while time.time() < ends and not all(local.replies(channel, ts) for channel, ts, _ in asked):
        time.sleep(_LOOK_EVERY)
    # A second answer would come right behind the first.
    time.sleep(2 * _LOOK_EVERY)
    return [
        Asked(channel, ts, float(ts) - due, _posted(local, channel, ts, due)) for channel, ts, due in asked
    ]


def _posted(local: LocalSlack, channel: str, ts: str, due: float) -> tuple[Posted, ...]:
    return tuple(
        Posted(_outbox_id(message), float(message["ts"]) - due)
        for message in local.replies(channel, ts)
        if message.get("bot_id")
    )


def _outbox_id(message: dict[str, Any]) -> int:
    return int(((message.get("metadata") or {}).get("event_payload") or {}).get("outbox_id", 0))


def main() -> None:
    local = workspace()
    server = serve(create_local_slack(local), port=int(sys.argv[1]))
    whose_turn = askers()
    _say({})
    for line in sys.stdin:
        order = json.loads(line)
        if "deliver_to" in order:
            local.deliver_to(order["deliver_to"])
            _say({})
        else:
            _say({"asked": [asdict(one) for one in ask(local, Order(**order), whose_turn)]})
    server.stop()
    local.close()


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

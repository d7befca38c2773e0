"""Who uses the desk while it is being killed: many ask, some want a person, two agents claim."""

import json
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bot.playground import cast
from bot.playground.cast import AppConfig, Persona
from bot.playground.errors import PlaygroundError, SlackError
from bot.playground.slack import LocalSlack
from bot.slack import ids
from bot.slack.manifest import manifest

from .processes import ROOT

Message = dict[str, Any]
DESK = "CDESK"
# More than one, because Slack allows about one message a second in each.
HELP = ("CHELP", "CHELP2", "CHELP3", "CHELP4", "CHELP5", "CHELP6")
AGENTS = ("UBEN", "UCLEO")
_LOOK_EVERY = 0.25
_PATIENCE = 180.0
# Slack gives up after five minutes; here the pauses are short and there are as many as it takes.
_RETRY_DELAYS = (0.0, 0.2, 0.5, *(1.0 for _ in range(300)))


@dataclass
class Asked:
    """A question as it was asked. `ts` is its message in Slack."""

    number: int
    user: str
    channel: str
    text: str
    ts: str = ""
    wants_person: bool = False
    # What its author added in the thread, and by and by the messages' time stamps.
    adds: tuple[str, ...] = ()
    more: list[str] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """What makes its card recognisable."""
        return f"({self.number:04d})"


def workspace(crowd: int, channels: Sequence[str] = HELP) -> LocalSlack:
    """The local Slack with so many people who ask, and the help channels."""
    local = LocalSlack(app=AppConfig.from_manifest(manifest(url="http://desk.example")))
    local.delivery.retry_delays = _RETRY_DELAYS
    people = [_person(number) for number in range(crowd)]
    for person in people:
        local.add_user(person)
    everybody = [cast.BOT_USER, *AGENTS, *(person.id for person in people)]
    local.workspace.set_members(local.workspace.channel(channels[0]), everybody)
    for number, channel in enumerate(channels[1:], start=2):
        local.workspace.create_channel(channel, f"help-{number}", everybody, private=False)
    return local


def _person(number: int) -> Persona:
    return Persona(
        f"U{number:05d}",
        f"person{number}",
        f"Person Number{number}",
        "requester",
        "Europe/London",
        0,
        "#3a6ea5",
        "Somewhere",
    )


@cache
def _messages() -> list[str]:
    file = ROOT / "triage" / "classifier" / "starter" / "messages.jsonl"
    texts = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
    return [text for text in texts if len(text) > 25]


def questions(
    count: int,
    rng: random.Random,
    *,
    local: LocalSlack,
    crowd: int | None = None,
    channels: Sequence[str] = HELP,
    persons: float = 0.15,
    replies: float = 0.1,
) -> list[Asked]:
    """Each from another author, unless the crowd is smaller; most in a channel, some with a mention, some in direct
    messages. `persons` is the share that wants one, `replies` the share that adds something at once."""
    asked = []
    for number, text in enumerate(rng.choices(_messages(), k=count)):
        user, where = f"U{number % (crowd or count):05d}", rng.random()
        channel = local.dm(user) if where < 0.1 else rng.choice(channels)
        mention = f"<@{cast.BOT_USER}> " if where > 0.9 else ""
        question = Asked(number, user, channel, f"{mention}({number:04d}) {text}")
        question.wants_person = rng.random() < persons
        if rng.random() < replies:
            question.adds = ("It is the same on my phone.",)
        asked.append(question)
    return asked


class Crowd:
    """Asks at a steady pace; whoever wants a person presses until the desk takes it."""

    def __init__(self, local: LocalSlack, asked: list[Asked], rng: random.Random, *, pace: float) -> None:
        self._local, self.asked, self._rng, self._pace = local, asked, rng, pace
        self.repeated = 0
        self.presses_lost = 0
        # When the last one asked.
        self.asked_at = 0.0

    def run(self) -> None:
        """Returns when everybody who wanted a person has asked for one."""
        began = time.monotonic()
        with ThreadPoolExecutor(max_workers=16, thread_name_prefix="crowd") as pool:
            waiting = []
            for question in self.asked:
                time.sleep(max(0.0, began + question.number / self._pace - time.monotonic()))
                question.ts = self._local.say(question.user, question.channel, question.text, raw=True)
                for words in question.adds:
                    # Without a pause: what Slack delivers first is Slack's affair.
                    question.more.append(self._local.say(question.user, question.channel, words, question.ts))
                if question.wants_person:
                    waiting.append(pool.submit(self._ask_person, question))
                if self._rng.random() < 0.05:
                    # An ack that got lost on the way: Slack delivers what the desk has long acted on.
                    self.repeated += len(self._local.redeliver_last(3))
            self.asked_at = time.monotonic()
            for done in waiting:
                done.result()

    def _ask_person(self, question: Asked) -> None:
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            for message in self._local.replies(question.channel, question.ts):
                if _has(message, ids.ASK_PERSON):
                    taken = self._press(question.user, question.channel, message["ts"], ids.ASK_PERSON)
                    question.wants_person = taken
                    return
                if message.get("bot_id"):
                    # Answered without that button: a person was asked already.
                    question.wants_person = False
                    return
            time.sleep(_LOOK_EVERY)
        question.wants_person = False  # no answer, no button: the reckoning tells whether it came at all

    def _press(self, user: str, channel: str, ts: str, action_id: str) -> bool:
        """Until the desk takes it. An error that Slack shows makes a person press again."""
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            try:
                if self._local.click(user, channel, ts, action_id).ok:
                    return True
            except (PlaygroundError, SlackError):
                return True  # the button is gone: a press that seemed lost did arrive
            self.presses_lost += 1
            time.sleep(0.5)
        return False


class Agents(threading.Thread):
    """Claims whatever waits at the desk after a while; now and then both press at once."""

    def __init__(self, local: LocalSlack, rng: random.Random, *, hesitate: float) -> None:
        super().__init__(daemon=True, name="agents")
        self._local, self._rng, self._hesitate = local, rng, hesitate
        self._claim_at: dict[str, float] = {}
        self._over = threading.Event()

    @property
    def idle(self) -> bool:
        """Whether no card waits to be claimed."""
        return not self._waiting()

    def _waiting(self) -> list[Message]:
        return [card for card in self._local.messages(DESK) if _has(card, ids.CLAIM)]

    def run(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            for card in self._waiting():
                now = time.monotonic()
                due = self._claim_at.setdefault(card["ts"], now + self._rng.uniform(0, self._hesitate))
                if due <= now:
                    both = self._rng.random() < 0.2
                    agents = AGENTS if both else (self._rng.choice(AGENTS),)
                    taken = [self._press(agent, card) for agent in agents]
                    self._claim_at[card["ts"]] = float("inf") if any(taken) else now + 1.0

    def _press(self, agent: str, card: Message) -> bool:
        try:
            return self._local.click(agent, DESK, card["ts"], ids.CLAIM).ok
        except (PlaygroundError, SlackError):
            return True  # the card changed while the hand was moving

    def stop(self) -> None:
        self._over.set()
        self.join()


def _has(message: Message, action_id: str) -> bool:
    return any(
        element.get("action_id") == action_id
        for block in message.get("blocks", ())
        for element in block.get("elements", ())
    )

"""What people do on a tour, each with what has to be seen afterwards."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from time import perf_counter, sleep
from typing import Any

from bot.demo import DESK_CHANNEL, HELP_CHANNEL, Demo
from bot.playground.slack import LocalSlack
from bot.slack.desk import Desk

Message = dict[str, Any]
ADA, BEN, CLEO, DEE, ELI = "UADA", "UBEN", "UCLEO", "UDEE", "UELI"
NAMES = {ADA: "Ada", BEN: "Ben", CLEO: "Cleo", DEE: "Dee", ELI: "Eli"}
# Who may be asked, Dee as an admin last.
AGENTS = (BEN, CLEO, DEE)
PATIENCE_SECONDS = 20.0


# In UTC. By day Ben, Cleo and Dee are all at work; at night Ben and Cleo both sleep, until Ben's morning.
WORKDAY, NIGHT, MORNING = time(14), time(2, 30), time(6, 5)


class NotObserved(Exception):
    """What should have been seen in Slack was not."""


@dataclass(frozen=True)
class Step:
    journey: str
    who: str
    does: str
    sees: str
    seconds: float
    ok: bool
    error: str = ""


class Steps:
    """One journey under way: what people do in Slack, and what they read there."""

    def __init__(self, demo: Demo, journey: str) -> None:
        self.slack, self.journey = demo.slack, journey
        self.desk: Desk = demo.assembly.desk
        # On a database that saw a tour before, what is due from then must not be taken for now.
        self.room = str(100 + secrets.randbelow(900))
        self.doing, self._started = "", perf_counter()

    @property
    def elapsed(self) -> float:
        return perf_counter() - self._started

    def step(
        self, who: str, does: str, sees: Callable[[], str | None], *, patience: float = PATIENCE_SECONDS
    ) -> Step:
        """Waits until `sees` returns something. Raises `NotObserved` when patience runs out."""
        self.doing = f"{NAMES.get(who, who)} {does}"
        while (seen := sees()) is None:
            if self.elapsed > patience:
                raise NotObserved(f"not seen within {patience:.0f} s: {self.doing}")
            sleep(0.01)
        return Step(self.journey, NAMES.get(who, who), does, seen, self.elapsed, True)

    def paged(self, does: str, *fragments: str, but: str = "") -> tuple[Step, str]:
        """Whoever is asked: who is on and who carried least decides that, and not the tour."""

        def asked() -> str | None:
            found = (one for one in AGENTS if one != but and self.direct(one, *fragments) is not None)
            return next(found, None)

        self.step("Somebody", does, asked)
        agent = asked()
        assert agent is not None
        return self.step(agent, does, lambda: seen(self.direct(agent, *fragments))), agent

    def begin(self) -> None:
        self._started = perf_counter()

    def say(self, user: str, text: str, channel: str = HELP_CHANNEL, thread_ts: str | None = None) -> str:
        self.begin()
        return self.slack.say(user, channel, text, thread_ts)

    def press(self, user: str, message: Message, action_id: str, value: str | None = None) -> None:
        self.begin()
        self.slack.click(user, message["channel"], message["ts"], action_id, value)

    def submit(self, user: str, **values: Any) -> None:
        self.begin()
        answer = self.slack.submit(user, values=values)
        if answer.get("errors"):
            raise NotObserved(f"the form was refused: {answer['errors']}")

    def reply(self, ts: str, *fragments: str, channel: str = HELP_CHANNEL) -> Message | None:
        """The newest reply by the bot that contains all of these."""
        return self._newest(self.slack.replies(channel, ts), channel, fragments)

    def card(self, *fragments: str) -> Message | None:
        return self._newest(self.slack.messages(DESK_CHANNEL), DESK_CHANNEL, fragments)

    def direct(self, user: str, *fragments: str) -> Message | None:
        channel = self.slack.dm(user)
        return self._newest(self.slack.messages(channel), channel, fragments)

    def whispered(self, user: str, *fragments: str) -> Message | None:
        return self._newest(self.slack.ephemerals(user), "", fragments)

    def _newest(self, messages: list[Message], channel: str, fragments: tuple[str, ...]) -> Message | None:
        for message in reversed(messages):
            if message.get("bot_id") and all(f in shown_text(message) for f in fragments):
                return {**message, "channel": message.get("channel", channel)}
        return None

    def answers(self, ts: str) -> list[Message]:
        """The bot's answers under a question: those that say what was understood."""
        return [m for m in self.slack.replies(HELP_CHANNEL, ts) if "the desk's bot" in shown_text(m)]


def shown_text(message: Message) -> str:
    """Everything a person reads in a message."""
    parts = [] if message.get("blocks") else [str(message.get("text", ""))]
    for block in message.get("blocks") or ():
        parts.append(str((block.get("text") or {}).get("text", "")))
        for element in block.get("elements", ()):
            text = element.get("text", "")
            parts.append(f"[{text['text']}]" if isinstance(text, dict) else str(text))
    return "\n".join(part for part in parts if part)


def seen(message: Message | None) -> str | None:
    return shown_text(message) if message is not None else None


def title_of(steps: Steps, user: str) -> str | None:
    """The title of the form that somebody has open."""
    views = steps.slack.views(user)
    return str(views[-1]["title"]["text"]) if views else None


def wait_until(slack: LocalSlack, at: time) -> None:
    """Moves the playground's clock on to the next such hour of a working day."""
    now = slack.now()
    then = datetime.combine(now.date(), at, UTC)
    while then <= now or then.isoweekday() > 5:
        then += timedelta(days=1)
    slack.advance(seconds=(then - now).total_seconds())


Journey = tuple[str, Callable[[Steps], Iterator[Step]]]

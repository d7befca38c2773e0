"""The tour: plays the journeys against the running demo through signed HTTP, and says what was observed when."""

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape

from bot.demo import DESK_CHANNEL, HELP_CHANNEL, Demo
from bot.playground.slack import LocalSlack
from bot.slack import ids

Message = dict[str, Any]
ADA, BEN, CLEO, ELI = "UADA", "UBEN", "UCLEO", "UELI"
NAMES = {ADA: "Ada", BEN: "Ben", CLEO: "Cleo", ELI: "Eli"}
PATIENCE_SECONDS = 20.0


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


def run_tour(demo: Demo, *, as_json: bool = False) -> bool:
    """Plays every journey; a journey that fails is told and the next one begins. True if all was observed."""
    console = Console(highlight=False)
    good = True
    for title, journey in JOURNEYS:
        if not as_json:
            console.print(f"\n[bold]{title}[/bold]")
        # What one person writes within a minute is one question: the journeys keep a distance.
        demo.slack.advance(minutes=2)
        steps = Steps(demo.slack, title)
        try:
            for step in journey(steps):
                _tell(step, console, as_json=as_json)
        except Exception as failure:  # noqa: BLE001  (the tour's outer edge: told, and the next journey goes on)
            good = False
            error = str(failure) or type(failure).__name__
            _tell(Step(title, "", steps.doing, "", steps.elapsed, False, error), console, as_json=as_json)
    if not as_json:
        console.print("\nEvery step was observed." if good else "\n[red]Some steps were not observed.[/red]")
    return good


def _tell(step: Step, console: Console, *, as_json: bool) -> None:
    if as_json:
        line = {
            "journey": step.journey,
            "who": step.who,
            "does": step.does,
            "sees": step.sees,
            "seconds": round(step.seconds, 3),
            "ok": step.ok,
            "error": step.error,
        }
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        return
    mark = "[green]✓[/green]" if step.ok else "[red]✗[/red]"
    console.print(f"  {mark} {escape(step.who)} {escape(step.does)}  [dim]{step.seconds * 1000:.0f} ms[/dim]")
    for seen in (step.sees or step.error).splitlines():
        console.print(f"      [dim]{escape(seen)}[/dim]")


class Steps:
    """What people do, each with what has to be seen afterwards."""

    def __init__(self, slack: LocalSlack, journey: str) -> None:
        self.slack, self.journey = slack, journey
        # On a database that saw a tour before, what is due from then must not be taken for now.
        self.room = str(100 + secrets.randbelow(900))
        self.doing, self._started = "", time.perf_counter()

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self._started

    def step(self, who: str, does: str, sees: Callable[[], str | None]) -> Step:
        """Waits until `sees` returns something. Raises `NotObserved` when patience runs out."""
        self.doing = f"{NAMES.get(who, who)} {does}"
        while (seen := sees()) is None:
            if self.elapsed > PATIENCE_SECONDS:
                raise NotObserved(f"not seen within {PATIENCE_SECONDS:.0f} s: {self.doing}")
            time.sleep(0.01)
        return Step(self.journey, NAMES.get(who, who), does, seen, self.elapsed, True)

    def begin(self) -> None:
        self._started = time.perf_counter()

    def say(self, user: str, text: str, channel: str = HELP_CHANNEL, thread_ts: str | None = None) -> str:
        self.begin()
        return self.slack.say(user, channel, text, thread_ts)

    def press(self, user: str, message: Message, action_id: str, value: str | None = None) -> None:
        self.begin()
        self.slack.click(user, message["channel"], message["ts"], action_id, value)

    def submit(self, user: str, **values: str) -> None:
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


def _seen(message: Message | None) -> str | None:
    return shown_text(message) if message is not None else None


def ask_and_solve(steps: Steps) -> Iterator[Step]:
    ts = steps.say(ADA, "hi, my vpn dorps every few minutes on the train :confused:")
    yield steps.step(ADA, "asks about her VPN", lambda: _seen(steps.reply(ts, "the desk's bot", "VPN")))
    answer = steps.reply(ts, "the desk's bot")
    assert answer is not None
    steps.press(ADA, answer, ids.SOLVED)
    yield steps.step(ADA, "presses “That solved it”", lambda: _seen(steps.reply(ts, "Glad that it's solved")))


def escalate_claim_resolve(steps: Steps) -> Iterator[Step]:
    question = f"The label printer in room {steps.room} prints every second label blank since this morning"
    ts = steps.say(ADA, question)
    yield steps.step(ADA, "asks about a label printer", lambda: _seen(steps.reply(ts, "the desk's bot")))
    answer = steps.reply(ts, "the desk's bot")
    assert answer is not None
    steps.press(ADA, answer, ids.ASK_PERSON)
    yield steps.step(ADA, "asks for a person", lambda: _seen(steps.reply(ts, "I've asked the desk")))
    yield steps.step("The desk", "sees the card", lambda: _seen(steps.card(steps.room, "[Claim]")))
    yield steps.step(BEN, "is paged", lambda: _seen(steps.direct(BEN, steps.room, "[Claim]")))
    card = steps.card(steps.room)
    assert card is not None
    steps.press(BEN, card, ids.CLAIM)
    yield steps.step(BEN, "claims it", lambda: _seen(steps.reply(ts, "<@UBEN> is on it")))
    yield steps.step("The card", "tells everybody", lambda: _seen(steps.card(steps.room, "<@UBEN> is on it")))
    steps.say(BEN, "Hello Ada, I am on my way with a new roll.", thread_ts=ts)
    yield steps.step(BEN, "answers in the thread", lambda: "first response noted")
    card = steps.card(steps.room, "[Resolve]")
    assert card is not None
    steps.press(BEN, card, ids.RESOLVE)
    yield steps.step(BEN, "opens the form", lambda: _title(steps, BEN))
    steps.submit(BEN, how="The roll was worn; a new one is in.", category="printing", urgency="medium")
    yield steps.step(BEN, "resolves it", lambda: _seen(steps.reply(ts, "The roll was worn")))
    yield steps.step(ADA, "is asked how the help was", lambda: _seen(steps.reply(ts, "How was the help")))
    rating = steps.reply(ts, "How was the help")
    assert rating is not None
    steps.press(ADA, rating, f"{ids.RATE}.good")
    yield steps.step(ADA, "says “Good”", lambda: _seen(steps.reply(ts, "noted: Good")))


def _title(steps: Steps, user: str) -> str | None:
    views = steps.slack.views(user)
    return str(views[-1]["title"]["text"]) if views else None


def critical_at_once(steps: Steps) -> Iterator[Step]:
    ts = steps.say(ELI, f"The whole warehouse can't scan parcels in hall {steps.room}, trucks are waiting")
    yield steps.step(
        ELI, "reports that everything stands still", lambda: _seen(steps.card("Critical", steps.room))
    )
    yield steps.step(BEN, "is paged at once", lambda: _seen(steps.direct(BEN, "Critical", steps.room)))
    yield steps.step(ELI, "reads it in the thread", lambda: _seen(steps.reply(ts, "right away")))
    page = steps.direct(BEN, steps.room)
    assert page is not None
    steps.press(BEN, page, ids.CLAIM)
    yield steps.step(BEN, "claims from the page", lambda: _seen(steps.reply(ts, "<@UBEN> is on it")))


def unclaimed_reaches_the_next(steps: Steps) -> Iterator[Step]:
    ts = steps.say(ADA, f"My screen at desk {steps.room} flickers green since the dock was swapped")
    yield steps.step(ADA, "asks about her screen", lambda: _seen(steps.reply(ts, "the desk's bot")))
    answer = steps.reply(ts, "the desk's bot")
    assert answer is not None
    steps.press(ADA, answer, ids.ASK_PERSON)
    yield steps.step(BEN, "is asked first", lambda: _seen(steps.direct(BEN, steps.room)))
    steps.begin()
    steps.slack.advance(minutes=6)
    yield steps.step(CLEO, "is asked when Ben does not claim", lambda: _seen(steps.direct(CLEO, steps.room)))
    page = steps.direct(CLEO, steps.room)
    assert page is not None
    steps.press(CLEO, page, ids.CLAIM)
    yield steps.step(CLEO, "claims it", lambda: _seen(steps.reply(ts, "<@UCLEO> is on it")))


def delivered_twice(steps: Steps) -> Iterator[Step]:
    ts = steps.say(ELI, "Outlook keeps asking for my password again and again")
    yield steps.step(ELI, "asks about Outlook", lambda: _seen(steps.reply(ts, "the desk's bot")))
    steps.begin()
    steps.slack.redeliver_last(2)

    def still_one() -> str | None:
        answers = steps.answers(ts)
        if len(answers) > 1:
            raise NotObserved(f"{len(answers)} answers to one question")
        return "one ticket, one answer" if steps.elapsed > 0.5 else None

    yield steps.step("Slack", "delivers the event twice more", still_one)


def not_a_question(steps: Steps) -> Iterator[Step]:
    ts = steps.say(ELI, "good morning everybody :wave:")

    def silence() -> str | None:
        if steps.slack.replies(HELP_CHANNEL, ts):
            raise NotObserved("a greeting was answered")
        return "nothing is said" if steps.elapsed > 0.5 else None

    yield steps.step(ELI, "greets the channel", silence)


def command_in_private(steps: Steps) -> Iterator[Step]:
    steps.begin()
    steps.slack.command(ADA, f"/help-me I need access to the budget folder {steps.room} of finance")
    yield steps.step(
        ADA, "types /help-me", lambda: _seen(steps.direct(ADA, "You asked the desk", steps.room))
    )
    opening = steps.direct(ADA, "You asked the desk", steps.room)
    assert opening is not None
    channel = steps.slack.dm(ADA)
    yield steps.step(
        ADA,
        "reads the answer in her direct messages",
        lambda: _seen(steps.reply(opening["ts"], "the desk's bot", channel=channel)),
    )


JOURNEYS: tuple[tuple[str, Callable[[Steps], Iterator[Step]]], ...] = (
    ("Ask, and solve it with an article", ask_and_solve),
    ("Ask, escalate, claim, resolve", escalate_claim_resolve),
    ("A critical one reaches a person at once", critical_at_once),
    ("Unclaimed reaches the next level", unclaimed_reaches_the_next),
    ("Delivered three times, answered once", delivered_twice),
    ("A greeting opens nothing", not_a_question),
    ("Asked in private", command_in_private),
)

"""What people and the desk do with each other, played through signed HTTP."""

from collections.abc import Iterator

from bot.demo import HELP_CHANNEL
from bot.slack import ids
from bot.tour.steps import ADA, ELI, NAMES, Journey, NotObserved, Step, Steps, seen, title_of


def ask_and_solve(steps: Steps) -> Iterator[Step]:
    ts = steps.say(ADA, "hi, my vpn dorps every few minutes on the train :confused:")
    yield steps.step(ADA, "asks about her VPN", lambda: seen(steps.reply(ts, "the desk's bot", "VPN")))
    answer = steps.reply(ts, "the desk's bot")
    assert answer is not None
    steps.press(ADA, answer, ids.SOLVED)
    yield steps.step(ADA, "presses “That solved it”", lambda: seen(steps.reply(ts, "Glad that it's solved")))


def escalate_claim_resolve(steps: Steps) -> Iterator[Step]:
    question = f"The label printer in room {steps.room} prints every second label blank since this morning"
    ts = steps.say(ADA, question)
    yield steps.step(ADA, "asks about a label printer", lambda: seen(steps.reply(ts, "the desk's bot")))
    answer = steps.reply(ts, "the desk's bot")
    assert answer is not None
    steps.press(ADA, answer, ids.ASK_PERSON)
    yield steps.step(ADA, "asks for a person", lambda: seen(steps.reply(ts, "I've asked the desk")))
    yield steps.step("The desk", "sees the card", lambda: seen(steps.card(f"room {steps.room}", "[Claim]")))
    step, agent = steps.paged("is paged", f"room {steps.room}", "[Claim]")
    yield step
    card = steps.card(f"room {steps.room}")
    assert card is not None
    steps.press(agent, card, ids.CLAIM)
    yield steps.step(agent, "claims it", lambda: seen(steps.reply(ts, f"<@{agent}> is on it")))
    yield steps.step(
        "The card", "tells everybody", lambda: seen(steps.card(f"room {steps.room}", f"<@{agent}> is on it"))
    )
    steps.say(agent, "Hello Ada, I am on my way with a new roll.", thread_ts=ts)
    yield steps.step(agent, "answers in the thread", lambda: "first response noted")
    card = steps.card(f"room {steps.room}", "[Resolve]")
    assert card is not None
    steps.press(agent, card, ids.RESOLVE)
    yield steps.step(agent, "opens the form", lambda: title_of(steps, agent))
    steps.submit(agent, how="The roll was worn; a new one is in.", category="printing", urgency="medium")
    yield steps.step(agent, "resolves it", lambda: seen(steps.reply(ts, "The roll was worn")))
    yield steps.step(ADA, "is asked how the help was", lambda: seen(steps.reply(ts, "How was the help")))
    rating = steps.reply(ts, "How was the help")
    assert rating is not None
    steps.press(ADA, rating, f"{ids.RATE}.good")
    yield steps.step(ADA, "says “Good”", lambda: seen(steps.reply(ts, "noted: Good")))


def critical_at_once(steps: Steps) -> Iterator[Step]:
    ts = steps.say(ELI, f"The whole warehouse can't scan parcels in hall {steps.room}, trucks are waiting")
    yield steps.step(
        ELI,
        "reports that everything stands still",
        lambda: seen(steps.card("Critical", f"hall {steps.room}")),
    )
    step, agent = steps.paged("is paged at once", "Critical", f"hall {steps.room}", "[Claim]")
    yield step
    yield steps.step(ELI, "reads it in the thread", lambda: seen(steps.reply(ts, "right away")))
    page = steps.direct(agent, f"hall {steps.room}", "[Claim]")
    assert page is not None
    steps.press(agent, page, ids.CLAIM)
    yield steps.step(agent, "claims from the page", lambda: seen(steps.reply(ts, f"<@{agent}> is on it")))


def unclaimed_reaches_the_next(steps: Steps) -> Iterator[Step]:
    ts = steps.say(ADA, f"My screen at desk {steps.room} flickers green since the dock was swapped")
    yield steps.step(ADA, "asks about her screen", lambda: seen(steps.reply(ts, "the desk's bot")))
    answer = steps.reply(ts, "the desk's bot")
    assert answer is not None
    steps.press(ADA, answer, ids.ASK_PERSON)
    step, first = steps.paged("is asked first", f"desk {steps.room}", "[Claim]")
    yield step
    steps.begin()
    steps.slack.advance(minutes=6)
    step, second = steps.paged(
        f"is asked when {NAMES[first]} does not claim", f"desk {steps.room}", "[Claim]", but=first
    )
    yield step
    page = steps.direct(second, f"desk {steps.room}", "[Claim]")
    assert page is not None
    steps.press(second, page, ids.CLAIM)
    yield steps.step(second, "claims it", lambda: seen(steps.reply(ts, f"<@{second}> is on it")))


def delivered_twice(steps: Steps) -> Iterator[Step]:
    ts = steps.say(ELI, "Outlook keeps asking for my password again and again")
    yield steps.step(ELI, "asks about Outlook", lambda: seen(steps.reply(ts, "the desk's bot")))
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
    yield steps.step(ADA, "types /help-me", lambda: seen(steps.direct(ADA, "You asked the desk", steps.room)))
    opening = steps.direct(ADA, "You asked the desk", steps.room)
    assert opening is not None
    channel = steps.slack.dm(ADA)
    yield steps.step(
        ADA,
        "reads the answer in her direct messages",
        lambda: seen(steps.reply(opening["ts"], "the desk's bot", channel=channel)),
    )


JOURNEYS: tuple[Journey, ...] = (
    ("Ask, and solve it with an article", ask_and_solve),
    ("Ask, escalate, claim, resolve", escalate_claim_resolve),
    ("A critical one reaches a person at once", critical_at_once),
    ("Unclaimed reaches the next level", unclaimed_reaches_the_next),
    ("Delivered three times, answered once", delivered_twice),
    ("A greeting opens nothing", not_a_question),
    ("Asked in private", command_in_private),
)

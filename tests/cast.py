"""The cast of the stories: Ada and Eli ask, Ben and Cleo answer and are on call in that order, Dee administers.

People do what people do in Slack; after each thing they do, the desk works off whatever follows from it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import delete, select
from stage import Stage

from bot.demo import DESK_CHANNEL, HELP_CHANNEL
from bot.playground import cast as playground
from bot.playground.delivery import Answer
from bot.slack import copy, ids
from kb.search import Match
from triage.judge import Judge, Judgement
from triage.oncall.models import OncallMember
from triage.outbox import Occasion, Say
from triage.people.models import Person
from triage.tickets import queries
from triage.tickets.models import Ticket, TicketMessage
from triage.tickets.queries import Story
from triage.vocabulary import TicketStatus, Urgency

TEAM = playground.TEAM["id"]
Message = dict[str, Any]


@dataclass(frozen=True)
class Button:
    label: str
    action_id: str
    value: str


def shown_text(message: Message) -> str:
    """Everything that a person reads in a message or a view: without its buttons."""
    parts = [] if message.get("blocks") else [str(message.get("text", ""))]
    for block in message.get("blocks") or ():
        texts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
        parts += [_words(text) for text in texts if isinstance(text, dict) and text.get("type") != "button"]
    return "\n".join(part for part in parts if part)


def reads(sentence: str, text: str) -> bool:
    """Whether `text` holds a sentence of `copy`, with anything filled into its gaps."""
    pattern = ".*".join(re.escape(part) for part in re.split(r"\{\w+\}", sentence))
    return re.search(pattern, text, re.DOTALL) is not None


def _words(text: dict[str, Any]) -> str:
    words = text.get("text", "")
    return words if isinstance(words, str) else ""


def buttons(message: Message) -> list[Button]:
    """Everything that can be pressed, menus opened."""
    found: list[Button] = []
    for block in message.get("blocks") or ():
        elements = [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
        for element in elements:
            if element["type"] == "button":
                found.append(Button(element["text"]["text"], element["action_id"], element["value"]))
            for option in element.get("options", ()):
                found.append(Button(option["text"]["text"], element["action_id"], option["value"]))
    return found


class Question:
    """Something that somebody asked, and the thread below it."""

    def __init__(self, author: "Actor", channel: str, ts: str) -> None:
        self.author, self.channel, self.ts = author, channel, ts
        self.desk = author.desk

    def clicks(self, label: str) -> "Question":
        """The one who asked presses a button in the thread."""
        self.author.clicks(self, label)
        return self

    @property
    def thread(self) -> list[Message]:
        """What the bot and people wrote below the question, oldest first."""
        return [{**m, "channel": self.channel} for m in self.desk.slack.replies(self.channel, self.ts)]

    @property
    def said(self) -> list[str]:
        return [shown_text(m) for m in self.thread if m.get("bot_id")]

    @property
    def answers(self) -> list[Message]:
        return [m for m in self.thread if self.desk.is_about(m, Occasion.ANSWER)]

    @property
    def answer(self) -> str:
        (only,) = self.answers
        return shown_text(only)

    @property
    def articles(self) -> list[str]:
        """The titles that the requester sees now."""
        return [row.title for row in self.story.suggestions if row.shown_in_round == self._round]

    @property
    def _round(self) -> int:
        return max((row.shown_in_round or 0 for row in self.story.suggestions), default=0)

    def was_told(self, sentence: str) -> bool:
        """Whether a sentence of `copy` stands in the thread, whatever was filled into it."""
        return any(reads(sentence, text) for text in self.said)

    def button(self, label: str) -> tuple[Message, Button]:
        """The newest button of that name in the thread."""
        for message in reversed(self.thread):
            for button in buttons(message):
                if button.label == label:
                    return message, button
        raise AssertionError(f"no button “{label}” in the thread: {self.labels}")

    @property
    def labels(self) -> list[str]:
        return [button.label for message in self.thread for button in buttons(message)]

    # What the desk made of it

    @property
    def ticket(self) -> Ticket:
        return self.desk.ticket_of(self.channel, self.ts)

    @property
    def status(self) -> TicketStatus:
        return self.ticket.status

    @property
    def story(self) -> Story:
        with self.desk.database.reading() as session:
            return queries.story(session, session.get_one(Ticket, self.ticket.id))

    @property
    def happened(self) -> list[str]:
        return [entry.what for entry in self.story.timeline]

    @property
    def card(self) -> Message:
        (only,) = self.cards
        return only

    @property
    def cards(self) -> list[Message]:
        ticket_id = self.ticket.id
        posted = self.desk.slack.messages(DESK_CHANNEL)
        found = [m for m in posted if self.desk.is_about(m, Occasion.CARD, ticket_id)]
        return [{**m, "channel": DESK_CHANNEL} for m in found]

    @property
    def under_card(self) -> list[str]:
        return [shown_text(m) for m in self.desk.slack.replies(DESK_CHANNEL, self.card["ts"])]


class Actor:
    """Somebody in Slack."""

    def __init__(self, desk: "Desk", name: str) -> None:
        self.desk, self.name, self.id = desk, name, f"U{name.upper()}"

    @property
    def slack(self) -> Any:
        return self.desk.slack

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    @cached_property
    def direct_channel(self) -> str:
        return str(self.slack.dm(self.id))

    # Asking

    def says(self, text: str, channel: str = HELP_CHANNEL, **more: Any) -> Question:
        ts = self.slack.say(self.id, channel, text, **more)
        self.desk.work_off()
        return Question(self, channel, ts)

    def writes_to_the_bot(self, text: str) -> Question:
        return self.says(text, self.direct_channel)

    def replies(self, question: Question, text: str, **more: Any) -> str:
        ts = self.slack.say(self.id, question.channel, text, question.ts, **more)
        self.desk.work_off()
        return str(ts)

    def edits(self, question: Question, text: str) -> None:
        self.slack.edit(self.id, question.channel, question.ts, text)
        self.desk.work_off()

    def deletes(self, question: Question) -> None:
        self.slack.delete(self.id, question.channel, question.ts)
        self.desk.work_off()

    def marks(self, question: Question, emoji: str = ids.TICKET_REACTION) -> None:
        self.slack.react(self.id, question.channel, question.ts, emoji)
        self.desk.work_off()

    def types(self, text: str, channel: str = HELP_CHANNEL) -> str:
        """A command. What Slack shows beneath it."""
        answer = self.slack.command(self.id, text, channel)
        assert answer.ok, answer
        self.desk.work_off()
        return str((answer.body or {}).get("text", "")) if isinstance(answer.body, dict) else ""

    def uses_shortcut(self, callback_id: str, question: Question | None = None) -> Answer:
        place = (question.channel, question.ts) if question else ()
        answer: Answer = self.slack.shortcut(self.id, callback_id, *place)
        assert answer.ok, answer
        self.desk.work_off()
        return answer

    def submits(self, **values: Any) -> dict[str, str]:
        """Sends the form in front; what the form complains about, empty if nothing."""
        answer = self.slack.submit(self.id, values=values)
        assert answer["ok"], answer
        self.desk.work_off()
        return dict(answer.get("errors") or {})

    def last_direct_question(self) -> Question:
        """The thread that the bot opened for something asked in a form or by command."""
        opening = [m for m in self.direct_messages if self.desk.is_about(m, Occasion.OPENING)][-1]
        return Question(self, self.direct_channel, opening["ts"])

    # Pressing

    def presses(self, message: Message, button: Button) -> Answer:
        answer: Answer = self.slack.click(
            self.id, message["channel"], message["ts"], button.action_id, button.value
        )
        assert answer.ok, answer
        self.desk.work_off()
        return answer

    def clicks(self, question: Question, label: str) -> None:
        self.presses(*question.button(label))

    def clicks_card(self, question: Question, label: str) -> None:
        """Presses on the card as it is now, its menu included."""
        card = question.card
        self.presses(card, _labelled(buttons(card), label))

    def presses_stale(self, message: Message, button: Button) -> None:
        """Presses a button that has gone since this person looked."""
        payload = self.slack.interactions._from_person(self.id, "block_actions") | {
            "container": {
                "type": "message",
                "message_ts": message["ts"],
                "channel_id": message["channel"],
            },
            "channel": {"id": message["channel"], "name": "somewhere"},
            "message": message,
            "actions": [{"type": "button", "action_id": button.action_id, "value": button.value}],
        }
        answer = self.slack.delivery.interact(payload)
        assert answer.ok, answer
        self.desk.work_off()

    # Answering

    def claims(self, question: Question) -> None:
        self.clicks_card(question, copy.BUTTON_CLAIM)

    def releases(self, question: Question) -> None:
        self.clicks_card(question, copy.BUTTON_RELEASE)

    def holds(self, question: Question, why: str = "") -> None:
        self.clicks_card(question, copy.BUTTON_HOLD)
        assert self.submits(**({"why": why} if why else {})) == {}

    def resumes(self, question: Question) -> None:
        self.clicks_card(question, copy.BUTTON_RESUME)

    def transfers(self, question: Question, to: "Actor", why: str = "") -> dict[str, str]:
        self.clicks_card(question, copy.BUTTON_TRANSFER)
        return self.submits(person=to.id, **({"text": why} if why else {}))

    def resolves(
        self,
        question: Question,
        how: str = "Restarted it.",
        *,
        category: str | None = None,
        urgency: Urgency | None = None,
        article: int | None = None,
    ) -> dict[str, str]:
        """Opens the form on the card, fills it in and sends it; what the form complains about."""
        self.clicks_card(question, copy.BUTTON_RESOLVE)
        values = {"how": how, "category": category, "urgency": urgency, "article": article and str(article)}
        return self.submits(**{name: value for name, value in values.items() if value is not None})

    # What this person sees

    @property
    def direct_messages(self) -> list[Message]:
        channel = self.direct_channel
        return [{**m, "channel": channel} for m in self.slack.messages(channel) if m.get("bot_id")]

    @property
    def pages(self) -> list[Message]:
        return [m for m in self.direct_messages if self.desk.is_about(m, Occasion.PAGE)]

    def was_paged(self, *, times: int = 1) -> bool:
        """Whether their direct messages show exactly so many pages."""
        return len(self.pages) == times

    def was_whispered(self, sentence: str) -> bool:
        return any(reads(sentence, text) for text in self.whispers)

    @property
    def whispers(self) -> list[str]:
        return [shown_text(m) for m in self.slack.ephemerals(self.id)]

    @property
    def window(self) -> str:
        """The title of the form in front."""
        views = self.slack.views(self.id)
        return str(views[-1]["title"]["text"]) if views else ""

    def opens_home(self) -> Message:
        self.slack.open_home(self.id)
        self.desk.work_off()
        home: Message = self.slack.home(self.id)
        return home

    def presses_in_home(self, label: str) -> None:
        button = _labelled(buttons(self.slack.home(self.id)), label)
        answer = self.slack.click_view(self.id, button.action_id, button.value)
        assert answer.ok, answer
        self.desk.work_off()

    @property
    def person(self) -> Person:
        with self.desk.database.reading() as session:
            return session.scalars(
                select(Person).where(Person.team_id == TEAM, Person.slack_id == self.id)
            ).one()


def _labelled(found: list[Button], label: str) -> Button:
    for button in found:
        if button.label == label:
            return button
    raise AssertionError(f"no button “{label}”; there is {[b.label for b in found]}")


@dataclass(frozen=True)
class _Finds:
    """A judge whose verdict is real and whose articles are given."""

    really: Judge
    chances: list[tuple[str, float]]

    def judge(self, text: str, *, guest: bool = False) -> Judgement:
        judged = self.really.judge(text, guest=guest)
        return replace(judged, matches=tuple(self._match(*given) for given in self.chances), below=())

    def _match(self, slug: str, chance: float) -> Match:
        row = next(row for row in self.really.index.entries if row.slug == slug)
        return Match(
            row.article_id, slug, row.title, chance, "Try this first.", ("it fits",), row.revision, True
        )


class Clock:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    @property
    def now(self) -> Any:
        return self._stage.slack.now()

    def advance(self, **by: float) -> None:
        """Time goes by, and what falls due in it is done."""
        self._stage.slack.advance(**by)
        self._stage.work_off()


class Desk:
    """The desk as its stories see it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.database = stage.desk.database
        self.work_off, self.until = stage.work_off, stage.until

    @property
    def slack(self) -> Any:
        return self.stage.slack

    def finds(self, *slugs: str, next_best: str | None = None) -> None:
        """Whatever is asked, the search finds these starter articles; `next_best` is kept back at first.

        How well it really searches is tested elsewhere; these stories are about what follows.
        """
        chances = [*((slug, 0.9) for slug in slugs), *([(next_best, 0.45)] if next_best else [])]
        self.stage.desk.judge = lambda *_: _Finds(self._really(*_), chances)

    def _really(self, *arguments: Any) -> Judge:
        return type(self.stage.desk).judge(self.stage.desk, *arguments)

    def is_about(self, message: Message, occasion: Occasion, ticket_id: int | None = None) -> bool:
        """Whether the bot posted the message on this occasion, by the mark that it carries."""
        mark = (message.get("metadata") or {}).get("event_payload") or {}
        with self.database.reading() as session:
            row = session.get(Say, mark.get("outbox_id", 0))
        return row is not None and row.occasion is occasion and ticket_id in (None, row.ticket_id)

    def is_rating(self, message: Message) -> bool:
        return self.is_about(message, Occasion.RATING)

    def nobody_on_call(self) -> None:
        with self.database.transaction() as session:
            session.execute(delete(OncallMember))

    def rules(self, **changes: Any) -> None:
        """Other opening hours, other waiting times."""
        policy = self.stage.settings.model_copy(update=changes).policy()
        self.stage.desk.policy = policy

    @contextmanager
    def delivered_backwards(self) -> Iterator[None]:
        """What is written meanwhile reaches the desk last first, each worked off before the next."""
        delivery = self.slack.delivery
        delivery.url = None
        yield
        envelopes = [entry["envelope"] for _, entry in self.slack.state.items("undelivered")]
        with self.slack.state.change():
            for envelope in envelopes:
                self.slack.state.drop("undelivered", envelope["event_id"])
        self.slack.deliver_to(f"{self.stage.server.url}/slack/events")
        for envelope in reversed(envelopes):
            assert delivery._send_event(envelope, 0, None).ok
            self.work_off()

    @contextmanager
    def slack_down(self) -> Iterator[None]:
        """Slack takes no calls meanwhile; its events still come."""
        self.slack.fail_next("*", http_status=503, times=100_000)
        yield
        self.slack.faults.clear()

    @property
    def tickets(self) -> list[Ticket]:
        with self.database.reading() as session:
            return list(session.scalars(select(Ticket).order_by(Ticket.id)))

    @property
    def only_ticket(self) -> Ticket:
        (only,) = self.tickets
        return only

    def ticket_of(self, channel: str, ts: str) -> Ticket:
        with self.database.reading() as session:
            found = session.scalars(
                select(Ticket).where(Ticket.channel_id == channel, Ticket.thread_ts == ts)
            ).first()
            if found is None:
                found = session.scalars(
                    select(Ticket)
                    .join(TicketMessage, TicketMessage.ticket_id == Ticket.id)
                    .where(TicketMessage.channel_id == channel, TicketMessage.ts == ts)
                ).one()
            return found

    @property
    def messages(self) -> list[Say]:
        """Everything that was said, or was to be."""
        with self.database.reading() as session:
            return list(session.scalars(select(Say).order_by(Say.id)))

    def everything_said(self) -> Iterator[Message]:
        """Every message of the bot's, in every channel and to every single person."""
        for channel in self.slack.workspace.channels():
            for message in self.slack.state.all(f"messages/{channel['id']}"):
                if message.get("bot_id"):
                    yield {**message, "channel": channel["id"]}
        for user in self.slack.workspace.users():
            for message in self.slack.ephemerals(user["id"]):
                yield message

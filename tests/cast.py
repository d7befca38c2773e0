"""The cast of the stories: Ada and Eli ask, Ben and Cleo answer and are on call in that order, Dee administers.

People do what people do in Slack; after each thing they do, the desk works off whatever follows from it.
"""

from functools import cached_property
from typing import Any

from question import Question
from seen import Button, Message, buttons, labelled, reads, shown_text
from sqlalchemy import select
from story import Clock, Desk

from bot.demo import HELP_CHANNEL
from bot.playground import cast as playground
from bot.playground.delivery import Answer
from bot.slack import copy, ids
from triage.outbox import Occasion
from triage.people.models import Person
from triage.vocabulary import Urgency

__all__ = [
    "TEAM",
    "Actor",
    "Button",
    "Clock",
    "Desk",
    "Message",
    "Question",
    "buttons",
    "reads",
    "shown_text",
]

TEAM = playground.TEAM["id"]


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
        self.presses(card, labelled(buttons(card), label))

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
        article_typed: str = "",
    ) -> dict[str, str]:
        """Opens the form on the card, fills it in and sends it; what the form complains about.

        `article_typed` takes the first article that is offered for it.
        """
        self.clicks_card(question, copy.BUTTON_RESOLVE)
        chosen = None
        if article or article_typed:
            options = self.slack.options(self.id, ids.ARTICLE_CHOICE, article_typed)
            chosen = next(option for option in options if article in (None, int(option["value"])))
        values = {"how": how, "category": category, "urgency": urgency, "article": chosen}
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
        button = labelled(buttons(self.slack.home(self.id)), label)
        answer = self.slack.click_view(self.id, button.action_id, button.value)
        assert answer.ok, answer
        self.desk.work_off()

    def presses_in_window(self, label: str) -> None:
        """A button in the window in front."""
        button = labelled(buttons(self.slack.views(self.id)[-1]), label)
        answer = self.slack.click_view(self.id, button.action_id, button.value)
        assert answer.ok, answer
        self.desk.work_off()

    @property
    def person(self) -> Person:
        with self.desk.database.reading() as session:
            return session.scalars(
                select(Person).where(Person.team_id == TEAM, Person.slack_id == self.id)
            ).one()

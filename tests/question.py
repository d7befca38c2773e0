"""Something that somebody asked: the thread below it, and what the desk made of it."""

from typing import TYPE_CHECKING

from seen import Button, Message, buttons, reads, shown_text

from bot.demo import DESK_CHANNEL
from triage.outbox import Occasion
from triage.tickets import queries
from triage.tickets.models import Ticket
from triage.tickets.queries import Story
from triage.vocabulary import TicketStatus

if TYPE_CHECKING:
    from cast import Actor


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

"""The desk and its clock, as the stories see them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from seen import Message
from sqlalchemy import delete, select
from stage import Stage

from kb.likeness import Likeness
from kb.search import Match
from triage.judge import Judge, Judgement
from triage.oncall.models import OncallMember
from triage.outbox import Occasion, Say
from triage.tickets.models import Ticket, TicketMessage


@dataclass(frozen=True)
class _Finds:
    """A judge whose verdict is real and whose articles are given."""

    really: Judge
    chances: list[tuple[str, float]]

    def judge(self, text: str, *, guest: bool = False) -> Judgement:
        judged = self.really.judge(text, guest=guest)
        return replace(judged, matches=tuple(self._match(*given) for given in self.chances), below=())

    def foresee(self, text: str, *, guest: bool = False) -> None:
        """What is given needs no foresight."""

    @property
    def asked(self) -> Likeness:
        return self.really.asked

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
        self.stage.desk.rules = policy

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

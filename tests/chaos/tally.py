"""The reckoning: what stands in Slack is held against what stands in the database, one by one."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.playground.slack import LocalSlack
from bot.slack.inbox import unhandled
from triage.outbox import Occasion, Say, unsent
from triage.tickets.lifecycle import fold
from triage.tickets.models import Ticket, TicketMessage, TimelineEntry
from triage.timers import overdue
from triage.vocabulary import SayState

from .people import Asked

Message = dict[str, Any]
Posted = tuple[Say, Message]
# What is published or whispered is no message that stands in a channel.
_UNSEEN = (Occasion.HOME, Occasion.PRIVATE)


@dataclass
class Tally:
    """Each finding is a sentence; without findings nothing was lost and nothing was said twice."""

    tickets: int = 0
    answers: int = 0
    escalated: int = 0
    claimed: int = 0
    messages: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    # Failed work, which shows in the console and waits for an admin.
    given_up: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.findings

    @property
    def findings(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.left_over]

    @property
    def left_over(self) -> list[str]:
        return [*self.stuck, *self.given_up]

    @property
    def longest_wait(self) -> float:
        return max(self.waits, default=0.0)

    def expect_one(self, found: int, what: str) -> None:
        if found == 0:
            self.lost.append(f"no {what}")
        elif found > 1:
            self.doubled.append(f"{found} times {what}")


def open_work(session: Session) -> dict[str, str]:
    """What is not done yet, by its job: messages on their way, events not acted on, timers that are due."""
    left = {f"say:{say_id}": f"message {say_id} in {lane} is not sent" for say_id, lane in unsent(session)}
    left |= {f"event:{event_id}": f"event {event_id} was not acted on" for event_id in unhandled(session)}
    due = overdue(session, now=datetime.now(UTC))
    return left | {f"timer:{timer_id}": f"timer {timer_id} is overdue" for timer_id in due}


def reckon(session: Session, local: LocalSlack, asked: list[Asked]) -> Tally:
    tally = Tally(stuck=list(open_work(session).values()))
    tally.tickets = session.scalar(select(func.count()).select_from(Ticket)) or 0
    said = _by_the_bot(local)
    tally.messages = len(said)
    rows = {row.id: row for row in session.scalars(select(Say))}
    _check_outbox(tally, rows, said)
    posted = _Posted()
    for message in said:
        if (number := _outbox_id(message)) in rows:
            posted.add(rows[number], message)
    for question in asked:
        _check_question(tally, session, question, posted)
    if tally.tickets != len(asked):
        tally.doubled.append(f"{tally.tickets} tickets for {len(asked)} questions")
    tally.stuck += [
        f"ticket {ticket.id} is {ticket.status}, its timeline says {told}"
        for ticket in session.scalars(select(Ticket))
        if (told := _told(session, ticket)) != ticket.status
    ]
    return tally


def _by_the_bot(local: LocalSlack) -> list[Message]:
    return [
        {"channel": channel["id"], **message}
        for channel in local.workspace.channels()
        for message in local.state.all(f"messages/{channel['id']}")
        if message.get("bot_id")
    ]


def _outbox_id(message: Message) -> int:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return int(payload.get("outbox_id", 0))


def _check_outbox(tally: Tally, rows: dict[int, Say], said: list[Message]) -> None:
    """Every row that was to be posted stands in Slack once, and nothing stands there without a row."""
    seen = Counter(_outbox_id(message) for message in said)
    for row in rows.values():
        if row.state == SayState.FAILED:
            tally.stuck.append(f"message {row.id} ({row.occasion}) was refused: {row.error}")
        overtaken = row.occasion == Occasion.PAGE and row.state == SayState.SENT and row.sent_ts is None
        if not row.changes_another and not overtaken and row.occasion not in _UNSEEN:
            tally.expect_one(seen[row.id], f"message {row.id} ({row.occasion}) in {row.address}")
    tally.doubled += [f"a message by nobody: {unknown}" for unknown in set(seen) - set(rows)]


class _Posted:
    """What stands in Slack with the row that said it, by thread and by ticket."""

    def __init__(self) -> None:
        self._under: defaultdict[tuple[str, str | None], list[Posted]] = defaultdict(list)
        self._about: defaultdict[int | None, list[Posted]] = defaultdict(list)

    def add(self, row: Say, message: Message) -> None:
        self._under[message["channel"], message.get("thread_ts")].append((row, message))
        self._about[row.ticket_id].append((row, message))

    def under(self, question: Asked) -> list[Posted]:
        return self._under[question.channel, question.ts]

    def about(self, ticket: Ticket) -> list[Posted]:
        return self._about[ticket.id]


def _check_question(tally: Tally, session: Session, question: Asked, posted: _Posted) -> None:
    number = question.number
    tickets = session.scalars(
        select(Ticket)
        .join(TicketMessage, TicketMessage.ticket_id == Ticket.id)
        .where(TicketMessage.channel_id == question.channel, TicketMessage.ts == question.ts)
    ).all()
    tally.expect_one(len(tickets), f"ticket for question {number}")
    answers = [message for row, message in posted.under(question) if row.occasion == Occasion.ANSWER]
    tally.answers += len(answers)
    tally.expect_one(len(answers), f"answer to question {number}")
    if answers:
        tally.waits.append(float(answers[0]["ts"]) - float(question.ts))
    for ticket in tickets:
        _check_handover(tally, session, question, ticket, posted.about(ticket))


def _under(question: Asked, message: Message) -> bool:
    return (message["channel"], message.get("thread_ts")) == (question.channel, question.ts)


def _check_handover(
    tally: Tally, session: Session, question: Asked, ticket: Ticket, about: list[Posted]
) -> None:
    number = question.number
    steps = Counter(
        session.scalars(select(TimelineEntry.what).where(TimelineEntry.ticket_id == ticket.id)).all()
    )
    notices = Counter(
        row.params["notice"] for row, m in about if "notice" in row.params and _under(question, m)
    )
    if steps["replied"] + steps["thanked"] < len(question.more):
        tally.lost.append(f"a reply under question {number} was not heard")
    elif steps["replied"] + steps["thanked"] > len(question.more):
        tally.doubled.append(f"a reply under question {number} was heard twice")
    if question.wants_person:
        tally.expect_one(steps["escalate"], f"escalation of question {number}, which asked for a person")
        tally.expect_one(notices["handed_over"], f"notice that the desk was asked, question {number}")
    if ticket.generation:
        tally.escalated += 1
        cards = [m for row, m in about if row.occasion == Occasion.CARD and question.mark in json.dumps(m)]
        tally.expect_one(len(cards), f"card of question {number}")
    if ticket.claimed_by_id:
        tally.claimed += 1
        tally.expect_one(steps["claim"], f"claim of question {number}")
        tally.expect_one(notices["claimed"], f"notice that somebody claimed question {number}")
    _check_pages(tally, session, question, ticket, steps)


def _check_pages(
    tally: Tally, session: Session, question: Asked, ticket: Ticket, steps: Counter[str]
) -> None:
    """One for each agent of the round whom the timeline names, and loud ones where nobody was left to ask."""
    of_ticket = select(Say).where(Say.ticket_id == ticket.id, Say.occasion == Occasion.PAGE)
    pages = session.scalars(of_ticket).all()
    usual = sum(not page.params.get("loud") for page in pages)
    if usual != steps["paged"]:
        findings = tally.doubled if usual > steps["paged"] else tally.lost
        findings.append(f"question {question.number}: {usual} pages, {steps['paged']} in the timeline")
    loud = Counter(page.person_id for page in pages if page.params.get("loud"))
    if max(loud.values(), default=0) > steps["exhausted"]:
        tally.doubled.append(
            f"question {question.number}: somebody was woken {max(loud.values())} times, "
            f"and nobody was left to ask {steps['exhausted']} times"
        )


def _told(session: Session, ticket: Ticket) -> str:
    lines = select(TimelineEntry.status).where(TimelineEntry.ticket_id == ticket.id)
    return fold(session.scalars(lines.order_by(TimelineEntry.id)))

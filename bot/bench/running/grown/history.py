"""Years of tickets in a minute: the tickets from here, all that hangs on them (`hanging.py`) by the database itself.

A desk that gets 250 questions a day for so long as it takes. The newest few hundred are still open, six in ten of the
others went to a person, and everybody asks again and again. Each number makes the same ticket each time.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select

from bot.bench.running.grown.hanging import what_hangs_on
from bot.bench.running.grown.loading import load, loading
from bot.bench.running.questions import CHANNELS, question_texts
from bot.playground import cast as workspace
from triage.escalation.tables import Escalation
from triage.outbox import Say
from triage.people.models import Person
from triage.sla.timers import SlaTimer
from triage.tickets.models import Ticket, TicketMessage
from triage.timers import Timer
from triage.vocabulary import SayState, TicketStatus, Urgency

# When the first question was asked: all moments are counted from here.
BEGAN = datetime(2012, 1, 2, tzinfo=UTC)
BETWEEN = timedelta(seconds=345)
OPEN = 300
TEAM = str(workspace.TEAM["id"])
_CATEGORIES = ("vpn", "email", "hardware", "access", "software", "printing", "network", "phones")
# Old questions are kept without their words, as retention leaves them.
_WORDS_KEPT = timedelta(days=730)
_WAITED, _WORKED = timedelta(minutes=5), timedelta(hours=3)


def asked_at(number: int) -> datetime:
    return BEGAN + number * BETWEEN


def now_at(tickets: int) -> datetime:
    """The moment right after the last of so many."""
    return asked_at(tickets) + timedelta(minutes=1)


def grow(url: str, *, before: int, tickets: int) -> None:
    """From `before` tickets to so many. Their ids are their numbers."""
    with loading(url) as connection:
        _settle(connection, before, now_at(tickets))
        people = list(connection.scalars(select(Person.id).order_by(Person.id)))
        rows = _tickets(before + 1, tickets, requesters=people[:-2], agents=people[-2:])
        load(connection, Ticket, rows)
        for statement in what_hangs_on(before + 1, tickets, people[-1]):
            connection.execute(statement)
        if connection.dialect.name == "postgresql":
            _count_on(connection)


def _settle(connection: sa.Connection, before: int, now: datetime) -> None:
    """What was open at the last size is over by now, and what was said long ago is let go."""
    ids = range(max(1, before - OPEN + 1), before + 1)
    connection.execute(
        sa.update(Ticket)
        .where(Ticket.id.in_(ids))
        .values(status=TicketStatus.CLOSED, resolved_at=now_at(before), closed_at=now_at(before))
    )
    connection.execute(sa.update(Timer).where(Timer.ticket_id.in_(ids)).values(done_at=now_at(before)))
    connection.execute(
        sa.update(SlaTimer).where(SlaTimer.ticket_id.in_(ids)).values(course="met", due_at=None)
    )
    of_age = Ticket.closed_at < now - _WORDS_KEPT
    messages = sa.update(TicketMessage).where(TicketMessage.ticket_id.in_(select(Ticket.id).where(of_age)))
    connection.execute(messages.values(text=""))
    connection.execute(sa.update(Ticket).where(of_age).values(question=""))
    pending = sa.update(Say).where(Say.state != SayState.SENT)
    connection.execute(pending.values(state=SayState.SENT, sent_at=now_at(before)))
    connection.execute(
        sa.update(Escalation).where(Escalation.ticket_id.in_(ids)).values(ended_at=now_at(before))
    )


def _tickets(first: int, last: int, *, requesters: list[int], agents: list[int]) -> Iterator[dict[str, Any]]:
    texts = question_texts()
    of_age = now_at(last) - _WORDS_KEPT - _WORKED
    for number in range(first, last + 1):
        at = asked_at(number)
        to_person = number * 7919 % 10 < 6
        over = number <= last - OPEN
        status = TicketStatus.CLOSED if over else _status(number) if to_person else TicketStatus.SUGGESTED
        claimed = to_person and status is not TicketStatus.WAITING
        yield {
            "id": number,
            "team_id": TEAM,
            "requester_id": requesters[number * 7907 % len(requesters)],
            "source": "channel",
            "channel_id": CHANNELS[number % len(CHANNELS)],
            "thread_ts": f"{at.timestamp():.6f}",
            "question": "" if at < of_age else f"{texts[number * 31 % len(texts)]} ({number})",
            "status": status,
            "category": _CATEGORIES[number * 31 % len(_CATEGORIES)],
            "urgency": _urgency(number),
            "hostile": False,
            "claimed_by_id": agents[number % len(agents)] if claimed else None,
            "generation": int(to_person),
            "level": 0,
            "reopened": 0,
            "asked_at": at,
            "escalated_at": at if to_person else None,
            "claimed_at": at + _WAITED if claimed else None,
            "first_response_at": at + 2 * _WAITED if claimed else None,
            "resolved_at": at + _WORKED if over else None,
            "closed_at": at + _WORKED if over else None,
        }


def _status(number: int) -> TicketStatus:
    return (TicketStatus.WAITING, TicketStatus.CLAIMED, TicketStatus.ON_HOLD)[number % 3]


def _urgency(number: int) -> Urgency:
    share = number * 37 % 100
    if share < 2:
        return Urgency.CRITICAL
    return Urgency.HIGH if share < 15 else Urgency.MEDIUM if share < 70 else Urgency.LOW


def _count_on(connection: sa.Connection) -> None:
    """The next ticket of the desk's own gets the next number."""
    for table in (Ticket, TicketMessage):
        connection.execute(
            sa.text(
                f"SELECT setval(pg_get_serial_sequence('{table.__tablename__}', 'id'), "
                f"(SELECT max(id) FROM {table.__tablename__}))"
            )
        )

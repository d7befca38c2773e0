"""The desk's own messages with what people said of them, as learning may see them: nobody's name among it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, select
from sqlalchemy.orm import Session

from kb.text import clean, redact
from triage.classifier.examples import Example
from triage.tickets.human_first import human_first
from triage.tickets.labels import NO_CATEGORY, Said, standing
from triage.tickets.models import Category, Label, PastTicket, Ticket, TimelineEntry
from triage.vocabulary import OPEN_STATUSES, LabelField, LabelSource, TicketAction, TicketStatus, Urgency

# As the classifier reads it at the most.
LONGEST = 2_000

# The newest ones: more would take long and teach little.
MOST = 40_000

# Why a labelled message is not learned from.
STILL_OPEN = "still_open"
JUST_CLOSED = "just_closed"  # it may yet come back, and its label with it
REOPENED = "reopened"
WITHDRAWN = "withdrawn"
FOR_A_PERSON = "for_a_person"  # such a matter is not learned from at all
NO_LABEL = "no_category_label"
DELETED_CATEGORY = "deleted_category"
NO_TEXT = "no_text"
TWIN = "twin_of_judged"
TOO_OLD = "older_than_needed"


@dataclass(frozen=True)
class LabelledMessage:
    """A message and what stands of its labels. Who asked is not in it: `by` are the agents who labelled it."""

    ref: str  # "ticket:12", or "past:7" from before this desk
    text: str  # cleaned and redacted
    category: str | None  # None: a person looked, and it belongs to no category
    urgency: Urgency | None
    at: datetime
    channel_id: str | None  # never a direct conversation: that would say who
    by: tuple[int, ...]
    standing: int  # how many different people stand behind the category
    family: int = 0  # near-identical messages have the same

    def as_example(self) -> Example:
        return Example(self.text, self.category, self.urgency, self.ref)


@dataclass(frozen=True)
class Found:
    """What can be learned from, oldest first, and why the rest cannot: reason → how many."""

    messages: tuple[LabelledMessage, ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class _Message:
    ref: str
    text: str
    at: datetime
    channel_id: str | None
    as_asked: bool  # not cleaned and redacted yet
    why_not: str | None = None

    def read(self) -> str:
        return _readable(self.text) if self.as_asked else self.text[:LONGEST]


def find(
    session: Session, team_id: str, *, settled_after: timedelta, now: datetime, most: int = MOST
) -> Found:
    """The newest messages that somebody labelled, with the label that stands, and why the others are left out."""
    keys = set(session.scalars(select(Category.key).where(Category.team_id == team_id)))
    said = _said(session, team_id)
    messages, left_out = list[LabelledMessage](), dict[str, int]()
    found = [
        *_tickets(session, team_id, settled_after=settled_after, now=now),
        *_past(session, team_id),
    ]
    for message in sorted(found, key=lambda one: (one.at, _number(one.ref)), reverse=True):
        made = _labelled(message, said[message.ref], keys, enough=len(messages) >= most)
        if isinstance(made, str):
            left_out[made] = left_out.get(made, 0) + 1
        else:
            messages.append(made)
    return Found(tuple(reversed(messages)), left_out)


def text_of(session: Session, team_id: str, ref: str) -> str | None:
    """A message's text as learning reads it now; None where it is no more."""
    kind, number = _number(ref)
    if kind == "past":
        past = session.get(PastTicket, number)
        return past.text[:LONGEST] if past is not None and past.team_id == team_id else None
    ticket = session.get(Ticket, number)
    return _readable(ticket.question) if ticket is not None and ticket.team_id == team_id else None


def _readable(question: str) -> str:
    return redact(clean(question))[:LONGEST]


def _labelled(
    message: _Message, said: Mapping[LabelField, Sequence[Said]], keys: set[str], *, enough: bool
) -> LabelledMessage | str:
    """The message with its labels, or why not."""
    if message.why_not:
        return message.why_not
    category = standing(said.get(LabelField.CATEGORY, ()))
    if category is None:
        return NO_LABEL
    if category.value != NO_CATEGORY and category.value not in keys:
        return DELETED_CATEGORY
    if enough:
        return TOO_OLD
    text = message.read()  # last, because it takes a while
    if not text:
        return NO_TEXT
    urgency = standing(said.get(LabelField.URGENCY, ()))
    return LabelledMessage(
        ref=message.ref,
        text=text,
        category=category.value or None,
        urgency=Urgency(urgency.value) if urgency else None,
        at=message.at,
        channel_id=message.channel_id,
        by=category.by,
        standing=category.people,
    )


def _said(session: Session, team_id: str) -> defaultdict[str, dict[LabelField, list[Said]]]:
    """Message → field → all that was said of it."""
    found: defaultdict[str, dict[LabelField, list[Said]]] = defaultdict(dict)
    columns = (Label.ticket_id, Label.past_id, Label.field, Label.value, Label.by_id, Label.at, Label.id)
    chosen = Label.source == LabelSource.CHOSEN
    for of in (Ticket, PastTicket):
        for ticket, past, field, value, by, at, id_, by_requester in session.execute(
            select(*columns, chosen).join(of).where(of.team_id == team_id)
        ):
            ref = f"ticket:{ticket}" if ticket is not None else f"past:{past}"
            found[ref].setdefault(field, []).append(Said(value, by, at, id_, by_requester))
    return found


def _tickets(
    session: Session, team_id: str, *, settled_after: timedelta, now: datetime
) -> Iterable[_Message]:
    rows = session.execute(
        select(
            Ticket.id,
            Ticket.question,
            Ticket.status,
            Ticket.reopened,
            Ticket.asked_at,
            Ticket.channel_id,
            func.coalesce(Ticket.resolved_at, Ticket.closed_at).label("done_at"),
            _withdrawn().label("withdrawn"),
            human_first().label("for_a_person"),
        ).where(Ticket.team_id == team_id, exists().where(Label.ticket_id == Ticket.id))
    )
    for row in rows:
        yield _Message(
            ref=f"ticket:{row.id}",
            text=row.question,
            at=row.asked_at,
            channel_id=_channel(row.channel_id),
            as_asked=True,
            why_not=_why_not(row, since=now - settled_after),
        )


def _past(session: Session, team_id: str) -> Iterable[_Message]:
    """Tickets from before this desk were redacted and cleaned when they were imported."""
    rows = session.execute(
        select(
            PastTicket.id,
            PastTicket.text,
            PastTicket.channel,
            PastTicket.asked_at,
            PastTicket.imported_at,
        ).where(PastTicket.team_id == team_id, exists().where(Label.past_id == PastTicket.id))
    )
    for id_, text, channel, asked_at, imported_at in rows:
        yield _Message(f"past:{id_}", text, asked_at or imported_at, channel or None, as_asked=False)


def _withdrawn() -> ColumnElement[bool]:
    return exists().where(TimelineEntry.ticket_id == Ticket.id, TimelineEntry.what == TicketAction.WITHDRAW)


def _why_not(row: Row[*tuple[Any, ...]], *, since: datetime) -> str | None:
    if row.for_a_person:
        return FOR_A_PERSON
    if row.withdrawn:
        return WITHDRAWN
    if row.reopened:
        return REOPENED
    if row.status in OPEN_STATUSES:
        return STILL_OPEN
    if row.status is TicketStatus.RESOLVED or row.done_at is None or row.done_at > since:
        return JUST_CLOSED
    return None


def _channel(channel_id: str | None) -> str | None:
    """A direct conversation's id stands for a person, so it is not told."""
    return None if channel_id is None or channel_id.startswith("D") else channel_id


def _number(ref: str) -> tuple[str, int]:
    kind, _, number = ref.partition(":")
    return kind, int(number)

"""What hangs on old tickets, made by the database itself: one statement a table, or a few."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, String, cast, insert, literal, select

from bot.slack.inbox import InboxEvent
from triage.care.tables import BurdenEntry
from triage.escalation.tables import Escalation
from triage.outbox import Occasion, Say
from triage.sla.timers import SlaTimer
from triage.tickets.models import Label, Prediction, Satisfaction, Ticket, TicketMessage, TimelineEntry
from triage.timers import Timer
from triage.vocabulary import BurdenKind, SayState, TicketStatus

When = ColumnElement[bool]
# Of what agents carried, the last weeks alone are kept.
_KEPT_LOAD = 35 * 250


def what_hangs_on(first: int, last: int, agent: int) -> Iterator[sa.Insert]:
    """One statement a table, or a few; all moments are the ticket's own."""
    new = Ticket.id.between(first, last)
    to_person = new & Ticket.escalated_at.is_not(None)
    claimed = new & Ticket.claimed_at.is_not(None)
    over = new & (Ticket.status == TicketStatus.CLOSED)
    yield from _story(new, to_person, claimed, over)
    yield from _understood(new, to_person & over, agent)
    yield from _said(new, to_person, over)
    yield from _came_in(new)
    yield from _promised(to_person, to_person & over)
    yield _each(
        BurdenEntry,
        claimed & Ticket.id.between(max(first, last - _KEPT_LOAD), last),
        person_id=Ticket.claimed_by_id,
        ticket_id=Ticket.id,
        kind=BurdenKind.HANDLED,
        at=Ticket.claimed_at,
        ended_at=Ticket.resolved_at,
        minutes=20.0,
        weight=1.0,
        after_hours=False,
        hostile=False,
    )


def _story(new: When, to_person: When, claimed: When, over: When) -> Iterator[sa.Insert]:
    yield _each(
        TicketMessage,
        new,
        team_id=Ticket.team_id,
        ticket_id=Ticket.id,
        channel_id=Ticket.channel_id,
        ts=Ticket.thread_ts,
        text=Ticket.question,
    )
    for what, status, at, when in (
        ("asked", TicketStatus.NEW, Ticket.asked_at, new),
        ("suggest", TicketStatus.SUGGESTED, Ticket.asked_at, new),
        ("escalate", TicketStatus.WAITING, Ticket.escalated_at, to_person),
        ("claim", TicketStatus.CLAIMED, Ticket.claimed_at, claimed),
        ("resolve", TicketStatus.RESOLVED, Ticket.resolved_at, over),
        ("close", TicketStatus.CLOSED, Ticket.closed_at, over),
    ):
        yield _each(
            TimelineEntry, when, ticket_id=Ticket.id, at=at, what=what, status=status, reason="", details={}
        )


def _understood(new: When, confirmed: When, agent: int) -> Iterator[sa.Insert]:
    yield _each(
        Prediction,
        new,
        ticket_id=Ticket.id,
        at=Ticket.asked_at,
        model_version="starter",
        category=Ticket.category,
        urgency=Ticket.urgency,
        category_confidence=0.8,
        urgency_confidence=0.7,
        verdict={},
        milliseconds=3.0,
    )
    for field, value in (("category", Ticket.category), ("urgency", Ticket.urgency)):
        yield _each(
            Label,
            confirmed,
            ticket_id=Ticket.id,
            field=field,
            value=cast(value, String(64)),
            predicted=cast(value, String(64)),
            source="resolved",
            by_id=agent,
            at=Ticket.resolved_at,
        )


def _said(new: When, to_person: When, over: When) -> Iterator[sa.Insert]:
    for occasion, when in ((Occasion.ANSWER, new), (Occasion.CARD, to_person), (Occasion.RATING, over)):
        yield _each(
            Say,
            when,
            team_id=Ticket.team_id,
            occasion=occasion,
            ticket_id=Ticket.id,
            address=Ticket.channel_id,
            params={},
            state=SayState.SENT,
            attempts=1,
            created_at=Ticket.asked_at,
            sent_at=Ticket.asked_at,
            sent_channel=Ticket.channel_id,
            sent_ts=Ticket.thread_ts,
        )
    yield _each(
        Satisfaction,
        over,
        ticket_id=Ticket.id,
        asked_at=Ticket.resolved_at,
        rating="great",
        rated_at=Ticket.resolved_at,
    )


def _came_in(new: When) -> Iterator[sa.Insert]:
    """The event, and the timer that would have handed the question over: both are done."""
    yield _each(
        InboxEvent,
        new,
        event_id=literal("EvGROWN") + cast(Ticket.id, String(32)),
        team_id=Ticket.team_id,
        type="message",
        body={},
        received_at=Ticket.asked_at,
        handled_at=Ticket.asked_at,
    )
    yield _each(
        Timer,
        new,
        kind="handover",
        ticket_id=Ticket.id,
        generation=0,
        due_at=Ticket.asked_at,
        done_at=Ticket.asked_at,
    )


def _promised(to_person: When, kept: When) -> Iterator[sa.Insert]:
    yield _each(
        SlaTimer,
        kept,
        team_id=Ticket.team_id,
        ticket_id=Ticket.id,
        promise="first_response",
        policy_version=0,
        urgency=Ticket.urgency,
        course="met",
        round=1,
        hours="always",
        spent_seconds=300.0,
        allowed_seconds=3600.0,
    )
    yield _each(
        Escalation,
        to_person,
        ticket_id=Ticket.id,
        generation=1,
        snapshot={},
        cannot_wait=False,
        level=0,
        round=1,
        asked=[],
        asked_here=0,
        passed=[],
        last_resorts=0,
        started_at=Ticket.escalated_at,
        ended_at=Ticket.claimed_at,
    )


def _each(table: type[Any], when: ColumnElement[bool], **values: Any) -> sa.Insert:
    """One row for each ticket that fits."""
    columns = table.__table__.c
    chosen = [
        value.label(name)
        if isinstance(value, ColumnElement | sa.orm.InstrumentedAttribute)
        else _plain(columns[name], value)
        for name, value in values.items()
    ]
    return insert(table).from_select(
        list(values), select(*chosen).where(when).order_by(Ticket.id), include_defaults=False
    )


def _plain(column: sa.Column[Any], value: Any) -> ColumnElement[Any]:
    return sa.type_coerce(literal(value, type_=column.type), column.type).label(column.name)

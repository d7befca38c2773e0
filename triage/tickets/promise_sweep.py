"""Promises whose time comes, and those that were reckoned by rules that changed since: found by looking."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from triage.policy import Policy
from triage.sla.timers import SlaTimer
from triage.tickets.models import Ticket
from triage.tickets.promises import hours_mark, reckon
from triage.vocabulary import OPEN_STATUSES, Promise, PromiseCourse, PromiseState, TicketStatus

_AT_ONCE = 100
_OPEN = (PromiseCourse.RUNNING, PromiseCourse.PAUSED)
_BEGUN = OPEN_STATUSES - {TicketStatus.NEW, TicketStatus.SUGGESTED}


def mend(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    """Reckons again where the desk's hours changed, an urgency was written past the mover, or nothing was kept yet
    (tickets from before there were promises)."""
    stale = or_(
        SlaTimer.id.is_(None),
        SlaTimer.hours != hours_mark(policy.opening),
        SlaTimer.urgency != Ticket.urgency,
        and_(SlaTimer.promise == Promise.FIRST_RESPONSE, Ticket.first_response_at.is_not(None)),
    )
    found = session.scalars(
        select(Ticket.id)
        .outerjoin(SlaTimer, SlaTimer.ticket_id == Ticket.id)
        .where(
            Ticket.team_id == team_id,
            Ticket.status.in_([str(status) for status in _BEGUN]),
            or_(SlaTimer.id.is_(None), SlaTimer.course.in_(_OPEN)),
            stale,
        )
        .distinct()
        .order_by(Ticket.id)
        .limit(_AT_ONCE)
    ).all()
    for ticket_id in found:
        # First the ticket, then its promises, as with every press.
        ticket = session.get_one(Ticket, ticket_id, with_for_update={"key_share": True})
        reckon(session, ticket, policy=policy, now=now)
    return len(found)


def fall_due(session: Session, team_id: str, *, now: datetime) -> list[tuple[int, PromiseState]]:
    """Tickets with a promise that is soon or late from now on, each once; somebody is to be told.

    Of two sweeps at once, one takes each. A ticket that somebody changes at this moment comes next time: who waits
    while holding others could be waited for.
    """
    due = session.execute(
        select(SlaTimer.id, SlaTimer.due_at)
        .where(SlaTimer.team_id == team_id, SlaTimer.course == PromiseCourse.RUNNING, _due(now))
        .order_by(SlaTimer.ticket_id, SlaTimer.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    fallen = []
    for timer_id, due_at in due:
        late = due_at is not None and due_at <= now
        values = {"warned_at": func.coalesce(SlaTimer.warned_at, now), "tell_at": now}
        taken = session.execute(
            update(SlaTimer)
            .where(SlaTimer.id == timer_id, SlaTimer.course == PromiseCourse.RUNNING, _due(now))
            .values(values | ({"breached_at": now} if late else {}))
            .returning(SlaTimer.ticket_id)
            .execution_options(synchronize_session=False)
        ).first()
        if taken is not None:
            fallen.append((taken[0], PromiseState.LATE if late else PromiseState.SOON))
    return fallen


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(SlaTimer.breached_at.is_(None), SlaTimer.due_at <= now),
        and_(SlaTimer.warned_at.is_(None), SlaTimer.warn_at <= now),
    )


def to_tell(session: Session, team_id: str, *, now: datetime) -> list[SlaTimer]:
    """Promises about which somebody is to be told now, for the one who calls to act on: nobody else gets them."""
    waiting = session.scalars(
        select(SlaTimer.id)
        .where(SlaTimer.team_id == team_id, SlaTimer.tell_at <= now)
        .order_by(SlaTimer.ticket_id, SlaTimer.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    taken = [
        session.execute(
            update(SlaTimer)
            .where(SlaTimer.id == timer_id, SlaTimer.tell_at <= now)
            .values(tell_at=None)
            .returning(SlaTimer.id)
            .execution_options(synchronize_session=False)
        ).scalar()
        for timer_id in waiting
    ]
    ids = [timer_id for timer_id in taken if timer_id is not None]
    rows = session.scalars(
        select(SlaTimer)
        .where(SlaTimer.id.in_(ids))
        .order_by(SlaTimer.ticket_id, SlaTimer.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)

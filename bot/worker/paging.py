"""Calling pagers outside Slack: durable, in order for each ticket, and given up where everybody sees it."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import select

from bot import request_id, tracing
from bot.metrics import PAGED_OUTSIDE
from bot.outbound.pagers.calling import PagerRefused, PagerTrouble
from bot.slack.desk import Desk
from bot.slack.speaking import NotYet
from kb.text import redact
from triage.escalation.alerts import Alert
from triage.escalation.tables import PagerAction, PagerCall
from triage.outbox import Occasion, say_to_desk
from triage.tickets import queries
from triage.tickets.models import Ticket
from triage.tickets.transition import note
from triage.vocabulary import SayState

log = structlog.get_logger(__name__)

# A page that nobody could be sent for so long has been told in the desk's channel instead.
_GIVE_UP_AFTER = timedelta(hours=2)
_DONE = (SayState.SENT, SayState.FAILED)


@dataclass(frozen=True)
class _Taken:
    pager: str
    alert: Alert
    trace: str | None


def call_pager(call_id: int, desk: Desk) -> None:
    """Safe to call again at any point: the service knows the ticket by its key. Raises `PagerTrouble` or `NotYet`
    to be called later."""
    taken = _take(call_id, desk)
    if taken is None:
        return
    with tracing.span("call_pager", under=taken.trace, call_id=call_id, pager=taken.pager):
        _send(call_id, taken, desk)


def _send(call_id: int, taken: _Taken, desk: Desk) -> None:
    pager = desk.pagers.get(taken.pager)
    try:
        if pager is None:
            raise PagerRefused(f"the pager “{taken.pager}” is not set up any more")
        pager.send(taken.alert)
    except PagerRefused as refused:
        _finish(call_id, desk, failed=str(refused))
    except PagerTrouble as trouble:
        if _too_late(call_id, desk):
            _finish(call_id, desk, failed=str(trouble))
            return
        log.warning("pager.waits", call_id=call_id, pager=taken.pager, error=str(trouble))
        raise
    else:
        _finish(call_id, desk)


def _take(call_id: int, desk: Desk) -> _Taken | None:
    """What to send; None where nothing is left to do. Raises `NotYet` where the call before is still on its way."""
    with desk.database.transaction() as session:
        row = session.get(PagerCall, call_id, with_for_update=True)
        if row is None or row.state in _DONE:
            return None
        calls = session.scalars(
            select(PagerCall).where(
                PagerCall.ticket_id == row.ticket_id,
                PagerCall.generation == row.generation,
                PagerCall.pager == row.pager,
            )
        ).all()
        if row.action is PagerAction.TRIGGER:
            if row.attempts == 0 and len(calls) > 1:
                # Claimed before it could be called: nobody needs to be woken any more.
                row.state, row.error = SayState.SENT, "overtaken"
                return None
        else:
            first = next(call for call in calls if call.action is PagerAction.TRIGGER)
            if first.state not in _DONE:
                raise NotYet("the pager is still to be called")
            if first.state is SayState.FAILED or first.error == "overtaken":
                row.state, row.error = SayState.SENT, "overtaken"
                return None
        row.state = SayState.SENDING
        row.attempts += 1
        ticket = session.get_one(Ticket, row.ticket_id)
        category = queries.category(session, ticket)
        alert = Alert(
            action=row.action,
            key=row.key,
            ticket_id=ticket.id,
            urgency=ticket.urgency,
            category=category.name if category else "",
            link=desk.ticket_link(ticket.id) or "",
            at=row.created_at,
            text=redact(ticket.question) if desk.pager_with_text else "",
        )
        request_id.go_on_as(row.request_id)
        return _Taken(row.pager, alert, row.trace)


def _too_late(call_id: int, desk: Desk) -> bool:
    with desk.database.reading() as session:
        return desk.clock() - session.get_one(PagerCall, call_id).created_at > _GIVE_UP_AFTER


def _finish(call_id: int, desk: Desk, *, failed: str = "") -> None:
    now = desk.clock()
    with desk.database.transaction() as session:
        row = session.get_one(PagerCall, call_id)
        row.state = SayState.FAILED if failed else SayState.SENT
        row.error, row.sent_at = failed[:200] or None, now
        ticket = session.get_one(Ticket, row.ticket_id)
        if failed:
            note(session, ticket, "pager_failed", now=now, reason=failed)
        if failed and row.action is PagerAction.TRIGGER:
            channel = ticket.card_channel or desk.policy_for(session, ticket.team_id).desk_channel
            say_to_desk(
                session,
                Occasion.DESK_NOTICE,
                ticket,
                channel=channel,
                now=now,
                notice="pager_failed",
                pager=row.pager,
                why=failed,
            )
        outcome = "failed" if failed else "sent"
        PAGED_OUTSIDE.labels(row.pager, row.action.value, outcome).inc()
        log.info("pager.called", call_id=call_id, pager=row.pager, action=row.action.value, outcome=outcome)

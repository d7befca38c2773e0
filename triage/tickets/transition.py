"""The only writer of a ticket's status: a compare-and-swap with a line in the timeline, in one transaction."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from triage.errors import CannotMove, TicketNotFound
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets import promises
from triage.tickets.lifecycle import next_status
from triage.tickets.models import Ticket, TimelineEntry
from triage.vocabulary import TicketAction, TicketStatus


def find(session: Session, ticket_id: int, *, team_id: str) -> Ticket:
    """The ticket as it is in the database now; raises `TicketNotFound`, also for another workspace's."""
    ticket = session.get(Ticket, ticket_id, populate_existing=True)
    if ticket is None or ticket.team_id != team_id:
        raise TicketNotFound(ticket_id)
    return ticket


def move(
    session: Session,
    ticket: Ticket,
    action: TicketAction,
    *,
    policy: Policy,
    now: datetime,
    actor: Person | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
    **changes: Any,
) -> Ticket:
    """Moves the ticket if it still has the status that this caller saw, and writes the line.

    `changes` are columns that change with the status. Raises `CannotMove` where the table says no or somebody
    else moved the ticket first; the error carries the status that it has now.
    """
    seen = ticket.status
    target = next_status(seen, action)
    if target is None:
        raise CannotMove(ticket.id, seen, action)
    session.flush()
    known = {"b_id": ticket.id, "b_seen": seen, "b_owner": ticket.claimed_by_id, "b_status": target}
    given = {f"b_{column}": value for column, value in changes.items()}
    moved = session.scalars(_swap(tuple(changes)), known | given).first()
    if moved is None:
        session.refresh(ticket)
        raise CannotMove(ticket.id, ticket.status, action)
    # What the desk promised depends on it: the timeline tells from when on which urgency held.
    details = {promises.URGENCY: str(ticket.urgency)} | (details or {})
    note(session, ticket, action, now=now, actor=actor, reason=reason, status=target, details=details)
    promises.reckon(session, ticket, policy=policy, now=now)
    return ticket


@cache
def _swap(changes: tuple[str, ...]) -> ReturningUpdate[Ticket]:
    """The compare-and-swap that sets these columns beside the status; there are a handful of such lists."""
    return (
        update(Ticket)
        .where(
            Ticket.id == bindparam("b_id"),
            Ticket.status == bindparam("b_seen"),
            # Between two claims of the same ticket the status is equal; the owner is not.
            Ticket.claimed_by_id.is_not_distinct_from(bindparam("b_owner")),
        )
        .values(status=bindparam("b_status"), **{column: bindparam(f"b_{column}") for column in changes})
        .returning(Ticket)
        # The ticket in hand becomes what the row is now, whatever else changed it.
        .execution_options(synchronize_session=False, populate_existing=True)
    )


def note(
    session: Session,
    ticket: Ticket,
    what: str,
    *,
    now: datetime,
    actor: Person | None = None,
    reason: str = "",
    status: TicketStatus | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Writes a line in the ticket's timeline."""
    session.add(
        TimelineEntry(
            ticket_id=ticket.id,
            at=now,
            actor_id=actor.id if actor else None,
            what=what,
            status=status,
            reason=reason[:500],
            details=details or {},
        )
    )

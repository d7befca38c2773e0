"""How much of agents' time a ticket cost, for deciding what is worth an article. Never shown by person.

A ticket costs the minutes during which an agent had it in hand: from claim to resolution, release or hold, within
opening hours. A claim taken while the desk was closed counts as it was, because somebody got up for it. Nobody works
on one ticket for two days: more than two hours in all are counted as two hours.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.sla.opening import OpeningHours
from triage.tickets.models import TimelineEntry
from triage.vocabulary import TicketStatus

MOST = timedelta(hours=2)
_AT_ONCE = 500


def minutes_in_hand(
    moves: list[tuple[datetime, TicketStatus]], *, opening: OpeningHours, now: datetime
) -> float:
    """From the moves of one ticket, oldest first. Pure."""
    total = timedelta(0)
    taken: datetime | None = None
    for at, status in [*moves, (now, None)]:
        if taken is not None:
            total += opening.open_time(taken, at) if opening.is_open(taken) else at - taken
        taken = at if status is TicketStatus.CLAIMED else None
    return round(min(total, MOST).total_seconds() / 60, 1)


def agents_minutes(
    session: Session, ticket_ids: Collection[int], *, opening: OpeningHours, now: datetime
) -> dict[int, float]:
    """Minutes by ticket; tickets that no agent ever had are not in it."""
    moves: defaultdict[int, list[tuple[datetime, TicketStatus]]] = defaultdict(list)
    ids = sorted(ticket_ids)
    for start in range(0, len(ids), _AT_ONCE):
        rows = session.execute(
            select(TimelineEntry.ticket_id, TimelineEntry.at, TimelineEntry.status)
            .where(
                TimelineEntry.ticket_id.in_(ids[start : start + _AT_ONCE]),
                TimelineEntry.status.is_not(None),
            )
            .order_by(TimelineEntry.ticket_id, TimelineEntry.id)
        )
        for ticket_id, at, status in rows:
            if status is not None:
                moves[ticket_id].append((at, status))
    costs = {id_: minutes_in_hand(known, opening=opening, now=now) for id_, known in moves.items()}
    return {id_: cost for id_, cost in costs.items() if cost > 0}

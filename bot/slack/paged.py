"""What a page needs to know beside the ticket: whom it is for, why them, and how it stands for them now."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.slack.desk import Desk
from bot.slack.views.pages import Paged
from triage.escalation import walk
from triage.escalation.asking import rest_of, would_wait
from triage.outbox import Occasion, Say
from triage.people.models import Person
from triage.tickets.labels import latest_prediction
from triage.tickets.models import Ticket, TimelineEntry
from triage.tickets.paged import CALMED, may_take_back, seen_for, still_asked
from triage.vocabulary import Urgency

_QUOTED = re.compile(r"“([^”]+)”")
_MOST_WORDS = 3


def paged(
    session: Session, row: Say, ticket: Ticket, desk: Desk, now: datetime, *, passed: bool = False
) -> Paged:
    """`row` is the page itself, also where it is brought up to date."""
    agent = session.get_one(Person, row.person_id)
    policy = desk.policy_for(session, ticket.team_id)
    under_way = walk.running(session, ticket)
    this_round = row.params.get("generation") == ticket.generation
    seen_by = session.get(Person, under_way.seen_by_id) if under_way and under_way.seen_by_id else None
    critical = ticket.urgency is Urgency.CRITICAL
    sure, words = _to_go_by(session, ticket) if critical else (None, ())
    rest = rest_of(session, agent, policy=policy, now=now) if critical else None
    return Paged(
        zone=ZoneInfo(agent.time_zone),
        at=row.created_at,
        why=str(row.params.get("why", "")),
        wait=timedelta(minutes=row.params.get("wait_minutes", 5)),
        seen_for=seen_for(ticket),
        sure=sure,
        words=words,
        rest_until=rest[1] if rest else None,
        can_put_off=critical
        and not (under_way is not None and under_way.cannot_wait)
        and would_wait(session, ticket, CALMED, policy=policy, now=now),
        knew=_worked_on_it(session, ticket, agent),
        loud=bool(row.params.get("loud")),
        passed=passed,
        asked_anew=not this_round or _newer(session, row, ticket),
        moved_on=under_way is not None
        and not row.params.get("loud")
        and agent.id not in still_asked(under_way),
        can_take_back=may_take_back(session, ticket, agent),
        seen=seen_by is not None and seen_by.id == agent.id,
        seen_by=seen_by.slack_id if seen_by is not None and seen_by.id != agent.id else None,
    )


def _newer(session: Session, row: Say, ticket: Ticket) -> bool:
    """Whether a later page asked the same person for the same ticket."""
    later = select(Say.id).where(
        Say.ticket_id == ticket.id,
        Say.occasion == Occasion.PAGE,
        Say.person_id == row.person_id,
        Say.id > row.id,
    )
    return session.scalars(later.limit(1)).first() is not None


def _to_go_by(session: Session, ticket: Ticket) -> tuple[float | None, tuple[str, ...]]:
    """How sure the reading was that raised it, and the asker's own words that drove it."""
    prediction = latest_prediction(session, ticket.id)
    if prediction is None or prediction.urgency != ticket.urgency:
        return None, ()
    reasons = " ".join(prediction.verdict.get("reasons", ())[1:])
    words = tuple(dict.fromkeys(_QUOTED.findall(reasons)))
    return prediction.urgency_confidence, words[:_MOST_WORDS]


def _worked_on_it(session: Session, ticket: Ticket, agent: Person) -> bool:
    claims = select(TimelineEntry.id).where(
        TimelineEntry.ticket_id == ticket.id,
        TimelineEntry.what == "claim",
        TimelineEntry.actor_id == agent.id,
    )
    return session.scalars(claims).first() is not None

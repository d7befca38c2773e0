"""A ticket's promises, reckoned from its timeline in the transaction that changed it.

The clock of both begins when a person is asked for: until then the bot's answer is all that was promised. It ends
with the first words of an agent in the thread (a claim is none, an account of how it was solved is), and with the
resolution. A requester who solves it alone leaves nothing to keep. A reopened ticket goes on where it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.policy import Policy
from triage.sla import clock
from triage.sla.clock import BusinessTime, Flow, Moment
from triage.sla.opening import OpeningHours
from triage.sla.targets import SlaPolicy
from triage.sla.timers import SlaTimer, timers_of
from triage.sla.versions import promises, promises_of
from triage.tickets.models import Ticket, TimelineEntry
from triage.vocabulary import Promise, PromiseCourse, TicketAction, TicketStatus, Urgency

FIRST_RESPONSE = "first_response"
# Where a line of the timeline says how urgent the ticket was from then on.
URGENCY = "urgency"

_FLOWS = {
    TicketStatus.WAITING: Flow.RUNS,
    TicketStatus.CLAIMED: Flow.RUNS,
    TicketStatus.DEFERRED: Flow.TO_OPENING,
    TicketStatus.ON_HOLD: Flow.PAUSED,
    TicketStatus.RESOLVED: Flow.OVER,
    TicketStatus.CLOSED: Flow.OVER,
}


@dataclass(frozen=True)
class Line:
    """What a promise needs to know of a line in the timeline."""

    at: datetime
    what: str
    status: TicketStatus | None = None
    urgency: Urgency | None = None
    by_agent: bool = False


@dataclass(frozen=True)
class Told:
    """One promise's story, and since when it was kept by an agent's words or work."""

    story: tuple[Moment, ...]
    met_at: datetime | None = None


def lines_of(ticket: Ticket, entries: Sequence[TimelineEntry]) -> list[Line]:
    """The timeline as values. Lines from before urgency was written down have none."""
    lines = [
        Line(
            at=entry.at,
            what=entry.what,
            status=entry.status,
            urgency=_urgency(entry),
            by_agent=entry.actor_id not in (None, ticket.requester_id),
        )
        for entry in entries
    ]
    given = ticket.first_response_at
    if given is not None and all(line.what != FIRST_RESPONSE for line in lines):
        # Known to the ticket alone, it must not be looked for in the timeline again and again.
        lines.append(Line(at=given, what=FIRST_RESPONSE, by_agent=True))
        lines.sort(key=lambda line: line.at)
    return lines


def _urgency(entry: TimelineEntry) -> Urgency | None:
    said = entry.details.get(URGENCY) or (entry.details.get("to") if entry.what == "told_impact" else None)
    return Urgency(said) if said else None


def told(lines: Sequence[Line], promise: Promise, *, usual: Urgency) -> Told:
    """The story of one promise. `usual` is the urgency where no line said one. Pure."""
    urgency = next((line.urgency for line in lines if line.urgency), usual)
    flow: Flow | None = None
    story: list[Moment] = []
    met_at: datetime | None = None
    for line in lines:
        urgency = line.urgency or urgency
        if (
            line.status is not None
            and (line.status in _FLOWS)
            and (flow or _FLOWS[line.status] is not Flow.OVER)
        ):
            flow = _FLOWS[line.status]
        if flow is None:
            continue
        reopened = line.what == TicketAction.REOPEN
        if reopened and promise is Promise.RESOLUTION:
            met_at = None
        if met_at is None and _meets(line, promise):
            met_at = line.at
        # Two lines of one transaction may be written in any order; time never runs backwards.
        at = max(line.at, story[-1].at) if story else line.at
        moment = Moment(at, Flow.OVER if met_at else flow, urgency, reopened and met_at is None)
        if (
            not story
            or moment.reopened
            or (moment.flow, moment.urgency) != (story[-1].flow, story[-1].urgency)
        ):
            story.append(moment)
    return Told(tuple(story), met_at)


def _meets(line: Line, promise: Promise) -> bool:
    resolved = line.status is TicketStatus.RESOLVED
    if promise is Promise.RESOLUTION:
        return resolved
    return line.what == FIRST_RESPONSE or (resolved and line.by_agent)


@dataclass(frozen=True)
class Reckoned:
    """How a promise stands by its story."""

    course: PromiseCourse
    urgency: Urgency
    spent_seconds: float
    allowed_seconds: float
    warn_at: datetime | None
    due_at: datetime | None
    over_at: datetime | None


def reckoned(
    known: Told, promise: Promise, sla: SlaPolicy, opening: OpeningHours, *, now: datetime
) -> Reckoned:
    """From a story that has begun. Pure."""
    story, last = known.story, known.story[-1]
    time = BusinessTime(opening, sla.around_the_clock)
    allowed = clock.allowed(story, time, sla.times(promise), grace=sla.grace)
    if known.met_at is not None:
        course = PromiseCourse.MET
    elif last.flow is Flow.OVER:
        course = PromiseCourse.VOID
    else:
        course = PromiseCourse.PAUSED if last.flow is Flow.PAUSED else PromiseCourse.RUNNING
    return Reckoned(
        course=course,
        urgency=last.urgency,
        spent_seconds=clock.elapsed(story, time, until=max(now, last.at)).total_seconds(),
        allowed_seconds=allowed.total_seconds(),
        warn_at=clock.reached_at(story, time, allowed * sla.warn_share),
        due_at=clock.reached_at(story, time, allowed),
        over_at=last.at if last.flow is Flow.OVER else None,
    )


def reckon(session: Session, ticket: Ticket, *, policy: Policy, now: datetime) -> None:
    """Brings the ticket's promises up to date. Called wherever its status, first response or urgency changes."""
    if ticket.escalated_at is None and ticket.claimed_at is None and ticket.generation == 0:
        return  # nobody asked for a person yet
    session.flush()
    entries = session.scalars(
        select(TimelineEntry).where(TimelineEntry.ticket_id == ticket.id).order_by(TimelineEntry.id)
    ).all()
    lines = _with_urgency(session, ticket, lines_of(ticket, entries), now=now)
    rows = {row.promise: row for row in timers_of(session, ticket.id)}
    version = next((row.policy_version for row in rows.values()), None)
    sla = (
        promises(session, ticket.team_id)
        if version is None
        else promises_of(session, ticket.team_id, version)
    )
    for promise in Promise:
        known = told(lines, promise, usual=ticket.urgency)
        if known.story:
            found = reckoned(known, promise, sla, policy.opening, now=now)
            _keep(
                session,
                ticket,
                promise,
                found,
                rows.get(promise),
                version=sla.version,
                opening=policy.opening,
            )
    session.flush()


def _with_urgency(session: Session, ticket: Ticket, lines: list[Line], *, now: datetime) -> list[Line]:
    """Where the urgency changed since the last line that names one, a line says so now."""
    before = next((line.urgency for line in reversed(lines) if line.urgency), None)
    if before is ticket.urgency or before is None:
        return lines
    session.add(
        TimelineEntry(
            ticket_id=ticket.id,
            at=now,
            what=URGENCY,
            reason="",
            details={URGENCY: str(ticket.urgency), "from": str(before)},
        )
    )
    return [*lines, Line(at=now, what=URGENCY, urgency=ticket.urgency)]


def _keep(
    session: Session,
    ticket: Ticket,
    promise: Promise,
    found: Reckoned,
    row: SlaTimer | None,
    *,
    version: int,
    opening: OpeningHours,
) -> None:
    values = vars(found) | {"hours": hours_mark(opening)}
    if row is None:
        session.add(
            SlaTimer(
                team_id=ticket.team_id,
                ticket_id=ticket.id,
                promise=promise,
                policy_version=version,
                round=ticket.reopened,
                **values,
            )
        )
        return
    for name, value in values.items():
        setattr(row, name, value)
    if row.round != ticket.reopened and row.open:
        row.round, row.warned_at, row.breached_at = ticket.reopened, None, None
    if not row.open:
        row.tell_at = None


def hours_mark(opening: OpeningHours) -> str:
    """The same for the same opening hours."""
    closed = (opening.closed.regions, sorted(day.isoformat() for day in opening.closed.own))
    return blake2b(repr((opening.zone.key, opening.spans, closed)).encode(), digest_size=8).hexdigest()


def stories(session: Session, ticket: Ticket) -> dict[Promise, Told]:
    """What each promise's clock went through; nothing where no person was asked for."""
    entries = session.scalars(
        select(TimelineEntry).where(TimelineEntry.ticket_id == ticket.id).order_by(TimelineEntry.id)
    ).all()
    lines = lines_of(ticket, entries)
    found = {promise: told(lines, promise, usual=ticket.urgency) for promise in Promise}
    return {promise: known for promise, known in found.items() if known.story}

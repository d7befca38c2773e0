"""What was promised for one ticket, how it stands, and when its clock ran: the part of its page that agents see."""

from dataclasses import dataclass
from datetime import datetime

from bot.slack import copy_sla
from bot.web.console.shell import Visit
from triage.sla.clock import BusinessTime, Flow, Stretch, stretches
from triage.sla.opening import OpeningHours
from triage.sla.targets import SlaPolicy, in_words
from triage.sla.timers import SlaTimer, Standing, standing, timers_of
from triage.sla.versions import promises_of
from triage.tickets.models import Ticket
from triage.tickets.promises import stories
from triage.vocabulary import PromiseCourse, Urgency

KEPT, NOT_KEPT, NOT_NEEDED = "Kept", "Late", "Not needed"
_FLOWS = {
    Flow.RUNS: "ran",
    Flow.TO_OPENING: "waited for opening",
    Flow.PAUSED: "stood still, on hold",
}


@dataclass(frozen=True)
class Part:
    """One stretch of the story; `counted` is how much of the allowed time it used."""

    start: datetime
    end: datetime | None
    what: str
    urgency: Urgency
    counted: str


@dataclass(frozen=True)
class Promised:
    name: str
    allowed: str
    how: Standing | None  # None once it is over
    ended: str
    ended_at: datetime | None
    parts: tuple[Part, ...]


def promised(visit: Visit, ticket: Ticket, *, opening: OpeningHours) -> list[Promised]:
    """Nothing for whoever asked: requesters are told waits, and no more."""
    if ticket.requester_id == visit.person.id:
        return []
    timers = timers_of(visit.session, ticket.id)
    if not timers:
        return []
    sla = promises_of(visit.session, ticket.team_id, timers[0].policy_version)
    known = stories(visit.session, ticket)
    time = BusinessTime(opening, sla.around_the_clock)
    return [
        _promised(
            timer,
            _counts(timer, sla, opening),
            [_part(one, time, visit.now) for one in stretches(known[timer.promise].story)],
            visit,
        )
        for timer in timers
        if timer.promise in known
    ]


def _promised(timer: SlaTimer, counts: str, parts: list[Part | None], visit: Visit) -> Promised:
    ended = {True: KEPT, False: NOT_KEPT, None: NOT_NEEDED if timer.course is PromiseCourse.VOID else ""}
    return Promised(
        name=copy_sla.PROMISE_NAME[timer.promise].capitalize(),
        allowed=in_words(timer.allowed) + counts,
        how=standing(timer, visit.now) if timer.open else None,
        ended=ended[timer.kept],
        ended_at=timer.over_at,
        parts=tuple(part for part in parts if part is not None),
    )


def _counts(timer: SlaTimer, sla: SlaPolicy, opening: OpeningHours) -> str:
    if opening.always:
        return ""
    return " around the clock" if timer.urgency in sla.around_the_clock else " of opening hours"


def _part(stretch: Stretch, time: BusinessTime, now: datetime) -> Part | None:
    what = _FLOWS.get(stretch.moment.flow)
    if what is None:
        return None
    until = stretch.end or max(now, stretch.start)
    counted = time.hours(stretch.moment).open_time(stretch.start, until) if stretch.counts else None
    return Part(
        stretch.start,
        stretch.end,
        what,
        stretch.moment.urgency,
        in_words(counted) if counted is not None else "",
    )

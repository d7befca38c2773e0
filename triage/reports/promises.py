"""How the desk kept its promises: the share met, by urgency and month. Of the desk as a whole, never of a person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.sla.timers import SlaTimer
from triage.vocabulary import Promise, PromiseCourse, Urgency

MONTHS = 12


@dataclass(frozen=True)
class Outcome:
    """One promise that is over, kept or not."""

    promise: Promise
    urgency: Urgency
    over_at: datetime
    kept: bool


@dataclass(frozen=True)
class Kept:
    """Of `count` promises that ended in this month, `kept` were kept."""

    promise: Promise
    urgency: Urgency
    month: date
    kept: int
    count: int

    @property
    def share(self) -> float:
        return self.kept / self.count


def kept_by_month(outcomes: Iterable[Outcome], *, zone: ZoneInfo) -> list[Kept]:
    """Months of the desk's zone, oldest first; a month in which nothing ended is left out. Pure."""
    counts: defaultdict[tuple[date, Promise, Urgency], list[bool]] = defaultdict(list)
    for one in outcomes:
        month = one.over_at.astimezone(zone).date().replace(day=1)
        counts[month, one.promise, one.urgency].append(one.kept)
    order = sorted(counts, key=lambda key: (key[0], list(Promise).index(key[1]), -key[2].rank))
    return [
        Kept(
            promise,
            urgency,
            month,
            sum(counts[month, promise, urgency]),
            len(counts[month, promise, urgency]),
        )
        for month, promise, urgency in order
    ]


def kept(
    session: Session, team_id: str, *, zone: ZoneInfo, now: datetime, months: int = MONTHS
) -> list[Kept]:
    """This month and those before it. What was solved before anybody was needed counts neither way."""
    since = _first_of(now, zone, months)
    rows = session.execute(
        select(
            SlaTimer.promise,
            SlaTimer.urgency,
            SlaTimer.over_at,
            SlaTimer.spent_seconds <= SlaTimer.allowed_seconds,
        ).where(SlaTimer.team_id == team_id, SlaTimer.over_at >= since, SlaTimer.course == PromiseCourse.MET)
    )
    outcomes = (Outcome(promise, urgency, at, bool(ok)) for promise, urgency, at, ok in rows if at)
    return kept_by_month(outcomes, zone=zone)


def _first_of(now: datetime, zone: ZoneInfo, months: int) -> datetime:
    day = now.astimezone(zone).date().replace(day=1)
    for _ in range(months - 1):
        day = (day - timedelta(days=1)).replace(day=1)
    return datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)

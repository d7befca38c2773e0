"""Who stands in for somebody is asked less afterwards: once the time has passed, it is written to their load.

Seen by nobody but themselves. Of an exchange each side did one shift for another, so neither owes anything.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.care.load import credit_cover
from triage.care.profile import profile_of
from triage.effects import first_time, seen
from triage.oncall.protection import at_night
from triage.oncall.swap_tables import Swap
from triage.people.models import Person
from triage.policy import Policy
from triage.vocabulary import DutyRole, SwapState

# What ended longer ago counts no more, or soon would not.
_LATELY = timedelta(days=2)
_A_STEP = timedelta(minutes=15)
_MINUTE = timedelta(minutes=1)


def credit_covers(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    """A duty. One-way favours only, and not those that were undone: these never reached their end."""
    ended = session.scalars(
        select(Swap).where(
            Swap.team_id == team_id,
            Swap.state == SwapState.ACCEPTED,
            Swap.role != DutyRole.SHADOW,
            Swap.counter_start.is_(None),
            Swap.end <= now,
            Swap.end > now - _LATELY,
        )
    ).all()
    return sum(_credit(session, swap, policy=policy, now=now) for swap in ended)


def _credit(session: Session, swap: Swap, *, policy: Policy, now: datetime) -> int:
    key = f"swap:{swap.id}:credit"
    if swap.taker_id is None or seen(session, key) or not first_time(session, key, now=now):
        return 0
    taker = session.get_one(Person, swap.taker_id)
    night = _at_night(session, taker, swap.start, swap.end, policy=policy)
    day = (swap.end - swap.start) - night
    for stretch, dark in ((day, False), (night, True)):
        if stretch:
            credit_cover(session, taker, stretch / _MINUTE, rules=policy.care, now=now, at_night=dark)
    return 1


def _at_night(
    session: Session, person: Person, start: datetime, end: datetime, *, policy: Policy
) -> timedelta:
    """How much of it lies in the night of whoever stood in, to the quarter of an hour."""
    profile = profile_of(session, person, rules=policy.care)
    dark = timedelta(0)
    at = start
    while at < end:
        step = min(_A_STEP, end - at)
        if at_night(at, profile.zone, policy.care, quiet=profile.quiet):
            dark += step
        at += step
    return dark

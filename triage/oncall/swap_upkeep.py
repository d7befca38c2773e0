"""What becomes of swaps by themselves: the rota changed under them, nobody took them, their time has come."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.audit import record
from triage.effects import first_time, seen
from triage.oncall.cover import take_back
from triage.oncall.history import lock_rota
from triage.oncall.overrides import overrides_of
from triage.oncall.rules import CareRules
from triage.oncall.swap_moves import (
    Rota,
    bring_up_to_date,
    pieces,
    settle,
    tell,
)
from triage.oncall.swap_tables import Swap, SwapAsk
from triage.oncall.swaps import offers, tell_asked
from triage.people.models import Person
from triage.policy import Policy
from triage.vocabulary import SwapState


def reconsider(
    session: Session, schedule_id: int, *, now: datetime, rules: CareRules | None = None
) -> list[Swap]:
    """After an edit of the rota: what was offered and is not the owner's any more, and what was agreed and no longer
    works, has to be asked again. Both are told. Returns those swaps.

    In the order in which they were agreed, because a later one may rest upon an earlier one.
    """
    touching = (Swap.schedule_id == schedule_id) | (Swap.counter_schedule_id == schedule_id)
    open_ones = session.scalars(
        select(Swap)
        .where(
            touching,
            Swap.state.in_((SwapState.OFFERED, SwapState.ACCEPTED)),
            Swap.start > now,
        )
        .order_by(Swap.settled_at.is_(None), Swap.settled_at, Swap.id)
    ).all()
    if open_ones:
        lock_rota(session, open_ones[0].team_id)
    return [swap for swap in open_ones if _asked_again(session, swap, rules=rules or CareRules(), now=now)]


def _asked_again(session: Session, swap: Swap, *, rules: CareRules, now: datetime) -> bool:
    if still_holds(session, swap, rules=rules, now=now):
        return False
    taker = session.get(Person, swap.taker_id) if swap.taker_id else None
    if not settle(session, swap, SwapState.ASK_AGAIN, now=now):
        return False
    take_back(session, swap, by=None, now=now)
    record(
        session,
        "swap.asked_again",
        by=None,
        team_id=swap.team_id,
        now=now,
        swap_id=swap.id,
        schedule_id=swap.schedule_id,
    )
    bring_up_to_date(session, swap, now=now)
    for person in (session.get_one(Person, swap.owner_id), taker):
        if person is not None:
            tell(session, person, "swap_ask_again", swap, now=now)
    return True


def still_holds(session: Session, swap: Swap, *, rules: CareRules, now: datetime) -> bool:
    """Whether it could be agreed today just as it was; for an open offer, whether the shift is still the owner's."""
    wanted = pieces(swap, swap.taker_id or swap.owner_id)
    rota = Rota(session, swap.team_id, wanted, rules=rules)
    if swap.taker_id is None:
        return rota.owned(wanted[0])
    # As it was before: without its own overrides, and without what was agreed upon it since.
    own = [override.id for override in overrides_of(session, swap.origin, team_id=swap.team_id)]
    if not own:
        return False
    later = {override.id for plan in rota.plans for override in plan.overrides if override.id >= min(own)}
    return rota.hindrance(wanted, now=now, forget=later) is None


def look_after_swaps(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    """A duty: offers lapse when the shift begins; a day before, the owner hears that they are still on; and whoever
    slept or rested when they were asked is asked now."""
    done = 0
    for swap in offers(session, team_id):
        if swap.start <= now:
            done += _lapse(session, swap, now=now)
        else:
            done += _remind(session, swap, policy=policy, now=now)
            done += _ask_late(session, swap, policy=policy, now=now)
    return done


def _lapse(session: Session, swap: Swap, *, now: datetime) -> int:
    """Nobody took it: the owner is on."""
    if not settle(session, swap, SwapState.LAPSED, now=now):
        return 0
    bring_up_to_date(session, swap, now=now)
    tell(session, session.get_one(Person, swap.owner_id), "swap_lapsed", swap, now=now)
    return 1


def _remind(session: Session, swap: Swap, *, policy: Policy, now: datetime) -> int:
    key = f"swap:{swap.id}:untaken"
    due = swap.start - policy.care.swap_told_before
    # Offered on the last day: whoever offers it knows.
    if now < due or swap.offered_at >= due or seen(session, key) or not first_time(session, key, now=now):
        return 0
    tell(session, session.get_one(Person, swap.owner_id), "swap_untaken", swap, now=now)
    return 1


def _ask_late(session: Session, swap: Swap, *, policy: Policy, now: datetime) -> int:
    untold = session.scalars(
        select(SwapAsk.person_id).where(SwapAsk.swap_id == swap.id, SwapAsk.told_at.is_(None)).limit(1)
    ).first()
    return 0 if untold is None else tell_asked(session, swap, rules=policy.care, now=now)

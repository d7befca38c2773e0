"""Emergency cover: somebody stands in for a colleague who can't click. It is logged, told, and can be undone."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.audit import record
from triage.errors import NotAllowed
from triage.oncall.history import lock_rota
from triage.oncall.overrides import overrides_of, remove_override
from triage.oncall.plan import Shift
from triage.oncall.rules import CareRules
from triage.oncall.swap_errors import OutsideTheShift, SwapOver
from triage.oncall.swap_moves import (
    bring_up_to_date,
    find,
    must_be_possible,
    settle,
    tell,
    write_overrides,
)
from triage.oncall.swap_tables import Swap
from triage.people.access import Permission, may, require
from triage.people.models import Person
from triage.vocabulary import Role, SwapState


def cover_now(
    session: Session,
    shift: Shift,
    *,
    taker: Person,
    by: Person | None,
    now: datetime,
    rules: CareRules | None = None,
) -> Swap:
    """The taker is on for the rest of the shift, from now. Agents arrange it for themselves, admins for anybody.

    Whoever is covered does not have to agree: they may be ill or asleep. They are told, the admins too, and until it
    ends it can be undone. The taker is protected as in any swap: raises `SwapNotPossible`.
    """
    if by is not None:
        require(by.role, Permission.SWAP_SHIFTS if by.id == taker.id else Permission.ARRANGE_COVER)
    if shift.end <= now:
        raise OutsideTheShift("it is over")
    lock_rota(session, taker.team_id)
    swap = Swap(
        team_id=taker.team_id,
        state=SwapState.OFFERED,
        owner_id=shift.person_id,
        by_id=by.id if by else None,
        emergency=True,
        schedule_id=shift.schedule_id,
        role=shift.role,
        occurrence=shift.occurrence,
        start=max(shift.start, now),
        end=shift.end,
        offered_at=now,
    )
    must_be_possible(session, swap, taker=taker, rules=rules or CareRules(), now=now)
    session.add(swap)
    session.flush()
    settle(session, swap, SwapState.ACCEPTED, now=now, taker=taker)
    write_overrides(session, swap, taker=taker, by=by, now=now)
    _log(session, "cover.arranged", swap, by=by, now=now)
    for person in _told(session, swap):
        tell(session, person, "cover_arranged", swap, now=now)
    return swap


def undo_cover(session: Session, swap_id: int, *, by: Person, now: datetime) -> Swap:
    """The covered one is on again, from now. Either of the two may, whoever arranged it, and admins.

    Raises `SwapOver` once it has ended. Undone twice changes nothing.
    """
    lock_rota(session, by.team_id)
    swap = find(session, swap_id, team_id=by.team_id)
    if by.id not in (swap.owner_id, swap.taker_id, swap.by_id) and not may(by.role, Permission.ARRANGE_COVER):
        raise NotAllowed(Permission.ARRANGE_COVER)
    if swap.state is SwapState.UNDONE:
        return swap
    if not swap.emergency or swap.state is not SwapState.ACCEPTED or swap.end <= now:
        raise SwapOver(swap.id, swap.state)
    settle(session, swap, SwapState.UNDONE, now=now)
    take_back(session, swap, by=by, now=now)
    _log(session, "cover.undone", swap, by=by, now=now)
    bring_up_to_date(session, swap, now=now)
    for person in _told(session, swap):
        if person.id != by.id:
            tell(session, person, "cover_undone", swap, now=now)
    return swap


def take_back(session: Session, swap: Swap, *, by: Person | None, now: datetime) -> None:
    """Its overrides go; what they did before this moment stays done."""
    for override in overrides_of(session, swap.origin, team_id=swap.team_id):
        remove_override(session, override.id, by=by, now=now)


def _log(session: Session, what: str, swap: Swap, *, by: Person | None, now: datetime) -> None:
    record(
        session,
        what,
        by=by,
        team_id=swap.team_id,
        now=now,
        swap_id=swap.id,
        schedule_id=swap.schedule_id,
        owner_id=swap.owner_id,
        taker_id=swap.taker_id,
    )


def _told(session: Session, swap: Swap) -> list[Person]:
    """The two of them, and every admin: cover is nobody's secret."""
    return list(
        session.scalars(
            select(Person)
            .where(
                Person.team_id == swap.team_id,
                Person.id.in_((swap.owner_id, swap.taker_id)) | (Person.role == Role.ADMIN),
            )
            .order_by(Person.id)
        )
    )

"""Somebody else is on than the rules say. What was on before now stays recorded, whatever is added or taken away."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.audit import record
from triage.errors import NotAllowed, TriageError
from triage.oncall.history import lock_rota, mark_changed, record_past
from triage.oncall.pieces import less, united
from triage.oncall.plan import Override, Plan
from triage.oncall.plans import plan_for, schedule
from triage.oncall.rotation import Interval
from triage.oncall.schedule_tables import OverrideRow, ScheduleRow
from triage.oncall.shifts import resolve
from triage.oncall.stored import absences_of, as_override
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.people.roster import let_answer
from triage.vocabulary import DutyRole, OverrideKind

# A form that took a moment to fill in means now.
_GRACE = timedelta(minutes=1)


class OverrideRefused(TriageError):
    """An override that cannot be; the sentence says why and what would do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def add_override(
    session: Session,
    schedule_id: int,
    *,
    kind: OverrideKind,
    role: DutyRole,
    start: datetime,
    end: datetime,
    person: Person | None = None,
    instead_of: Person | None = None,
    origin: str = "",
    by: Person | None,
    now: datetime,
) -> Override:
    """By hand, admins only; with an `origin` (a swap, a cover) whoever calls has looked at who may.

    Raises `OverrideRefused`, `NoSuchSchedule`.
    """
    if by is not None and not origin:
        require(by.role, Permission.SET_ONCALL)
    _check(kind, start, end, person, instead_of, now)
    team_id = schedule(session, schedule_id).team_id
    _must_be_here(by, team_id)
    lock_rota(session, team_id)
    record_past(session, schedule_id, now=now)
    row = OverrideRow(
        schedule_id=schedule_id,
        kind=kind,
        role=role,
        start=max(start, now),
        end=end,
        person_id=person.id if person else None,
        instead_of_id=instead_of.id if instead_of else None,
        origin=origin,
        created_by_id=by.id if by else None,
        created_at=now,
    )
    refuse_overlap(plan_for(session, schedule_id, start=row.start, end=end), as_override(row))
    if person is not None:
        # Swaps and covers see to that themselves, with words for either side.
        if not origin and absences_of(session, [person.id], start=row.start, end=end):
            raise OverrideRefused("They have time off then. Choose somebody else, or another time.")
        let_answer(session, person, by=by, now=now)
    session.add(row)
    _told(session, row, "override.added", by=by, team_id=team_id, now=now)
    return as_override(row)


def remove_override(session: Session, override_id: int, *, by: Person | None, now: datetime) -> bool:
    """From now on the rules say again who is on; says whether it was still in force."""
    row = session.get(OverrideRow, override_id, populate_existing=True)
    if row is None or row.removed_at is not None or row.end <= now:
        return False
    if by is not None and not row.origin:
        require(by.role, Permission.SET_ONCALL)
    team_id = session.get_one(ScheduleRow, row.schedule_id).team_id
    _must_be_here(by, team_id)
    lock_rota(session, team_id)
    record_past(session, row.schedule_id, now=now)
    row.removed_at = now
    _told(session, row, "override.removed", by=by, team_id=team_id, now=now)
    return True


def remove_by_hand(
    session: Session, schedule_id: int, override_id: int, *, by: Person | None, now: datetime
) -> bool:
    """The same for one that somebody made by hand in this schedule. What a swap or cover put into force goes with it:
    raises `OverrideRefused`, or the swap would go on believing in it."""
    row = session.get(OverrideRow, override_id)
    if row is None or row.schedule_id != schedule_id:
        return False
    if row.origin:
        raise OverrideRefused("That came of a swap or of cover. Undo it there.")
    return remove_override(session, override_id, by=by, now=now)


def overrides_of(session: Session, origin: str, *, team_id: str) -> list[Override]:
    """What one swap or cover put into force and is not taken away, in the order in which it was."""
    rows = session.scalars(
        select(OverrideRow)
        .join(ScheduleRow, ScheduleRow.id == OverrideRow.schedule_id)
        .where(ScheduleRow.team_id == team_id, OverrideRow.origin == origin, OverrideRow.removed_at.is_(None))
        .order_by(OverrideRow.id)
    )
    return [as_override(row) for row in rows]


def _must_be_here(by: Person | None, team_id: str) -> None:
    if by is not None and by.team_id != team_id:
        raise NotAllowed(Permission.SET_ONCALL)


def _told(
    session: Session, row: OverrideRow, what: str, *, by: Person | None, team_id: str, now: datetime
) -> None:
    session.flush()
    if not row.origin:
        # A swap looks after itself; by hand, swaps already agreed may have lost their shift.
        mark_changed(session, row.schedule_id, now=now)
    record(
        session,
        what,
        by=by,
        team_id=team_id,
        now=now,
        override_id=row.id,
        schedule_id=row.schedule_id,
        kind=row.kind.value,
    )


def _check(
    kind: OverrideKind,
    start: datetime,
    end: datetime,
    person: Person | None,
    instead_of: Person | None,
    now: datetime,
) -> None:
    if end <= start:
        raise OverrideRefused("That ends before it begins. Choose an end after the start.")
    if end <= now or start < now - _GRACE:
        raise OverrideRefused("That begins in the past. Let it start now or later.")
    if kind is OverrideKind.REMOVE:
        if instead_of is None:
            raise OverrideRefused("It does not say who is off. Choose a person.")
    elif person is None:
        raise OverrideRefused("It does not say who is on. Choose a person.")
    elif instead_of is not None and person.id == instead_of.id:
        raise OverrideRefused("Nobody can stand in for themselves. Choose two people.")


def refuse_overlap(plan: Plan, new: Override) -> None:
    """Two overrides at one time are clear only where one builds on the other, or each is about another person."""
    others = [
        other
        for other in plan.overrides
        if other.role is new.role and other.start < new.end and new.start < other.end
    ]
    times = _on(plan, new)
    if any(_unclear(new, other, times) for other in others):
        raise OverrideRefused(
            "Another override holds at that time already. Take it away first, or choose another time."
        )
    if new.instead_of is not None and not times:
        raise OverrideRefused(
            "They are not on at that time, so nobody can stand in for them. Look at the rota."
        )


def _unclear(new: Override, other: Override, times: list[Interval]) -> bool:
    if new.kind is OverrideKind.ADD or new.instead_of is None:
        return True
    if other.person_id == new.instead_of:
        return False  # it builds on the other
    if other.kind is OverrideKind.ADD or other.instead_of is None:
        return True
    if other.instead_of != new.instead_of:
        return False
    # About the same person: only where they were given the shift back.
    both = [(max(new.start, other.start), min(new.end, other.end))]
    return list(less(both, times)) == both


def _on(plan: Plan, new: Override) -> list[Interval]:
    """When the one whom the override is about is on, as if they were not away: one may stand in for that, too."""
    there = tuple(absence for absence in plan.absences if absence.person_id != new.instead_of)
    return united(
        (shift.start, shift.end)
        for shift in resolve(replace(plan, absences=there), new.start, new.end)
        if shift.role is new.role and shift.person_id == new.instead_of
    )

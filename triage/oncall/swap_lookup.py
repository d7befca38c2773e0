"""Which shifts somebody could offer, and which need somebody: as they stand in the rota, also while people are away."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from triage.oncall.plan import Plan, Shift
from triage.oncall.plans import plans
from triage.oncall.shifts import resolve
from triage.oncall.swap_errors import NotYourShift
from triage.oncall.swap_moves import there
from triage.people.models import Person
from triage.vocabulary import DutyRole

# A turn of a month that is running now is read whole.
_MARGIN = timedelta(days=32)
OFFERED_AHEAD = timedelta(days=60)
COVERED_AHEAD = timedelta(days=2)


def shifts_to_offer(session: Session, person: Person, *, now: datetime) -> list[Shift]:
    """What is theirs and not over, their time off or not: that may be why they offer it."""
    return [
        shift
        for shift in _whole(
            session, person.team_id, now, OFFERED_AHEAD, lambda plan: there(plan, {person.id})
        )
        if shift.person_id == person.id
    ]


def shifts_to_cover(
    session: Session, person: Person, *, now: datetime, for_others: bool = False
) -> list[Shift]:
    """What others are on for now and in the next days, also where they are away and nobody is.

    Nothing for which this person is busy with a shift of their own, unless they arrange it `for_others`.
    """
    found = _whole(session, person.team_id, now, COVERED_AHEAD, _as_if_all_were_there)
    own = [] if for_others else [shift for shift in found if shift.person_id == person.id]
    return [
        shift
        for shift in found
        if shift.person_id != person.id
        and shift.role is not DutyRole.SHADOW
        and not any(mine.start < shift.end and max(shift.start, now) < mine.end for mine in own)
    ]


def the_shift(
    session: Session, team_id: str, schedule_id: int, role: DutyRole, occurrence: str, start: datetime
) -> Shift:
    """The shift that a form or a link names, as it stands now; raises `NotYourShift` where it moved since."""
    for plan in plans(session, team_id, start=start - _MARGIN, end=start + _MARGIN):
        if plan.schedule.id != schedule_id:
            continue
        for shift in resolve(_as_if_all_were_there(plan), start - _MARGIN, start + _MARGIN):
            if (shift.role, shift.occurrence, shift.start) == (role, occurrence, start):
                return shift
    raise NotYourShift(f"no shift {occurrence} at {start} in schedule {schedule_id}")


def _as_if_all_were_there(plan: Plan) -> Plan:
    return there(plan, {absence.person_id for absence in plan.absences})


def _whole(
    session: Session, team_id: str, now: datetime, ahead: timedelta, seen_as: Callable[[Plan], Plan]
) -> list[Shift]:
    found = [
        shift
        for plan in plans(session, team_id, start=now - _MARGIN, end=now + ahead + _MARGIN)
        for shift in resolve(seen_as(plan), now - _MARGIN, now + ahead + _MARGIN)
        if shift.end > now and shift.start < now + ahead
    ]
    return sorted(found, key=lambda shift: (shift.start, shift.schedule_id, shift.role))

"""What handoffs do by themselves: begin when a shift ends, close half an hour later, thank whoever may be told."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from triage.care.handoff import begin, lock_left_over, settle
from triage.care.handoff_tables import Handoff, Thanks
from triage.oncall.plan import Plan, Shift
from triage.oncall.plans import plans
from triage.oncall.shifts import resolve
from triage.oncall.signing_off import SignedOff, sign_off, sign_on, silences
from triage.outbox import Occasion, say_to
from triage.people.models import Person
from triage.policy import Policy
from triage.vocabulary import DutyRole

# An end that nobody saw for so long (the desk stood still) is no handoff any more.
_SEEN_WITHIN = timedelta(hours=6)
# A shift is looked at whole, but for turns of more than a day, whose beginning does not matter here.
_BEFORE = timedelta(hours=24)
# The next shift of who leaves is looked for so far ahead.
_AHEAD = timedelta(days=60)
_AN_INSTANT = timedelta(microseconds=1)


def look_after_handoffs(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    """A duty. A desk without schedules has no shifts, so nothing happens there by itself but what was begun by hand."""
    found = plans(session, team_id, start=now - _BEFORE, end=now + timedelta(minutes=1))
    shifts = [shift for plan in found for shift in _answering(plan, now - _BEFORE, now + _AN_INSTANT)]
    done = _welcome(session, {shift.person_id for shift in shifts if shift.holds(now)}, now=now)
    done += sum(
        _ended(session, shift, shifts, policy=policy, now=now)
        for shift in _unseen(session, team_id, shifts, now)
    )
    return (
        done
        + _settle_due(session, team_id, shifts, policy=policy, now=now)
        + _tell_thanks(session, team_id, now=now)
    )


def _answering(plan: Plan, start: datetime, end: datetime) -> list[Shift]:
    """A shadow answers for nothing, and has nothing to hand over."""
    return [shift for shift in resolve(plan, start, end) if shift.role is not DutyRole.SHADOW]


def _key(shift: Shift) -> str:
    return f"{shift.schedule_id}:{shift.role}:{shift.person_id}:{shift.end.isoformat()}"


def _unseen(session: Session, team_id: str, shifts: list[Shift], now: datetime) -> list[Shift]:
    """Shifts that ended a while ago at the most, and whose owner went off then."""
    since = now - _SEEN_WITHIN
    ended = [
        shift
        for shift in shifts
        if since < shift.end <= now
        and not any(other.person_id == shift.person_id and other.holds(shift.end) for other in shifts)
    ]
    if not ended:
        return []
    seen = set(session.scalars(select(Handoff.key).where(Handoff.team_id == team_id, Handoff.at > since)))
    return [shift for shift in ended if _key(shift) not in seen]


def _ended(session: Session, shift: Shift, shifts: list[Shift], *, policy: Policy, now: datetime) -> int:
    leaver = session.get_one(Person, shift.person_id)
    incomer = _incomer(session, shift, shifts)
    handoff = begin(
        session,
        leaver,
        incomer,
        key=_key(shift),
        schedule_id=shift.schedule_id,
        began=shift.start,
        at=shift.end,
        policy=policy,
        now=now,
    )
    if handoff is None:
        return 0
    if not any(other.person_id == leaver.id and other.holds(now) for other in shifts):
        sign_off(session, leaver, until=_next_shift(session, leaver, policy=policy, now=now), now=now)
    return 1


def _incomer(session: Session, shift: Shift, shifts: list[Shift]) -> Person | None:
    """Who is on when it ends: in the same role, else in the same schedule, else anywhere."""
    on = [other for other in shifts if other.holds(shift.end) and other.person_id != shift.person_id]
    on.sort(
        key=lambda other: (other.schedule_id != shift.schedule_id, other.role is not shift.role, other.start)
    )
    return session.get_one(Person, on[0].person_id) if on else None


def _next_shift(session: Session, person: Person, *, policy: Policy, now: datetime) -> datetime:
    """Where none is planned, a night's rest."""
    coming = [
        shift.start
        for plan in plans(session, person.team_id, start=now, end=now + _AHEAD)
        for shift in _answering(plan, now, now + _AHEAD)
        if shift.person_id == person.id and shift.start > now
    ]
    return min(coming, default=now + policy.care.between_shifts)


def _welcome(session: Session, on: set[int], *, now: datetime) -> int:
    """Whoever is on may be spoken to, also where the rota changed since they signed off."""
    silent = silences(session, on, now)
    for person_id in silent:
        sign_on(session, session.get_one(Person, person_id), now=now)
    return len(silent)


def _settle_due(session: Session, team_id: str, shifts: list[Shift], *, policy: Policy, now: datetime) -> int:
    due = session.scalars(
        select(Handoff).where(
            Handoff.team_id == team_id, Handoff.settled_at.is_(None), Handoff.returns_at <= now
        )
    ).all()
    on = {shift.person_id for shift in shifts if shift.holds(now)}
    lock_left_over(session, due)
    for handoff in due:
        # Handed over by hand, they wanted it so; otherwise whoever is back on keeps their own.
        keep = handoff.schedule_id is not None and handoff.leaver_id in on
        settle(session, handoff, policy=policy, now=now, keep=keep)
    return len(due)


def _tell_thanks(session: Session, team_id: str, *, now: datetime) -> int:
    """After sign-off there is silence, for kind words too: they come when the next shift begins."""
    silent = select(SignedOff.person_id).where(SignedOff.at <= now, SignedOff.until > now)
    waiting = session.scalars(
        select(Thanks)
        .join(Person, Person.id == Thanks.to_id)
        .where(Person.team_id == team_id, Thanks.told_at.is_(None), ~Thanks.to_id.in_(silent))
    ).all()
    return sum(_told(session, thanks, now=now) for thanks in waiting)


def _told(session: Session, thanks: Thanks, *, now: datetime) -> int:
    first = session.execute(
        update(Thanks)
        .where(
            Thanks.handoff_id == thanks.handoff_id,
            Thanks.from_id == thanks.from_id,
            Thanks.told_at.is_(None),
        )
        .values(told_at=now)
        .execution_options(synchronize_session=False)
    )
    if first.rowcount:  # type: ignore[attr-defined]
        to = session.get_one(Person, thanks.to_id)
        say_to(session, Occasion.DIRECT, to, now=now, notice="handoff_thanks", from_id=thanks.from_id)
    return int(first.rowcount)  # type: ignore[attr-defined]

"""What the rota does by itself: it remembers who was on, says early what is wrong ahead, and looks again at swaps
after an edit."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triage.care.profile import profiles
from triage.effects import first_time, seen
from triage.oncall.history import forget_absences, record_when_due
from triage.oncall.look_ahead import look_ahead
from triage.oncall.protection import in_quiet_hours
from triage.oncall.schedule_tables import AbsenceRow, ScheduleRow
from triage.oncall.swap_upkeep import reconsider
from triage.outbox import Occasion, say_to
from triage.people.models import Person
from triage.policy import Policy
from triage.vocabulary import Role

# One message says so many things; the rest stands on the look-ahead's screen.
_MOST_LINES = 12
_LOOKED_EVERY_HOURS = 4
_EDITED_WITHIN = timedelta(days=7)


def remember_who_was_on(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    """A duty, hourly; and time off goes some weeks after its end."""
    return record_when_due(session, team_id, now=now) + _forget(session, team_id, policy, now)


def _forget(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    before = now - policy.care.kept
    old = session.scalars(
        select(AbsenceRow.id)
        .join(Person, Person.id == AbsenceRow.person_id)
        .where(Person.team_id == team_id, AbsenceRow.end < before)
        .limit(1)
    ).first()
    return 0 if old is None else forget_absences(session, team_id, ended_before=before)


def look_again_at_swaps(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    """A duty: overrides by hand may take a shift from under a swap. Once for each edit."""
    edited = session.execute(
        select(ScheduleRow.id, ScheduleRow.changed_at).where(
            ScheduleRow.team_id == team_id, ScheduleRow.changed_at > now - _EDITED_WITHIN
        )
    ).all()
    done = 0
    for schedule_id, changed_at in edited:
        key = f"rota:{schedule_id}:edited:{changed_at.timestamp():.6f}"
        if not seen(session, key) and first_time(session, key, now=now):
            done += len(reconsider(session, schedule_id, now=now, rules=policy.care))
    return done


def tell_what_is_ahead(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    """A duty: each admin hears of each concern once, two weeks before, in one message for all of them.

    Nobody is told in their quiet hours, and not while the desk is closed: this is never urgent.
    """
    if not policy.opening.is_open(now):
        return 0
    edited = session.scalar(select(func.max(ScheduleRow.changed_at)).where(ScheduleRow.team_id == team_id))
    if edited is None:
        return 0
    looked = f"ahead:{team_id}:looked:{now:%Y%m%d}:{now.hour // _LOOKED_EVERY_HOURS}:{edited.timestamp():.6f}"
    if seen(session, looked) or not first_time(session, looked, now=now):
        return 0
    found = _soon(session, team_id, policy, now)
    return sum(_tell(session, admin, found, now=now) for admin in _awake(session, team_id, policy, now))


def _soon(session: Session, team_id: str, policy: Policy, now: datetime) -> dict[str, str]:
    """The sentences of what begins within two weeks, by a key that stays the same however often one looks."""
    care = policy.care
    return {
        concern.key(start=now, end=now + care.look_ahead): concern.sentence
        for concern in look_ahead(session, team_id, now=now, days=care.look_ahead.days, rules=care)
        if concern.start <= now + care.gap_told_before and not concern.kind.is_only_news
    }


def _awake(session: Session, team_id: str, policy: Policy, now: datetime) -> list[Person]:
    admins = session.scalars(
        select(Person).where(Person.team_id == team_id, Person.role == Role.ADMIN).order_by(Person.id)
    ).all()
    wishes = profiles(session, admins, rules=policy.care)
    return [admin for admin in admins if not in_quiet_hours(wishes[admin.id].quiet, now)]


def _tell(session: Session, admin: Person, found: dict[str, str], *, now: datetime) -> int:
    new = [
        sentence for key, sentence in found.items() if first_time(session, f"ahead:{admin.id}:{key}", now=now)
    ]
    if not new:
        return 0
    lines, more = new[:_MOST_LINES], max(0, len(new) - _MOST_LINES)
    say_to(session, Occasion.DIRECT, admin, now=now, notice="look_ahead", lines=lines, more=more)
    return 1

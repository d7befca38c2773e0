"""Rest after work at night: opened by itself, longer where the night went on, and made up for as each agent chooses."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.care.hours import answers
from triage.care.profile import Profile, profile_of
from triage.care.tables import RestCredit
from triage.effects import first_time, insert_once
from triage.errors import NotAllowed, TriageError
from triage.oncall.absences import absences_of, add_absence, remove_absence
from triage.oncall.history import lock_rota
from triage.oncall.plan import Absence
from triage.oncall.plans import on_duty
from triage.oncall.protection import at_night, rest_after
from triage.oncall.rules import CareRules
from triage.outbox import Occasion, say_to
from triage.people.models import Person
from triage.people.roster import lock
from triage.vocabulary import AbsenceKind, CreditChoice

_MINUTE = timedelta(minutes=1)
_HALF_A_DAY = timedelta(hours=12)
_FROM_NIGHT = "night"
_FROM_CREDIT = "credit"


class NotEnoughCredit(TriageError):
    """More time was asked for than there is to make up for."""

    def __init__(self, left: timedelta) -> None:
        super().__init__(f"{left} left")
        self.field = "minutes"
        self.left = left


def after_work(session: Session, person: Person, *, rules: CareRules, now: datetime) -> Absence | None:
    """Somebody did something for a ticket just now. At night that opens their rest, or makes it last longer.

    By day it opens none; done within a rest, it is one that was not kept.
    """
    profile = profile_of(session, person, rules=rules)
    due = _rest_due(session, person, profile, rules=rules, now=now)
    if due is None:
        _broken(session, person, now=now)
        return None
    _lock(session, person)
    start, until = due
    for rest in absences_of(session, [person.id], start=start, end=until):
        if rest.kind is AbsenceKind.REST and rest.start <= start:
            if rest.end >= until:
                return rest
            start = rest.start
            remove_absence(session, rest.id, by=None, now=now)
    night = _night(profile, now)
    opened = add_absence(
        session,
        person,
        kind=AbsenceKind.REST,
        start=start,
        end=until,
        by=None,
        now=now,
        origin=f"{_FROM_NIGHT}:{night}",
    )
    credit = _credit(session, person, profile, night, now=now)
    credit.rest_until = until
    session.flush()
    if first_time(session, f"rest:{person.id}:{night}", now=now):
        since = start.isoformat() if start > now else None
        say_to(session, Occasion.DIRECT, person, now=now, notice="rest", since=since, until=until.isoformat())
    return opened


def worked_at_night(
    session: Session, person: Person, *, start: datetime, end: datetime, rules: CareRules, now: datetime
) -> None:
    """Adds the time to what is made up for, where the work began at night; and the rest begins anew where it ended
    at night too."""
    profile = profile_of(session, person, rules=rules)
    if not _counts_as_night(profile, start, rules):
        return
    _lock(session, person)
    credit = _credit(session, person, profile, _night(profile, start), now=now)
    credit.minutes += (end - start) / _MINUTE
    session.flush()
    if _counts_as_night(profile, now, rules):
        after_work(session, person, rules=rules, now=now)


@dataclass(frozen=True)
class Nights:
    """What somebody's nights were worth, for that person."""

    earned: timedelta
    left: timedelta
    resting_until: datetime | None
    kept: int
    broken: int


def my_nights(session: Session, person: Person, *, by: Person, rules: CareRules, now: datetime) -> Nights:
    """Raises `NotAllowed` for everybody but the person themself."""
    if by.id != person.id:
        raise NotAllowed("see how somebody else rests")
    rows = _rows(session, person)
    current = [
        absence.end
        for absence in absences_of(session, [person.id], start=now, end=now + _MINUTE)
        if absence.kind is AbsenceKind.REST
    ]
    return Nights(
        earned=sum((_worth(row, rules) for row in rows), timedelta(0)),
        left=sum((_left(row, rules) for row in rows), timedelta(0)),
        resting_until=max(current, default=None),
        kept=sum(1 for row in rows if row.rest_until is not None and row.kept),
        broken=sum(1 for row in rows if not row.kept),
    )


def take_credit(
    session: Session,
    person: Person,
    *,
    start: datetime,
    length: timedelta,
    by: Person,
    rules: CareRules,
    now: datetime,
) -> Absence:
    """Time that was kept for later becomes time off. Raises `NotEnoughCredit`, `NotAllowed`, `AbsenceRefused`."""
    if by.id != person.id:
        raise NotAllowed("take somebody else's time")
    _lock(session, person)
    rows = _rows(session, person)
    left = sum((_left(row, rules) for row in rows), timedelta(0))
    if not timedelta(0) < length <= left:
        raise NotEnoughCredit(left)
    missing = length
    for row in rows:
        part = min(missing, _left(row, rules))
        row.taken += part / _MINUTE
        missing -= part
    session.flush()
    return add_absence(
        session,
        person,
        kind=AbsenceKind.REST,
        start=start,
        end=start + length,
        by=by,
        now=now,
        origin=f"{_FROM_CREDIT}:{start.isoformat()}",
    )


def _lock(session: Session, person: Person) -> None:
    """One thing at a time for one person. First the rota, for a rest changes it: so does whoever begins focus time."""
    lock_rota(session, person.team_id)
    lock(session, person)


def _rest_due(
    session: Session, person: Person, profile: Profile, *, rules: CareRules, now: datetime
) -> tuple[datetime, datetime] | None:
    """Who works nights by choice works this one to its end, and rests then; everybody else rests at once."""
    quiet = None if profile.wishes.opted_in_nights else profile.quiet
    rest = rest_after(now, profile.zone, rules, quiet=quiet)
    if rest is None or not profile.wishes.opted_in_nights:
        return rest
    ends = [
        shift.end
        for shift in on_duty(session, person.team_id, at=now)
        if shift.person_id == person.id and answers(shift) and shift.length <= rules.longest_shift
    ]
    return (max(ends), max(ends) + rules.rest) if ends else rest


def _counts_as_night(profile: Profile, at: datetime, rules: CareRules) -> bool:
    quiet = None if profile.wishes.opted_in_nights else profile.quiet
    return at_night(at, profile.zone, rules, quiet=quiet)


def _broken(session: Session, person: Person, *, now: datetime) -> None:
    """Only where they rest at this moment: the last hour of a night shift is no rest yet."""
    away = absences_of(session, [person.id], start=now, end=now + _MINUTE)
    if not any(absence.kind is AbsenceKind.REST and absence.start <= now for absence in away):
        return
    for row in session.scalars(
        select(RestCredit).where(RestCredit.person_id == person.id, RestCredit.rest_until > now)
    ):
        row.kept = False
    session.flush()


def _night(profile: Profile, at: datetime) -> date:
    """Named by the evening on which it began."""
    return (at.astimezone(profile.zone) - _HALF_A_DAY).date()


def _credit(session: Session, person: Person, profile: Profile, night: date, *, now: datetime) -> RestCredit:
    insert_once(
        session,
        RestCredit,
        person_id=person.id,
        night=night,
        minutes=0.0,
        taken=0.0,
        choice=profile.wishes.credit_choice,
        kept=True,
        at=now,
    )
    return session.scalars(
        select(RestCredit).where(RestCredit.person_id == person.id, RestCredit.night == night)
    ).one()


def _rows(session: Session, person: Person) -> list[RestCredit]:
    """Oldest first: what was earned first is taken first."""
    rows = session.scalars(
        select(RestCredit).where(RestCredit.person_id == person.id).order_by(RestCredit.night)
    )
    return list(rows)


def least_worth(rules: CareRules) -> float:
    """In minutes: what any night is worth, however quickly it was over."""
    return rules.least_credit / _MINUTE


def _worth(row: RestCredit, rules: CareRules) -> timedelta:
    return max(rules.least_credit, row.minutes * _MINUTE)


def _left(row: RestCredit, rules: CareRules) -> timedelta:
    if row.choice is CreditChoice.REST:
        return timedelta(0)
    return max(timedelta(0), _worth(row, rules) - row.taken * _MINUTE)

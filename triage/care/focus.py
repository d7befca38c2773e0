"""Focus time and breaks, granted while coverage holds: somebody else who is on can be asked meanwhile."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from triage.care import pauses
from triage.care.hours import answers
from triage.care.tables import Pause
from triage.errors import NotAllowed, TriageError
from triage.escalation.standing import standings
from triage.oncall.current import on_call
from triage.oncall.plans import on_duty
from triage.oncall.protection import Ask, Rule, forbidden, hindrances
from triage.people.access import Permission, require
from triage.people.models import Person, Team
from triage.policy import Policy
from triage.vocabulary import PauseKind, Urgency

__all__ = ["NobodyElse", "back", "begin_focus", "current_pause", "take_break"]

_SHORTEST = timedelta(minutes=5)
_ANY = Ask(Urgency.MEDIUM)
# When these end is no secret: they follow the clock.
_HOURS = frozenset({Rule.QUIET, Rule.OFF_DUTY})


class NobodyElse(TriageError):
    """They are the only one who can be asked right now.

    `until` is when somebody else can be by the hours they keep; how long time off or rest lasts is not told.
    """

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__("nobody else can be asked")
        self.until = until


def begin_focus(session: Session, person: Person, *, minutes: float, policy: Policy, now: datetime) -> Pause:
    """So long nobody asks them for anything but a critical ticket, but two hours at the most. Raises `NobodyElse`."""
    length = min(max(timedelta(minutes=minutes), _SHORTEST), policy.care.longest_focus)
    return _begin(session, person, PauseKind.FOCUS, length, policy=policy, now=now)


def take_break(session: Session, person: Person, *, policy: Policy, now: datetime) -> Pause:
    """Raises `NobodyElse`."""
    return _begin(session, person, PauseKind.BREAK, policy.care.break_lasts, policy=policy, now=now)


def back(session: Session, person: Person, *, now: datetime) -> bool:
    """Ends what goes on; says whether anything did."""
    return pauses.end(session, person, now=now)


def current_pause(session: Session, person: Person, *, by: Person, now: datetime) -> Pause | None:
    """Raises `NotAllowed` for everybody but the person themself: nobody is watched."""
    if by.id != person.id:
        raise NotAllowed("see whether somebody else has a break")
    return pauses.current(session, [person.id], now=now).get(person.id)


def _begin(
    session: Session, person: Person, kind: PauseKind, length: timedelta, *, policy: Policy, now: datetime
) -> Pause:
    require(person.role, Permission.CLAIM)
    # Two who are on together and press at once: the second one sees that the first has gone.
    session.get(Team, person.team_id, with_for_update={"key_share": True})
    _must_be_covered(session, person, policy=policy, now=now)
    return pauses.begin(session, person, kind, until=now + length, now=now)


def _must_be_covered(session: Session, person: Person, *, policy: Policy, now: datetime) -> None:
    """Somebody else can be asked for the same, or nobody would ask this person anyway. Raises `NobodyElse`.

    For the same: who is on in one of this person's schedules, or in the desk's group. Somebody on another schedule
    is no cover, as no level that asks for this one would reach them.
    """
    duty = [shift for shift in on_duty(session, person.team_id, at=now) if answers(shift)]
    own_schedules = {shift.schedule_id for shift in duty if shift.person_id == person.id}
    listed = {one.id: one for one in on_call(session, person.team_id)}
    asked = {shift.person_id for shift in duty if shift.schedule_id in own_schedules} | listed.keys()
    people = {id: listed.get(id) or session.get_one(Person, id) for id in asked | {person.id}}
    standing = standings(session, list(people.values()), team_id=person.team_id, policy=policy, now=now)
    own = next(one for one in standing if one.person_id == person.id)
    on = own.on_shift and person.id in asked and policy.opening.is_open(now)
    if not on or forbidden(_ANY, own, now=now):
        return
    later: list[datetime] = []
    for one in standing:
        if one.person_id == person.id or not one.on_shift:
            continue
        if (not_now := forbidden(_ANY, one, now=now)) is not None:
            if not_now.rule in _HOURS and not_now.until is not None:
                later.append(not_now.until)
            continue
        rules = {found.rule for found in hindrances(_ANY, one, rules=policy.care, now=now)}
        if not rules & {Rule.BREAK, Rule.FOCUS}:
            return
    raise NobodyElse(min(later, default=None))

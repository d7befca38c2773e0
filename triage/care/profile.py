"""How an agent wants to work: hours, quiet hours, how much at once, what they know. Only they change their wishes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from triage.audit import record
from triage.care.tables import AgentProfile, AgentSkill
from triage.errors import NotAllowed, TriageError
from triage.oncall.protection import QuietHours
from triage.oncall.rules import CareRules
from triage.people.access import Permission, may
from triage.people.models import Person
from triage.sla.opening import OpeningHours, parse_hours
from triage.vocabulary import CreditChoice

_LONGEST_QUIET = timedelta(hours=16)
MOST_AT_ONCE = 20


class ProfileRefused(TriageError):
    """A wish that cannot be kept: which field, and in `problem` what to write instead."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


@dataclass(frozen=True)
class Wishes:
    """What an agent says in the form; empty means: as the desk does it."""

    working_hours: str = ""
    quiet_from: time | None = None
    quiet_until: time | None = None
    work_cap: int | None = None
    credit_choice: CreditChoice = CreditChoice.REST
    opted_in_nights: bool = False


@dataclass(frozen=True)
class Profile:
    """The wishes with the desk's rules where they are silent."""

    person_id: int
    zone: ZoneInfo
    wishes: Wishes
    # In the person's zone; without spans they never said when they work.
    hours: OpeningHours
    quiet: QuietHours
    cap: int
    skills: frozenset[str]


def profile_of(session: Session, person: Person, *, rules: CareRules) -> Profile:
    return profiles(session, [person], rules=rules)[person.id]


def profiles(session: Session, people: Sequence[Person], *, rules: CareRules) -> dict[int, Profile]:
    """Everybody's at once, in one query."""
    found = session.execute(_KNOWN, {"people": [person.id for person in people]})
    rows: dict[int, AgentProfile | None] = {}
    skills: dict[int, set[str]] = {}
    for person_id, row, skill in found:
        rows[person_id] = row
        skills.setdefault(person_id, set()).update([skill] if skill else [])
    return {
        person.id: _profile(person, rows.get(person.id), frozenset(skills.get(person.id, ())), rules)
        for person in people
    }


_KNOWN = (
    select(Person.id, AgentProfile, AgentSkill.category)
    .outerjoin(AgentProfile, AgentProfile.person_id == Person.id)
    .outerjoin(AgentSkill, AgentSkill.person_id == Person.id)
    .where(Person.id.in_(bindparam("people", expanding=True)))
)


def save_profile(session: Session, person: Person, wishes: Wishes, *, by: Person, now: datetime) -> None:
    """Raises `NotAllowed` for anybody but the person themself, also for admins, and `ProfileRefused`."""
    if by.id != person.id or not person.answers:
        raise NotAllowed("change how somebody else works")
    _check(wishes)
    row = session.get(AgentProfile, person.id) or AgentProfile(person_id=person.id)
    row.working_hours = wishes.working_hours.strip()
    row.quiet_from, row.quiet_until = wishes.quiet_from, wishes.quiet_until
    row.work_cap = wishes.work_cap
    row.credit_choice, row.opted_in_nights = wishes.credit_choice, wishes.opted_in_nights
    row.updated_at = now
    session.add(row)
    session.flush()


def set_skills(
    session: Session,
    person: Person,
    skills: Iterable[str],
    *,
    by: Person,
    known: Collection[str],
    now: datetime,
) -> None:
    """By themself, or by an admin. `known` are the desk's categories; raises `ProfileRefused` for any other."""
    if by.id != person.id and not may(by.role, Permission.SET_SKILLS):
        raise NotAllowed(Permission.SET_SKILLS)
    wanted = set(skills)
    if unknown := sorted(wanted - set(known)):
        raise ProfileRefused("skills", f"there is no category “{unknown[0]}”")
    session.execute(delete(AgentSkill).where(AgentSkill.person_id == person.id))
    session.add_all(AgentSkill(person_id=person.id, category=category) for category in sorted(wanted))
    if by.id != person.id:
        record(
            session,
            "care.skills",
            by=by,
            team_id=person.team_id,
            now=now,
            person=person.slack_id,
            skills=sorted(wanted),
        )
    session.flush()


def _profile(person: Person, row: AgentProfile | None, skills: frozenset[str], rules: CareRules) -> Profile:
    wishes = Wishes()
    if row is not None:
        wishes = Wishes(
            row.working_hours,
            row.quiet_from,
            row.quiet_until,
            row.work_cap,
            row.credit_choice,
            row.opted_in_nights,
        )
    zone = ZoneInfo(person.time_zone)
    start = rules.quiet_from if wishes.quiet_from is None else wishes.quiet_from
    end = rules.quiet_until if wishes.quiet_until is None else wishes.quiet_until
    return Profile(
        person_id=person.id,
        zone=zone,
        wishes=wishes,
        hours=parse_hours(wishes.working_hours, zone),
        quiet=QuietHours(zone, start, end),
        cap=wishes.work_cap or rules.work_cap,
        skills=skills,
    )


def _check(wishes: Wishes) -> None:
    try:
        parse_hours(wishes.working_hours, ZoneInfo("UTC"))
    except ValueError as unreadable:
        raise ProfileRefused("working_hours", str(unreadable)) from unreadable
    if len(wishes.working_hours) > 300:
        raise ProfileRefused(
            "working_hours", "that is too long: days with the same hours can be put together"
        )
    if (wishes.quiet_from is None) != (wishes.quiet_until is None):
        raise ProfileRefused("quiet_until", "quiet hours need both a beginning and an end")
    if wishes.quiet_from is not None and wishes.quiet_until is not None:
        minutes = (_minute(wishes.quiet_until) - _minute(wishes.quiet_from)) % (24 * 60)
        if timedelta(minutes=minutes) > _LONGEST_QUIET:
            raise ProfileRefused(
                "quiet_until", "quiet hours last 16 hours at most; for a whole day, take time off"
            )
    if wishes.work_cap is not None and not 1 <= wishes.work_cap <= MOST_AT_ONCE:
        raise ProfileRefused("work_cap", f"choose between 1 and {MOST_AT_ONCE} tickets")


def _minute(of: time) -> int:
    return of.hour * 60 + of.minute

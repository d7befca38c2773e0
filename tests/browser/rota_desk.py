"""A desk with more people on its rota than the demo has: turns, nights, a second line, swaps, time off and a gap."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from knowledge import TEAM
from sqlalchemy.orm import Session

from bot.demo import Demo
from triage.oncall.absences import add_absence
from triage.oncall.overrides import add_override
from triage.oncall.plan import (
    AbsenceKind,
    DutyRole,
    Member,
    OverrideKind,
    Restriction,
    Rotation,
    Schedule,
    Turn,
)
from triage.oncall.schedules import save_schedule
from triage.people.models import Person
from triage.people.roster import known
from triage.vocabulary import Role

BERLIN = ZoneInfo("Europe/Berlin")
COLLEAGUES = {"UFINN": "Finn Aalto", "UGWEN": "Gwen Baker", "UHUGO": "Hugo Conti", "UINES": "Ines Duarte"}


def fill(demo: Demo) -> int:
    """The number of the schedule “Desk hours”."""
    now = demo.slack.now()
    with demo.assembly.desk.database.transaction() as session:
        people = {slack_id: _person(session, slack_id, now) for slack_id in ("UBEN", "UCLEO", *COLLEAGUES)}
        made = save_schedule(session, TEAM, _schedule(people, now), by=None, now=now - timedelta(minutes=1))
        _changes(session, made.id, people, now)
        return made.id


def _person(session: Session, slack_id: str, now: datetime) -> Person:
    found = known(session, TEAM, slack_id)
    if found is None:
        found = Person(
            team_id=TEAM,
            slack_id=slack_id,
            name=COLLEAGUES[slack_id],
            time_zone="Europe/Berlin",
            role=Role.AGENT,
            created_at=now,
        )
        session.add(found)
        session.flush()
    return found


def _schedule(people: dict[str, Person], now: datetime) -> Schedule:
    def members(*names: str) -> tuple[Member, ...]:
        return tuple(Member(people[f"U{name.upper()}"].id) for name in names)

    monday = now.date() - timedelta(days=now.weekday())
    nine, ten = (datetime.combine(monday, time(hour)) for hour in (9, 22))
    workdays, nights = frozenset(range(5)), frozenset(range(7))
    rotations = (
        Rotation(0, "Weeks", DutyRole.PRIMARY, 1, Turn.WEEK, 1, nine, members("ben", "cleo", "finn")),
        Rotation(
            0,
            "Nights",
            DutyRole.PRIMARY,
            2,
            Turn.DAY,
            2,
            ten,
            members("gwen", "hugo"),
            (Restriction(nights, time(22), time(6)),),
        ),
        Rotation(
            0,
            "Second line",
            DutyRole.SECONDARY,
            1,
            Turn.DAY,
            1,
            nine,
            members("hugo", "ines", "gwen"),
            (Restriction(workdays, time(9), time(17)),),
        ),
        Rotation(0, "Learning", DutyRole.SHADOW, 1, Turn.WEEK, 1, nine, members("ines")),
    )
    return Schedule(0, TEAM, "Desk hours", BERLIN, rotations, "DE", "BE")


def _changes(session: Session, schedule_id: int, people: dict[str, Person], now: datetime) -> None:
    """Cleo's week has a day that Finn takes over, and one on which she is away and nobody is on."""
    monday = datetime.combine(now.date() + timedelta(days=7 - now.weekday()), time(9), BERLIN).astimezone(UTC)
    add_override(
        session,
        schedule_id,
        kind=OverrideKind.REPLACE,
        role=DutyRole.PRIMARY,
        start=monday + timedelta(days=1),
        end=monday + timedelta(days=1, hours=12),
        person=people["UFINN"],
        instead_of=people["UCLEO"],
        by=None,
        now=now,
    )
    add_absence(
        session,
        people["UCLEO"],
        kind=AbsenceKind.SICK,
        start=monday + timedelta(days=3),
        end=monday + timedelta(days=4, hours=6),
        by=people["UCLEO"],
        now=now,
    )

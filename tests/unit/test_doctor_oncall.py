"""The doctor on who is asked: pagers that are half set up, gaps ahead, and nobody to reach."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from bot.assembly import open_database, prepare_database
from bot.clock import system_clock
from bot.database import Database
from bot.doctor_oncall import oncall, pagers
from bot.finding import Finding, Result
from bot.settings import Settings
from triage.escalation.policies import save_policy
from triage.escalation.values import EscalationPolicy, Level, Target
from triage.oncall.absences import add_absence
from triage.oncall.current import set_on_call
from triage.oncall.plan import AbsenceKind, DutyRole, Member, Rotation, Schedule, Turn
from triage.oncall.schedules import save_schedule
from triage.people.models import Person, Team
from triage.vocabulary import Role, TargetKind, Urgency

TEAM = "T1"
NOW = system_clock()
SECRET: dict[str, Any] = {"pager_webhook_url": "https://pager.example", "pager_webhook_secret": "s" * 32}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    settings = Settings(data_folder=tmp_path, database_url="")
    prepare_database(settings, always=True)
    engine = open_database(settings)
    with Database(engine).transaction() as session:
        session.add(Team(id=TEAM, created_at=NOW))
        session.flush()
        yield session
    engine.dispose()


def add_ben(session: Session) -> Person:
    ben = Person(team_id=TEAM, slack_id="UBEN", name="Ben", time_zone="UTC", role=Role.AGENT, created_at=NOW)
    session.add(ben)
    session.flush()
    return ben


def look(session: Session, what: str, **settings: Any) -> list[Finding]:
    policy = Settings(database_url="", **settings).policy()
    return [one for one in oncall(session, TEAM, policy=policy, now=NOW) if one.what == what]


def rota(ben: Person, starts: datetime) -> Schedule:
    turns = Rotation(
        0, "Round", DutyRole.PRIMARY, 0, Turn.DAY, 1, starts.replace(tzinfo=None), (Member(ben.id),)
    )
    return Schedule(0, TEAM, "Weekdays", ZoneInfo("UTC"), (turns,))


def test_a_webhook_without_its_secret_is_said() -> None:
    (half,) = pagers(Settings(pager_webhook_url="https://pager.example"))
    assert half.result is Result.WARNING
    assert "no secret" in half.says
    assert "EVENHAND_PAGER_WEBHOOK_SECRET" in half.remedy
    (whole,) = pagers(Settings(**SECRET))
    assert whole.result is Result.GOOD
    assert list(pagers(Settings())) == []


def test_a_policy_that_calls_a_pager_which_is_gone(session: Session) -> None:
    add_ben(session)
    wanted = EscalationPolicy("Nights", (Level((Target(TargetKind.PAGER, pager="webhook"),)),))
    policy = Settings(database_url="", **SECRET).policy()
    save_policy(session, TEAM, wanted, by=None, policy=policy, now=NOW)
    assert look(session, "policy", **SECRET) == []
    (gone,) = look(session, "policy")
    assert gone.says == "“Nights” calls the pager “webhook”, which is not set up"
    assert gone.remedy


def test_gaps_of_the_next_two_weeks_are_said(session: Session) -> None:
    assert look(session, "rota") == [], "a desk without a schedule has no gaps"
    ben = add_ben(session)
    save_schedule(session, TEAM, rota(ben, NOW - timedelta(days=2)), by=None, now=NOW)
    (whole,) = look(session, "rota")
    assert whole.result is Result.GOOD
    add_absence(
        session,
        ben,
        kind=AbsenceKind.TIME_OFF,
        start=NOW + timedelta(days=13),
        end=NOW + timedelta(days=16),
        by=ben,
        now=NOW,
    )
    (gap,) = look(session, "rota")
    assert gap.result is Result.WARNING
    assert "Weekdays" in gap.says
    assert "look-ahead" in gap.remedy


def test_nobody_to_reach_is_said_and_somebody_asleep_is_somebody(session: Session) -> None:
    (nobody,) = look(session, "reach")
    assert nobody.result is Result.WARNING
    assert "the desk's own policy" in nobody.says
    ben = add_ben(session)
    set_on_call(session, TEAM, [ben], by=None, now=NOW)
    (found,) = look(session, "reach")
    assert found.result is Result.GOOD
    add_absence(
        session,
        ben,
        kind=AbsenceKind.SICK,
        start=NOW - timedelta(hours=1),
        end=NOW + timedelta(hours=9),
        by=ben,
        now=NOW,
    )
    (away,) = look(session, "reach")
    assert away.result is Result.WARNING


def test_a_policy_that_no_critical_ticket_follows_needs_nobody(session: Session) -> None:
    ben = add_ben(session)
    set_on_call(session, TEAM, [ben], by=None, now=NOW)
    cleo = Person(
        team_id=TEAM, slack_id="UCLEO", name="Cleo", time_zone="UTC", role=Role.AGENT, created_at=NOW
    )
    session.add(cleo)
    session.flush()
    level = Level((Target(TargetKind.PERSON, person_id=cleo.id),))
    wanted = EscalationPolicy("Small things", (level,), urgencies=frozenset({Urgency.LOW}))
    save_policy(session, TEAM, wanted, by=None, policy=Settings(database_url="").policy(), now=NOW)
    cleo.role = Role.REQUESTER
    session.flush()
    (found,) = look(session, "reach")
    assert found.result is Result.GOOD

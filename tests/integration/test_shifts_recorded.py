"""Whatever is edited, in whatever order: what was shown of the past is what will always be shown of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from factories import NOW, TEAM, person, settle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.database import Database
from triage.oncall.absences import AbsenceRefused, add_absence
from triage.oncall.history import record_when_due
from triage.oncall.overrides import OverrideRefused, add_override, remove_override
from triage.oncall.plan import AbsenceKind, DutyRole, Member, OverrideKind, Rotation, Schedule, Shift, Turn
from triage.oncall.plans import plan_for
from triage.oncall.schedule_tables import (
    AbsenceRow,
    OverrideRow,
    RotationMember,
    RotationRow,
    ScheduleRow,
    ShiftRecord,
)
from triage.oncall.schedules import save_schedule
from triage.oncall.shifts import resolve
from triage.people.models import Person

HOUR = timedelta(hours=1)
NAMES = ("ben", "cleo", "dee")
EDITS = st.sampled_from(["rules", "absence", "override", "remove", "wait"])
HOURS = st.integers(1, 60)
Seen = list[tuple[int, datetime, datetime, str, str]]


@dataclass
class Rota:
    """A schedule that is edited over time, and what was seen of the past before each edit."""

    database: Database
    now: datetime = NOW
    schedule_id: int = 0
    overrides: list[int] = field(default_factory=list)

    def past(self, until: datetime) -> Seen:
        with self.database.reading() as session:
            plan = plan_for(session, self.schedule_id, start=NOW, end=until)
            return [_seen(shift) for shift in resolve(plan, NOW, until)]

    def save(self, every: int, people: list[str]) -> None:
        with self.database.transaction() as session:
            members = tuple(Member(person(session, name).id) for name in people)
            starts = (NOW - 300 * HOUR).replace(tzinfo=None)
            turns = Rotation(0, "Turns", DutyRole.PRIMARY, 0, Turn.HOUR, every, starts, members)
            rules = Schedule(0, TEAM, "Desk", ZoneInfo("UTC"), (turns,))
            self.schedule_id = save_schedule(session, TEAM, rules, by=None, now=self.now).id

    def edit(self, what: str, length: int, who: str) -> None:
        if what == "rules":
            others = [name for name in NAMES if name != who]
            return self.save(length, [who, *others[: length % 3]])
        with self.database.transaction() as session:
            somebody = person(session, who)
            start, end = self.now, self.now + length * HOUR
            try:
                if what == "absence":
                    # Entered late: it began before anybody knew.
                    add_absence(
                        session,
                        somebody,
                        kind=AbsenceKind.SICK,
                        start=start - 20 * HOUR,
                        end=end,
                        by=None,
                        now=self.now,
                    )
                elif what == "override":
                    self.overrides.append(_put_on(session, self.schedule_id, somebody, start, end))
                elif what == "remove" and self.overrides:
                    remove_override(session, self.overrides.pop(), by=None, now=self.now)
                else:
                    record_when_due(session, TEAM, now=self.now)
            except (OverrideRefused, AbsenceRefused):
                pass
        return None


def _put_on(session: Session, schedule_id: int, somebody: Person, start: datetime, end: datetime) -> int:
    return add_override(
        session,
        schedule_id,
        kind=OverrideKind.ADD,
        role=DutyRole.PRIMARY,
        start=start,
        end=end,
        person=somebody,
        by=None,
        now=start,
    ).id


def _seen(shift: Shift) -> tuple[int, datetime, datetime, str, str]:
    return shift.person_id, shift.start, shift.end, shift.occurrence, shift.reason


def test_no_edit_changes_what_was(database: Database) -> None:
    settle(database)

    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(EDITS, HOURS, st.sampled_from(NAMES), HOURS), min_size=1, max_size=6))
    def holds(edits: list[tuple[str, int, str, int]]) -> None:
        _empty(database)
        rota = Rota(database)
        rota.save(7, ["ben", "cleo"])
        for what, length, who, later in edits:
            rota.now += later * HOUR / 2
            before = rota.past(rota.now)
            rota.edit(what, length, who)
            assert rota.past(rota.now) == before

    holds()


def _empty(database: Database) -> None:
    with database.transaction() as session:
        for table in (ShiftRecord, OverrideRow, AbsenceRow, RotationMember, RotationRow, ScheduleRow):
            session.execute(delete(table))

"""A small rota for tests of calendars: Ben and Cleo take weeks in turn, by office hours, and Dee the weekends."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from factories import NOW, TEAM, person
from sqlalchemy.orm import Session

from triage.oncall.plan import DutyRole, Member, Restriction, Rotation, Schedule, Turn
from triage.oncall.schedules import save_schedule


def rota(session: Session, *, weekend: bool = True, now: datetime = NOW) -> Schedule:
    ben, cleo, dee = (person(session, name).id for name in ("ben", "cleo", "dee"))
    starts = datetime(2027, 3, 1, 9)  # noqa: DTZ001  (local: a Monday)
    weeks = Rotation(0, "Weeks", DutyRole.PRIMARY, 1, Turn.WEEK, 1, starts, (Member(ben), Member(cleo)))
    days_off = Rotation(
        0,
        "Weekends",
        DutyRole.PRIMARY,
        2,
        Turn.WEEK,
        1,
        starts,
        (Member(dee),),
        (Restriction(frozenset({5, 6}), time(), time()),),
    )
    rotations = (weeks, days_off) if weekend else (weeks,)
    return save_schedule(
        session, TEAM, Schedule(0, TEAM, "Desk", ZoneInfo("Europe/Berlin"), rotations), by=None, now=now
    )

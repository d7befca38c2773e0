"""Shifts in one's own calendar: asked for in Slack, read by the calendar, and closed again."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from cast import Actor, Desk
from icalendar import Calendar

from bot.playground import cast
from bot.slack import copy_calendar as words
from triage.oncall.plan import DutyRole, Member, Rotation, Schedule, Turn
from triage.oncall.schedules import save_schedule
from triage.people.roster import meet

TEAM = cast.TEAM["id"]


def rota_of_ben(desk: Desk, ben: Actor) -> None:
    now = desk.stage.slack.now()
    with desk.stage.desk.database.transaction() as session:
        person = meet(session, TEAM, ben.id, now=now)
        starts = datetime(2027, 3, 1, 9)  # noqa: DTZ001  (local)
        weeks = Rotation(0, "Weeks", DutyRole.PRIMARY, 1, Turn.WEEK, 1, starts, (Member(person.id),))
        save_schedule(session, TEAM, Schedule(0, TEAM, "Desk", ZoneInfo("UTC"), (weeks,)), by=None, now=now)


def test_my_shifts_in_my_calendar_until_i_close_it(desk: Desk, ben: Actor, ada: Actor) -> None:
    rota_of_ben(desk, ben)
    web = desk.stage.assembly.web.test_client()

    said = ben.types("/oncall calendar")
    path = re.search(r"/calendar/[\w-]+\.ics", said)
    assert path is not None
    events = Calendar.from_ical(web.get(path[0]).data).walk("VEVENT")
    assert {str(event["SUMMARY"]) for event in events} == {"On call, primary: Desk"}

    assert ben.types("/oncall calendar close") == words.CLOSED.format(count=1)
    assert web.get(path[0]).status_code == 404
    assert ben.types("/oncall calendar close") == words.NONE
    assert "/calendar/" not in ada.types("/oncall calendar")

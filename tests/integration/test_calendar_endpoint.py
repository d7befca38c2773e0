"""`GET /calendar/<token>.ics`: what calendars get, what they need not get again, and what strangers get."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from edge_desk import TEAM, Edge, edge_running
from icalendar import Calendar
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.clock import system_clock
from triage.oncall.calendar.subscriptions import revoke, subscribe
from triage.oncall.calendar.tables import FeedKind
from triage.oncall.plan import DutyRole, Member, Rotation, Schedule, Turn
from triage.oncall.schedules import save_schedule
from triage.people.models import Person
from triage.people.roster import meet


@pytest.fixture
def edge(tmp_path: Path) -> Iterator[Edge]:
    with edge_running(tmp_path) as edge:
        yield edge


@pytest.fixture
def token(edge: Edge) -> str:
    now = system_clock()
    with edge.assembly.desk.database.transaction() as session:
        ben = meet(session, TEAM, "UBEN", now=now)
        session.flush()
        starts = datetime(2026, 1, 5, 9)  # noqa: DTZ001  (local)
        turns = Rotation(0, "Weeks", DutyRole.PRIMARY, 1, Turn.WEEK, 1, starts, (Member(ben.id),))
        save_schedule(session, TEAM, Schedule(0, TEAM, "Desk", ZoneInfo("UTC"), (turns,)), by=None, now=now)
        return subscribe(session, ben, FeedKind.MINE, now=now)[1]


def test_a_calendar_gets_its_feed_and_may_ask_whether_it_changed(edge: Edge, token: str) -> None:
    with capture_logs() as logs:
        answer = edge.client.get(f"/calendar/{token}.ics")
        assert answer.status_code == 200
        assert answer.content_type == "text/calendar; charset=utf-8"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert len(Calendar.from_ical(answer.data).walk("VEVENT")) > 20

        again = edge.client.get(f"/calendar/{token}.ics", headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        since = {"If-Modified-Since": answer.headers["Last-Modified"]}
        assert edge.client.get(f"/calendar/{token}.ics", headers=since).status_code == 304
    assert token not in repr(logs)


def test_a_look_before_reading_says_the_same_without_the_text(edge: Edge, token: str) -> None:
    whole = edge.client.get(f"/calendar/{token}.ics")
    head = edge.client.head(f"/calendar/{token}.ics")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_a_wrong_a_revoked_and_an_odd_address_look_alike(edge: Edge, token: str) -> None:
    with edge.assembly.desk.database.transaction() as session:
        ben = session.scalars(select(Person).where(Person.slack_id == "UBEN")).one()
        revoke(session, ben, 1, now=system_clock())
    answers = [edge.client.get(f"/calendar/{one}.ics") for one in (token, "x" * 43, "%00", "ö" * 300)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert edge.client.post(f"/calendar/{token}.ics").status_code == 405

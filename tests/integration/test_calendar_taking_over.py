"""Time off from a calendar: read again, only what changed changes, and another calendar's entries stay."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from factories import NOW, person, settle

from bot.database import Database
from triage.errors import NotAllowed
from triage.oncall.absences import absences_of, add_absence
from triage.oncall.calendar.taking_over import TakenOver, take_over
from triage.oncall.calendar.time_off import read_time_off
from triage.vocabulary import AbsenceKind

UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def desk(database: Database) -> Database:
    settle(database)
    return database


def event(uid: str, day: str, *more: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"DTSTART;VALUE=DATE:{day}", *more, "END:VEVENT", ""])


def taken(
    desk: Database, *events: str, url: str = "", now: datetime = NOW, kind: AbsenceKind = AbsenceKind.TIME_OFF
) -> TakenOver:
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n".encode()
    with desk.transaction() as session:
        ben = person(session, "ben")
        read = read_time_off(text, UTC_ZONE, now=now)
        return take_over(session, ben, read, url=url, kind=kind, by=ben, now=now)


def off(desk: Database) -> list[str]:
    with desk.reading() as session:
        found = absences_of(
            session,
            [person(session, "ben").id],
            start=datetime(2027, 1, 1, tzinfo=UTC),
            end=datetime(2029, 1, 1, tzinfo=UTC),
        )
    return [f"{one.start:%m-%d}" for one in found]


def test_a_file_read_again_changes_only_what_changed(desk: Database) -> None:
    assert taken(desk, event("a", "20270305"), event("b", "20270310")) == TakenOver(2, 0, 0, 0)
    assert taken(desk, event("a", "20270305"), event("b", "20270310")) == TakenOver(0, 0, 0, 2)
    assert taken(desk, event("a", "20270306", "SEQUENCE:1")) == TakenOver(0, 1, 0, 0)
    assert off(desk) == ["03-06", "03-10"]
    assert taken(desk, event("b", "20270310", "STATUS:CANCELLED")) == TakenOver(0, 0, 1, 0)
    assert off(desk) == ["03-06"]


def test_what_is_missing_at_an_address_is_off_no_more(desk: Database) -> None:
    url, other = "https://calendars.example/ben.ics", "https://calendars.example/family.ics"
    taken(desk, event("a", "20270305"), event("b", "20270310"), url=url)
    taken(desk, event("c", "20270312"), url=other)
    taken(desk, event("d", "20270314"))
    assert taken(desk, event("b", "20270310"), url=url) == TakenOver(0, 0, 1, 1)
    assert off(desk) == ["03-10", "03-12", "03-14"]


def test_a_series_that_moves_takes_all_of_its_times_along(desk: Database) -> None:
    series = event("s", "20270305", "RRULE:FREQ=WEEKLY;COUNT=3")
    assert taken(desk, series).added == 3
    moved = event("s", "20270306", "RRULE:FREQ=WEEKLY;COUNT=3", "SEQUENCE:1")
    taken(desk, moved)
    assert off(desk) == ["03-06", "03-13", "03-20"]


def test_what_is_over_stays_and_what_was_entered_by_hand_does_too(desk: Database) -> None:
    taken(desk, event("a", "20270303"), event("b", "20270310"))
    with desk.transaction() as session:
        ben = person(session, "ben")
        add_absence(
            session,
            ben,
            kind=AbsenceKind.SICK,
            start=datetime(2027, 3, 20, tzinfo=UTC),
            end=datetime(2027, 3, 21, tzinfo=UTC),
            by=ben,
            now=NOW,
        )
    later = datetime(2027, 3, 8, tzinfo=UTC)
    taken(desk, event("a", "20270303", "STATUS:CANCELLED"), event("b", "20270311", "SEQUENCE:1"), now=later)
    assert off(desk) == ["03-03", "03-11", "03-20"]


def test_the_kind_may_be_told_later(desk: Database) -> None:
    taken(desk, event("a", "20270305"))
    assert taken(desk, event("a", "20270305"), kind=AbsenceKind.LEARNING).moved == 1


def test_nobody_takes_time_off_for_somebody_else(desk: Database) -> None:
    text = f"BEGIN:VCALENDAR\r\n{event('a', '20270305')}END:VCALENDAR\r\n".encode()
    read = read_time_off(text, UTC_ZONE, now=NOW)
    with desk.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        with pytest.raises(NotAllowed):
            take_over(session, ben, read, by=cleo, now=NOW)
    assert off(desk) == []

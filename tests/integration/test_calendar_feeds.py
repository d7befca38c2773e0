"""Calendar feeds: a calendar reads the rota, changes are told as changes, and an address opens only its feed."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from calendar_rota import rota
from factories import NOW, TEAM, person, settle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.database import Database
from triage.errors import NotAllowed
from triage.oncall.absences import add_absence
from triage.oncall.calendar.feeds import Feed, feed
from triage.oncall.calendar.subscriptions import (
    MOST_AT_ONCE,
    NoSuchFeed,
    TooManyFeeds,
    revoke,
    subscribe,
    subscriptions,
)
from triage.oncall.calendar.tables import CalendarEvent, CalendarSubscription, FeedKind
from triage.oncall.overrides import OverrideRefused, add_override, remove_override
from triage.oncall.plans import NoSuchSchedule, plan_for, shifts_of
from triage.oncall.schedules import delete_schedule, save_schedule
from triage.oncall.shifts import resolve
from triage.vocabulary import AbsenceKind, DutyRole, OverrideKind, Role

Events = dict[tuple[datetime, datetime], Event]


@pytest.fixture
def desk(database: Database) -> Database:
    settle(database)
    with database.transaction() as session:
        rota(session)
    return database


def subscribed(desk: Database, name: str, *, whole: bool = False) -> str:
    with desk.transaction() as session:
        number = rota(session).id if whole else None
        kind = FeedKind.SCHEDULE if whole else FeedKind.MINE
        return subscribe(session, person(session, name), kind, schedule_id=number, now=NOW)[1]


def looked_at(desk: Database, token: str, now: datetime = NOW) -> Feed:
    with desk.transaction() as session:
        return feed(session, token, now=now, keep=True)


def events(desk: Database, token: str, now: datetime = NOW) -> Events:
    found = Calendar.from_ical(looked_at(desk, token, now).text)
    return {(event["DTSTART"].dt, event["DTEND"].dt): event for event in found.walk("VEVENT")}


def on_from(events: Events, start: datetime) -> Event:
    (found,) = [event for (begins, _), event in events.items() if begins == start]
    return found


def stood_in(desk: Database, start: datetime, end: datetime, *, now: datetime = NOW) -> int:
    """Cleo takes that from Ben."""
    with desk.transaction() as session:
        number = rota(session).id
        return add_override(
            session,
            number,
            kind=OverrideKind.COVER,
            role=DutyRole.PRIMARY,
            start=start,
            end=end,
            person=person(session, "cleo"),
            instead_of=person(session, "ben"),
            by=None,
            now=now,
        ).id


def test_my_feed_holds_my_shifts_and_nothing_about_anybody_else(desk: Database) -> None:
    found = looked_at(desk, subscribed(desk, "ben"))
    calendar = Calendar.from_ical(found.text)

    assert (calendar["METHOD"], calendar["REFRESH-INTERVAL"].dt) == ("PUBLISH", timedelta(hours=1))
    assert b"X-PUBLISHED-TTL:PT1H" in found.text
    mine = calendar.walk("VEVENT")
    with desk.reading() as session:
        until = datetime(2027, 9, 1, tzinfo=UTC)
        shifts = shifts_of(session, person(session, "ben"), start=datetime(2027, 1, 1, tzinfo=UTC), end=until)
    assert {(one["DTSTART"].dt, one["DTEND"].dt) for one in mine} == {(one.start, one.end) for one in shifts}
    assert len({one["UID"] for one in mine}) == len(mine)
    for one in mine:
        assert (one["SUMMARY"], one["STATUS"], one["TRANSP"], one["SEQUENCE"]) == (
            "On call, primary: Desk",
            "CONFIRMED",
            "TRANSPARENT",
            0,
        )
        assert set(one) == {
            "UID",
            "DTSTAMP",
            "LAST-MODIFIED",
            "DTSTART",
            "DTEND",
            "SUMMARY",
            "SEQUENCE",
            "STATUS",
            "TRANSP",
        }
    assert b"Cleo" not in found.text
    assert b"Dee" not in found.text


def test_the_schedule_s_feed_says_who_is_on(desk: Database) -> None:
    found = events(desk, subscribed(desk, "cleo", whole=True))
    names = {str(event["SUMMARY"]).split()[0] for event in found.values()}
    assert names == {"Ben", "Cleo", "Dee"}
    assert on_from(found, datetime(2027, 3, 5, 23, tzinfo=UTC))["SUMMARY"] == "Dee on call, primary: Desk"


def test_asked_again_a_feed_says_the_same_to_the_letter(desk: Database) -> None:
    token = subscribed(desk, "ben")
    first = looked_at(desk, token)
    second = looked_at(desk, token, NOW + timedelta(hours=5))
    assert (first.text, first.tag, first.changed_at) == (second.text, second.tag, second.changed_at)
    assert (first.has_news, second.has_news) == (True, False)
    # The first look of the next day is noted, and nothing else.
    next_day = looked_at(desk, token, NOW + timedelta(days=1))
    assert (next_day.text, next_day.has_news) == (first.text, True)


def test_a_shift_that_goes_to_somebody_else_is_cancelled_here_and_new_there(desk: Database) -> None:
    bens, cleos, all_of_it = (
        subscribed(desk, "ben"),
        subscribed(desk, "cleo"),
        subscribed(desk, "dee", whole=True),
    )
    start, end = datetime(2027, 3, 15, 8, tzinfo=UTC), datetime(2027, 3, 19, 23, tzinfo=UTC)
    before = on_from(events(desk, bens), start)
    whole_before = on_from(events(desk, all_of_it), start)
    events(desk, cleos)

    override = stood_in(desk, start, end)

    later = NOW + timedelta(hours=1)
    gone = on_from(events(desk, bens, later), start)
    assert (gone["UID"], gone["STATUS"], gone["SEQUENCE"]) == (before["UID"], "CANCELLED", 1)
    assert on_from(events(desk, cleos, later), start)["STATUS"] == "CONFIRMED"
    whole_after = on_from(events(desk, all_of_it, later), start)
    assert (whole_after["UID"], whole_after["SEQUENCE"]) == (whole_before["UID"], 1)
    assert whole_after["SUMMARY"] == "Cleo on call, primary: Desk"

    with desk.transaction() as session:
        remove_override(session, override, by=None, now=later)
    back = on_from(events(desk, bens, later), start)
    assert (back["UID"], back["STATUS"], back["SEQUENCE"]) == (before["UID"], "CONFIRMED", 2)


def test_a_part_that_goes_away_leaves_the_rest_where_it_was(desk: Database) -> None:
    token = subscribed(desk, "ben")
    start = datetime(2027, 3, 15, 8, tzinfo=UTC)
    before = on_from(events(desk, token), start)

    stood_in(desk, start + timedelta(days=1), start + timedelta(days=2))

    after = events(desk, token)
    kept = on_from(after, start)
    rest = on_from(after, start + timedelta(days=2))
    assert (kept["UID"], kept["SEQUENCE"]) == (before["UID"], 1)
    assert kept["DTEND"].dt == start + timedelta(days=1)
    assert rest["UID"] != before["UID"]


def test_a_cancelled_event_is_told_for_a_month(desk: Database) -> None:
    token = subscribed(desk, "ben")
    events(desk, token)
    start = datetime(2027, 5, 10, 7, tzinfo=UTC)
    stood_in(desk, start, start + timedelta(days=4, hours=15))

    def is_told(now: datetime) -> bool:
        return any(begins == start for begins, _ in events(desk, token, now))

    assert is_told(NOW)
    assert is_told(NOW + timedelta(days=29))
    assert not is_told(NOW + timedelta(days=31))


def test_what_is_over_is_forgotten_in_time(desk: Database) -> None:
    token = subscribed(desk, "ben")
    events(desk, token)
    events(desk, token, NOW + timedelta(days=200))
    with desk.reading() as session:
        oldest = session.scalar(select(func.min(CalendarEvent.end)))
    assert oldest is not None
    assert oldest > NOW + timedelta(days=200 - 70)


def test_only_the_owner_s_feed_shows_their_rest_and_no_reason(desk: Database) -> None:
    mine, whole = subscribed(desk, "ben"), subscribed(desk, "cleo", whole=True)
    start = datetime(2027, 4, 1, 6, tzinfo=UTC)
    with desk.transaction() as session:
        ben = person(session, "ben")
        for n, kind in enumerate(AbsenceKind):
            at = start + timedelta(days=n)
            add_absence(session, ben, kind=kind, start=at, end=at + timedelta(hours=11), by=ben, now=NOW)
    summaries = {str(event["SUMMARY"]) for event in events(desk, mine).values()}
    assert summaries == {"On call, primary: Desk", "Rest"}
    text = looked_at(desk, whole).text.lower()
    for word in (b"rest", b"sick", b"learning", b"protected", b"time_off", b"off"):
        assert word not in text.replace(b"refresh-interval", b"").replace(b"interest", b"")


def test_the_address_is_secret_shown_once_and_can_be_revoked(desk: Database) -> None:
    with desk.transaction() as session:
        ben, cleo = person(session, "ben"), person(session, "cleo")
        made, token = subscribe(session, ben, FeedKind.MINE, now=NOW)
        stored = session.get_one(CalendarSubscription, made.id)
        assert token not in repr(vars(stored))
        assert len(token) >= 40
        assert [one.id for one in subscriptions(session, ben)] == [made.id]
        with pytest.raises(NoSuchFeed):
            revoke(session, cleo, made.id, now=NOW)
    looked_at(desk, token, NOW + timedelta(hours=3))
    with desk.transaction() as session:
        used = session.get_one(CalendarSubscription, made.id).last_used_at
        assert used == NOW.replace(hour=0)
        revoke(session, person(session, "ben"), made.id, now=NOW)
    with pytest.raises(NoSuchFeed):
        looked_at(desk, token)
    with desk.transaction() as session, pytest.raises(NoSuchFeed):
        revoke(session, person(session, "ben"), made.id, now=NOW)


def test_who_may_have_a_feed(desk: Database) -> None:
    with desk.transaction() as session:
        with pytest.raises(NotAllowed):
            subscribe(session, person(session, "ada"), FeedKind.MINE, now=NOW)
        with pytest.raises(NoSuchSchedule):
            subscribe(session, person(session, "ben"), FeedKind.SCHEDULE, schedule_id=777, now=NOW)
        for _ in range(MOST_AT_ONCE):
            subscribe(session, person(session, "ben"), FeedKind.MINE, now=NOW)
        with pytest.raises(TooManyFeeds):
            subscribe(session, person(session, "ben"), FeedKind.MINE, now=NOW)


def test_somebody_who_left_the_desk_reads_nothing_more(desk: Database) -> None:
    token = subscribed(desk, "ben")
    with desk.transaction() as session:
        person(session, "ben").role = Role.REQUESTER
    with pytest.raises(NoSuchFeed):
        looked_at(desk, token)


def test_a_schedule_that_was_put_away_ends_its_feed_and_its_shifts(desk: Database) -> None:
    mine, whole = subscribed(desk, "ben"), subscribed(desk, "cleo", whole=True)
    events(desk, mine)
    with desk.transaction() as session:
        delete_schedule(session, TEAM, rota(session).id, by=None, now=NOW)
    with pytest.raises(NoSuchFeed):
        looked_at(desk, whole)
    statuses = {str(event["STATUS"]) for (_, end), event in events(desk, mine).items() if end > NOW}
    assert statuses == {"CANCELLED"}


def test_two_calendars_that_ask_at_once_are_told_the_same(desk: Database) -> None:
    tokens = [subscribed(desk, "ben"), subscribed(desk, "ben")]
    together, found = Barrier(len(tokens)), []

    def ask(token: str) -> None:
        together.wait()
        found.append(looked_at(desk, token).text)

    threads = [Thread(target=ask, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found[0] == found[1]


SPANS = st.lists(st.tuples(st.integers(1, 60 * 24), st.integers(1, 24 * 9)), min_size=1, max_size=3)


@given(SPANS)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_changes_a_feed_is_the_rota_and_sequences_only_rise(
    desk: Database, spans: list[tuple[int, int]]
) -> None:
    with desk.transaction() as session:
        number = rota(session).id
        token = subscribe(session, person(session, "ben"), FeedKind.SCHEDULE, schedule_id=number, now=NOW)[1]
    told: dict[str, tuple[int, bytes]] = {}
    made: list[int] = []
    for hour, hours in spans:
        with desk.transaction() as session:
            start = NOW + timedelta(hours=hour)
            override = add_override_of_dee(session, number, start, start + timedelta(hours=hours))
            made += [override] if override else []
        text = looked_at(desk, token).text
        for event in Calendar.from_ical(text).walk("VEVENT"):
            said = b"".join(event[key].to_ical() for key in ("DTSTART", "DTEND", "SUMMARY", "STATUS"))
            sequence, before = told.get(event["UID"], (-1, b""))
            assert event["SEQUENCE"] > sequence or said == before
            told[event["UID"]] = int(event["SEQUENCE"]), said
    with desk.transaction() as session:
        start, end = NOW, NOW + timedelta(days=90)
        on = {
            (one.start, one.end)
            for one in resolve(plan_for(session, number, start=start, end=end), start, end)
        }
        running = {
            (max(one["DTSTART"].dt, start), min(one["DTEND"].dt, end))
            for one in Calendar.from_ical(text).walk("VEVENT")
            if one["STATUS"] == "CONFIRMED" and one["DTEND"].dt > start and one["DTSTART"].dt < end
        }
        assert running == on
        for override in made:
            remove_override(session, override, by=None, now=NOW)


def add_override_of_dee(session: Session, number: int, start: datetime, end: datetime) -> int | None:
    try:
        return add_override(
            session,
            number,
            kind=OverrideKind.ADD,
            role=DutyRole.PRIMARY,
            start=start,
            end=end,
            person=person(session, "dee"),
            by=None,
            now=NOW,
        ).id
    except OverrideRefused:
        return None


def test_an_edit_of_the_rules_takes_back_and_tells_anew(desk: Database) -> None:
    token = subscribed(desk, "dee")
    assert len(events(desk, token)) > 20
    with desk.transaction() as session:
        rota(session, weekend=False)
    after = events(desk, token)
    assert {str(event["STATUS"]) for event in after.values()} == {"CANCELLED"}
    with desk.transaction() as session:
        save_schedule(session, TEAM, rota(session), by=None, now=NOW)
    assert {str(event["STATUS"]) for event in events(desk, token).values()} == {"CONFIRMED"}

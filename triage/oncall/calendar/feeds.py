"""What a subscribed calendar gets: shifts, and in the owner's own feed their rest, never with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from triage.oncall.absences import absences_of
from triage.oncall.calendar.ical import REST, calendar
from triage.oncall.calendar.subscriptions import NoSuchFeed, Subscription, day_of, opened_by
from triage.oncall.calendar.tables import CalendarEvent, FeedKind
from triage.oncall.calendar.telling import Entry, Told, followed
from triage.oncall.plan import AbsenceKind, DutyRole, Schedule
from triage.oncall.plans import NoSuchSchedule, plan_for, schedule, shifts_of
from triage.oncall.schedule_tables import ScheduleRow
from triage.oncall.shifts import resolve
from triage.people.models import Person
from triage.people.roster import lock

_BACK, _AHEAD = timedelta(days=35), timedelta(days=190)


@dataclass(frozen=True)
class Feed:
    text: bytes
    # The same for the same text, for calendars that ask whether anything changed.
    tag: str
    changed_at: datetime
    # Something has to be kept, so the answer has to be made in a transaction that commits.
    has_news: bool


@dataclass(frozen=True)
class _View:
    """Whose feed it is: all subscriptions to one view are told the same."""

    name: str
    title: str
    team_id: str
    entries: Sequence[Entry]
    since: datetime


def feed(session: Session, token: str, *, now: datetime, keep: bool = False) -> Feed:
    """What this address shows now. `keep` in a transaction that commits, where there is news. Raises `NoSuchFeed`."""
    subscription = opened_by(session, token)
    owner = session.get_one(Person, subscription.person_id)
    view = _view(session, subscription, owner, now=now)
    if keep:
        # Before reading what was told: two calendars that ask at once would give one number twice.
        _lock(session, subscription, owner)
    before = _told(session, view.name)
    told = followed(before, view.entries, now=now, since=view.since)
    over = [one for one in told if one.entry.end <= view.since]
    fresh = [one for one in told if one not in before and one not in over]
    has_news = bool(over or fresh) or subscription.last_used_at != day_of(now)
    if keep:
        subscription.last_used_at = day_of(now)
        _keep(session, view.name, fresh, over)
    shown = [one for one in told if one.is_shown(now) and one not in over]
    return _written(session, subscription, view, shown, has_news=has_news)


def _written(
    session: Session, subscription: Subscription, view: _View, shown: Sequence[Told], *, has_news: bool
) -> Feed:
    summaries = _summaries(session, shown, own=subscription.kind is FeedKind.MINE)
    text = calendar(view.title, shown, feed=view.name, team_id=view.team_id, summaries=summaries)
    changed_at = max((one.changed_at for one in shown), default=subscription.created_at)
    return Feed(text, sha256(text).hexdigest(), changed_at, has_news)


def _view(session: Session, subscription: Subscription, owner: Person, *, now: datetime) -> _View:
    # By the month, or whatever lies across the edges would move with every look.
    since, until = _month(now - _BACK), _month(now + _AHEAD)
    if subscription.kind is FeedKind.MINE:
        entries = [*_own_shifts(session, owner, since, until), *_rests(session, owner, since, until)]
        return _View(f"person:{owner.id}", "My shifts", owner.team_id, entries, since)
    try:
        seen = schedule(session, subscription.schedule_id or 0)
    except NoSuchSchedule:
        raise NoSuchFeed from None
    entries = _all_shifts(session, seen, since, until)
    return _View(f"schedule:{seen.id}", f"On call: {seen.name}", seen.team_id, entries, since)


def _month(at: datetime) -> datetime:
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _own_shifts(session: Session, owner: Person, since: datetime, until: datetime) -> list[Entry]:
    return [
        Entry(shift.occurrence, shift.role, shift.start, shift.end, owner.id, shift.schedule_id)
        for shift in shifts_of(session, owner, start=since, end=until)
    ]


def _all_shifts(session: Session, seen: Schedule, since: datetime, until: datetime) -> list[Entry]:
    return [
        Entry(shift.occurrence, shift.role, shift.start, shift.end, shift.person_id, seen.id)
        for shift in resolve(plan_for(session, seen.id, start=since, end=until), since, until)
    ]


def _rests(session: Session, owner: Person, since: datetime, until: datetime) -> list[Entry]:
    return [
        Entry(f"rest:{absence.id}", REST, absence.start, absence.end, owner.id)
        for absence in absences_of(session, [owner.id], start=since, end=until)
        if absence.kind is AbsenceKind.REST
    ]


# --- Words ------------------------------------------------------------------------------------------


def _summaries(session: Session, told: Sequence[Told], *, own: bool) -> dict[Entry, str]:
    entries = [one.entry for one in told]
    people = {
        person.id: person.called
        for person in session.scalars(select(Person).where(Person.id.in_({one.person_id for one in entries})))
    }
    names = {
        row.id: row.name
        for row in session.scalars(
            select(ScheduleRow).where(ScheduleRow.id.in_({one.schedule_id for one in entries}))
        )
    }
    return {
        one: summary(
            one.role,
            names.get(one.schedule_id) if one.schedule_id else None,
            None if own else people[one.person_id],
        )
        for one in entries
    }


def summary(role: str, schedule_name: str | None, who: str | None) -> str:
    if role == REST:
        return "Rest"
    duty = f"{DutyRole(role)}: {schedule_name}"
    return f"On call, {duty}" if who is None else f"{who} on call, {duty}"


# --- What is kept -----------------------------------------------------------------------------------


def _told(session: Session, name: str) -> list[Told]:
    return [
        Told(
            row.id,
            Entry(row.occurrence, row.role, row.start, row.end, row.person_id, row.schedule_id),
            row.piece,
            row.sequence,
            row.changed_at,
            row.cancelled_at,
        )
        for row in session.scalars(select(CalendarEvent).where(CalendarEvent.feed == name))
    ]


def _lock(session: Session, subscription: Subscription, owner: Person) -> None:
    if subscription.kind is FeedKind.MINE:
        lock(session, owner)
    else:
        session.get(ScheduleRow, subscription.schedule_id, with_for_update={"key_share": True})


def _keep(session: Session, name: str, fresh: Sequence[Told], over: Sequence[Told]) -> None:
    for one in fresh:
        entry = one.entry
        row = session.get_one(CalendarEvent, one.id) if one.id else CalendarEvent(feed=name, piece=one.piece)
        row.occurrence, row.role, row.person_id = entry.occurrence, entry.role, entry.person_id
        row.start, row.end, row.schedule_id = entry.start, entry.end, entry.schedule_id
        row.sequence, row.changed_at, row.cancelled_at = one.sequence, one.changed_at, one.cancelled_at
        session.add(row)
    gone = [one.id for one in over if one.id]
    if gone:
        session.execute(delete(CalendarEvent).where(CalendarEvent.id.in_(gone)))
    session.flush()

"""Who follows which feed. The address is the key to it: made here, shown once, and known to the desk by its hash."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from triage.audit import record
from triage.errors import TriageError
from triage.oncall.calendar.tables import CalendarSubscription, FeedKind
from triage.oncall.plans import NoSuchSchedule, schedule
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.people.roster import lock

Subscription = CalendarSubscription

# Phone, laptop, a family calendar; far more says that something asks again and again.
MOST_AT_ONCE = 20


class NoSuchFeed(TriageError):
    """There is no such subscription, or it was revoked, or it is somebody else's: all three look alike."""

    def __init__(self) -> None:
        super().__init__("no such calendar feed")


class TooManyFeeds(TriageError):
    def __init__(self) -> None:
        super().__init__(f"more than {MOST_AT_ONCE} calendar feeds")


def subscribe(
    session: Session, person: Person, kind: FeedKind, *, schedule_id: int | None = None, now: datetime
) -> tuple[Subscription, str]:
    """A new address and the secret in it, which nobody can look up again.

    Raises `NotAllowed` for requesters, `NoSuchSchedule` and `TooManyFeeds`.
    """
    require(person.role, Permission.SEE_ROTA)
    lock(session, person)
    if len(subscriptions(session, person)) >= MOST_AT_ONCE:
        raise TooManyFeeds
    if kind is FeedKind.SCHEDULE and (
        schedule_id is None or schedule(session, schedule_id).team_id != person.team_id
    ):
        raise NoSuchSchedule(schedule_id or 0)
    token = token_urlsafe(32)
    made = CalendarSubscription(
        person_id=person.id,
        kind=kind,
        schedule_id=schedule_id if kind is FeedKind.SCHEDULE else None,
        token_hash=_hash(token),
        created_at=now,
    )
    session.add(made)
    session.flush()
    record(
        session, "feed.subscribed", by=person, team_id=person.team_id, now=now, feed=made.id, kind=kind.value
    )
    return made, token


def subscriptions(session: Session, person: Person) -> Sequence[Subscription]:
    """The person's own, without those they revoked."""
    return session.scalars(
        select(CalendarSubscription)
        .where(CalendarSubscription.person_id == person.id, CalendarSubscription.revoked_at.is_(None))
        .order_by(CalendarSubscription.id)
    ).all()


def revoke(session: Session, person: Person, subscription_id: int, *, now: datetime) -> None:
    """The address opens nothing from now on. Raises `NoSuchFeed` where it is not the person's own."""
    taken = session.execute(
        update(CalendarSubscription)
        .where(
            CalendarSubscription.id == subscription_id,
            CalendarSubscription.person_id == person.id,
            CalendarSubscription.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(CalendarSubscription.id)
    ).first()
    if taken is None:
        raise NoSuchFeed
    record(session, "feed.revoked", by=person, team_id=person.team_id, now=now, feed=subscription_id)


def opened_by(session: Session, token: str) -> Subscription:
    """The subscription behind a secret. Raises `NoSuchFeed`.

    The database compares hashes, so how long it takes says nothing about how near a guess came to a secret.
    """
    found = session.scalars(
        select(CalendarSubscription).where(
            CalendarSubscription.token_hash == _hash(token), CalendarSubscription.revoked_at.is_(None)
        )
    ).first()
    if found is None or not session.get_one(Person, found.person_id).answers:
        raise NoSuchFeed
    return found


def day_of(now: datetime) -> datetime:
    """What is kept of a use: when somebody looks at their calendar is nobody's business."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()

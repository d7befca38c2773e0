"""Who subscribed to which feed, and what the feeds have said so far."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of


class FeedKind(StrEnum):
    MINE = "mine"  # the owner's own shifts and rest
    SCHEDULE = "schedule"  # everybody's shifts of one schedule


class CalendarSubscription(Base):
    """One secret address. The secret itself is shown once and kept nowhere: a copy of the database opens no feed."""

    __tablename__ = "calendar_subscription"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_calendar_subscription_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[FeedKind] = mapped_column(one_of(FeedKind))
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # By the day: whether a subscription is alive, not when somebody looks at their calendar.
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CalendarEvent(Base):
    """What calendars were told of one event. All subscriptions to one feed hear the same SEQUENCE.

    `feed` names whose view it is: "person:3" or "schedule:1".
    """

    __tablename__ = "calendar_event"
    __table_args__ = (
        UniqueConstraint("feed", "occurrence", "role", "piece"),
        Index("ix_calendar_event_feed_end", "feed", "end"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    feed: Mapped[str] = mapped_column(String(32))
    # A turn may fall into pieces, by restrictions or by a swap of a part; each keeps its number.
    occurrence: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    piece: Mapped[int] = mapped_column()
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # None for a rest.
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

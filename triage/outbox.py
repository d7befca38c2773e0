"""What should be said in Slack. Domain code writes a row in its own transaction; the worker speaks afterwards.

A row names the occasion, not the words: those are found when it is sent, from the state at that moment.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.origin import origin_of
from triage.people.models import Person
from triage.tickets.models import Ticket
from triage.vocabulary import SayState, Urgency
from triage.work import Deliver, enqueue


class Occasion(StrEnum):
    """When the desk speaks, and to whom."""

    OPENING = "opening"  # our own first message, where a form asked and there is no thread yet
    ANSWER = "answer"  # in the thread: what was understood, articles or none
    ANSWER_REFRESH = "answer_refresh"  # the same message, brought up to date
    NOTICE = "notice"  # in the thread: something happened to the ticket
    CARD = "card"  # in the desk's channel
    CARD_REFRESH = "card_refresh"
    DESK_NOTICE = "desk_notice"  # under the card
    DESK_NEWS = "desk_news"  # in the desk's channel: about no ticket, but about the desk itself
    PAGE = "page"  # direct message to an agent that wants an answer
    PAGE_REFRESH = "page_refresh"  # the same message: somebody took it, or nothing is left to do
    PRIVATE = "private"  # seen by one person, in a channel
    DIRECT = "direct"  # direct message
    DIRECT_REFRESH = "direct_refresh"  # the same message, as things stand now
    HOME = "home"  # a person's App Home
    RATING = "rating"  # in the thread, after resolution: how was the help
    RATING_REFRESH = "rating_refresh"

    @property
    def changes_another(self) -> bool:
        """Brings up to date what another message has said."""
        return self.endswith("_refresh")


_UNSURE = text("look_for_at IS NOT NULL")


class Say(Base):
    """One message on its way to Slack: `pending → sending → sent`.

    Found in `sending`, it may have been posted before a crash: the worker looks for its own message by this
    row's id before it posts again.
    """

    __tablename__ = "say"
    __table_args__ = (
        Index("ix_say_state_id", "state", "id"),
        Index("ix_say_ticket_id_occasion", "ticket_id", "occasion"),
        Index("ix_say_created_at", "created_at"),
        # The few of the last half minute, however many were sent before.
        Index(
            "ix_say_team_id_look_for_at",
            "team_id",
            "look_for_at",
            sqlite_where=_UNSURE,
            postgresql_where=_UNSURE,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    occasion: Mapped[Occasion] = mapped_column(one_of(Occasion, 24))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # The channel it goes to, or the Slack id of the person whose direct messages it goes to.
    address: Mapped[str] = mapped_column(String(32))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[SayState] = mapped_column(one_of(SayState), default=SayState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_channel: Mapped[str | None] = mapped_column(String(32))
    sent_ts: Mapped[str | None] = mapped_column(String(32))
    # See `triage/outbox_seen.py`: when Slack is asked whether it has what it took, and how often it had it not.
    look_for_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    missed: Mapped[int] = mapped_column(default=0, server_default="0")
    # What started it: see `triage/origin.py`.
    request_id: Mapped[str | None] = mapped_column(String(64))
    trace: Mapped[str | None] = mapped_column(String(64))

    @property
    def lane(self) -> str:
        """What is in one lane goes out in order, one at a time. Changes share one: Slack counts them for the whole
        workspace, and a message that somebody waits for must not stand behind them."""
        return f"changes:{self.team_id}" if self.changes_another else self.address

    @property
    def changes_another(self) -> bool:
        return self.occasion.changes_another


# What somebody waits for goes before what only tells, where both wait for their turn in one lane. A message never
# goes before one that it hangs under: an answer stands before its notices, a card before the notices below it.
_WAITED_FOR = frozenset(
    {
        Occasion.OPENING,
        Occasion.ANSWER,
        Occasion.ANSWER_REFRESH,
        Occasion.PAGE,
        Occasion.PRIVATE,
        Occasion.HOME,
        Occasion.DIRECT_REFRESH,
        Occasion.RATING_REFRESH,
    }
)
_BY_AND_BY = frozenset({Occasion.DESK_NOTICE, Occasion.DESK_NEWS})


def rank(occasion: Occasion, urgency: Urgency | None = None) -> int:
    """0 before 1 before 2. A critical card is waited for, too."""
    if occasion in _WAITED_FOR or (occasion is Occasion.CARD and urgency is Urgency.CRITICAL):
        return 0
    return 2 if occasion in _BY_AND_BY else 1


def say(
    session: Session,
    occasion: Occasion,
    *,
    team_id: str,
    address: str,
    now: datetime,
    ticket: Ticket | None = None,
    person: Person | None = None,
    **params: Any,
) -> Say:
    """Writes the row and enqueues its delivery, in the caller's transaction."""
    row = Say(
        team_id=team_id,
        occasion=occasion,
        ticket_id=ticket.id if ticket else None,
        person_id=person.id if person else None,
        address=address,
        params=params,
        state=SayState.PENDING,
        attempts=0,
        created_at=now,
        **origin_of(session),
    )
    session.add(row)
    session.flush()
    urgency = ticket.urgency if ticket else None
    enqueue(session, Deliver(row.id, row.lane, rank=rank(occasion, urgency)))
    return row


def say_in_thread(
    session: Session, occasion: Occasion, ticket: Ticket, *, requester: Person, now: datetime, **params: Any
) -> Say:
    """Speaks where the question was asked; before its thread exists, in the requester's direct messages."""
    return say(
        session,
        occasion,
        team_id=ticket.team_id,
        address=ticket.channel_id or requester.slack_id,
        ticket=ticket,
        now=now,
        **params,
    )


def say_to(
    session: Session,
    occasion: Occasion,
    person: Person,
    *,
    now: datetime,
    ticket: Ticket | None = None,
    **params: Any,
) -> Say:
    """Speaks to one person, in their direct messages or their App Home."""
    return say(
        session,
        occasion,
        team_id=person.team_id,
        address=person.slack_id,
        ticket=ticket,
        person=person,
        now=now,
        **params,
    )


def say_to_desk(
    session: Session, occasion: Occasion, ticket: Ticket, *, channel: str, now: datetime, **params: Any
) -> Say:
    """Speaks in the agents' channel."""
    return say(session, occasion, team_id=ticket.team_id, address=channel, ticket=ticket, now=now, **params)


def unsent(session: Session, *, limit: int = 1000) -> list[tuple[int, str]]:
    """Ids and lanes of what was not sent yet, oldest first."""
    rows = session.scalars(
        select(Say).where(Say.state.in_((SayState.PENDING, SayState.SENDING))).order_by(Say.id).limit(limit)
    )
    return [(row.id, row.lane) for row in rows]

"""Replies that are delivered before their question: remembered by their stamps until it comes.

Slack delivers events in any order. Which threads will belong to a ticket nobody knows before, so each young thread of
a place where questions are asked is remembered; the words are not, they are read again in Slack.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.effects import Effect, first_time

# Slack gives up delivering a message after six minutes; the desk itself may have been away for a while.
_YOUNG = timedelta(hours=1)


def is_young(thread_ts: str, now: datetime) -> bool:
    """Whether the message that the thread hangs on may still be on its way to us."""
    return now - datetime.fromtimestamp(float(thread_ts), UTC) < _YOUNG


def meet_at(session: Session, team_id: str, channel_id: str, thread_ts: str, *, now: datetime) -> bool:
    """One at a time for each thread: whoever comes second sees what the first one did. Says who is first."""
    key = _key(team_id, channel_id, thread_ts)
    first = first_time(session, key, now=now)
    if not first:  # a row of one's own is locked anyway
        session.get(Effect, key, with_for_update=True)
    return first


def remember(
    session: Session, team_id: str, channel_id: str, thread_ts: str, ts: str, *, now: datetime
) -> None:
    first_time(session, f"{_key(team_id, channel_id, thread_ts)}:{ts}", now=now)


def remembered(session: Session, team_id: str, channel_id: str, thread_ts: str) -> list[str]:
    """The stamps of the replies that came before their question."""
    begin = f"{_key(team_id, channel_id, thread_ts)}:"
    # Comparing reads the index on every database, which LIKE does not. After the colon comes the semicolon.
    keys = session.scalars(
        select(Effect.key).where(Effect.key >= begin, Effect.key < f"{begin[:-1]};").order_by(Effect.key)
    )
    return [key.removeprefix(begin) for key in keys]


def _key(team_id: str, channel_id: str, thread_ts: str) -> str:
    return f"thread:{team_id}:{channel_id}:{thread_ts}"

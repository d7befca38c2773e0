"""Which messages were deleted in Slack: known for good, in whichever order their events come."""

from datetime import datetime

from sqlalchemy.orm import Session

from triage.effects import first_time, seen


def note_deleted(session: Session, team_id: str, channel: str, ts: str, *, now: datetime) -> bool:
    """Whether that is news."""
    return first_time(session, key(team_id, channel, ts), now=now)


def was_deleted(session: Session, team_id: str, channel: str, ts: str) -> bool:
    return seen(session, key(team_id, channel, ts))


def key(team_id: str, channel: str, ts: str) -> str:
    """Of the effect, for whoever looks for others as well."""
    return f"deleted:{team_id}:{channel}:{ts}"

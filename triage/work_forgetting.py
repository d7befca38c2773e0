"""Notes about work are forgotten when nobody can want them any more."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.policy import Policy
from triage.work_notes import WorkNote, forget_notes

_KEPT = timedelta(days=90)


def forget_old_notes(session: Session, _team_id: str, _policy: Policy, now: datetime) -> int:
    """A note is about one piece of work, whosever it is: the first workspace of a round clears all of them."""
    before = now - _KEPT
    if session.scalar(select(WorkNote.id).where(WorkNote.last_at < before).limit(1)) is None:
        return 0
    return forget_notes(session, before=before)

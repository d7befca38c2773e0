"""A message that Slack refused, or that hangs after a fault of ours, is sent on its way again by an admin."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from triage.audit import record
from triage.errors import TriageError
from triage.outbox import Say
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.vocabulary import SayState
from triage.work import Deliver, enqueue


class NothingToRetry(TriageError):
    """It is not there, was sent meanwhile, or somebody else pressed first."""

    def __init__(self, what: str) -> None:
        super().__init__(f"nothing to retry: {what}")
        self.what = what


def retry(session: Session, say_id: int, *, by: Person, now: datetime) -> Say:
    """Enqueues the message's delivery anew; what was refused is pending again. Raises `NothingToRetry`.

    A message in `sending` stays so: Slack may have it already, and the worker looks before it posts.
    """
    require(by.role, Permission.RETRY_WORK)
    row = session.get(Say, say_id, populate_existing=True)
    if row is None or row.team_id != by.team_id or row.state == SayState.SENT:
        raise NothingToRetry(f"message {say_id}")
    if row.state == SayState.FAILED:
        _put_back(session, row)
    # A delivery that ended keeps its id for ever, so this one is numbered.
    enqueue(session, Deliver(row.id, row.lane, attempt=row.attempts))
    record(session, "work.retried", by=by, team_id=by.team_id, now=now, say_id=row.id, attempts=row.attempts)
    session.flush()
    return row


def _put_back(session: Session, row: Say) -> None:
    """Of two admins who press at once, one wins."""
    moved = session.execute(
        update(Say)
        .where(Say.id == row.id, Say.state == SayState.FAILED, Say.attempts == row.attempts)
        .values(state=SayState.PENDING, error=None)
        .returning(Say.id)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        raise NothingToRetry(f"message {row.id}")
    session.refresh(row)

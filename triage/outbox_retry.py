"""A message that Slack refused, or that hangs after a fault of ours, is sent on its way again."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from triage.outbox import Say, rank
from triage.vocabulary import SayState
from triage.work import Deliver, enqueue
from triage.work_notes import NothingToRetry


def send_again(session: Session, row: Say) -> None:
    """Enqueues the message's delivery anew; what was refused is pending again. Raises `NothingToRetry`.

    A message in `sending` stays so: Slack may have it already, and the worker looks before it posts.
    """
    if row.state == SayState.SENT:
        raise NothingToRetry(f"say:{row.id}")
    if row.state == SayState.FAILED:
        _put_back(session, row)
    # A delivery that ended keeps its id for ever, so this one is numbered.
    enqueue(session, Deliver(row.id, row.lane, attempt=row.attempts, rank=rank(row.occasion)))


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
        raise NothingToRetry(f"say:{row.id}")
    session.refresh(row)

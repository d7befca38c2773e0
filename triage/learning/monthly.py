"""Once a month a training by itself, where there is something new to learn from."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.learning import runs
from triage.learning.reminder import reminder
from triage.learning.runs import TrainingRun, request_training
from triage.policy import Policy


def request_if_due(session: Session, team_id: str, *, policy: Policy, now: datetime) -> TrainingRun | None:
    """The run that was asked for just now. Never two for the same month: the database keeps the month but once."""
    month = f"{now.astimezone(policy.opening.zone):%Y-%m}"
    if not policy.learning.monthly or runs.going_on(session, team_id) is not None:
        return None
    asked = select(TrainingRun.id).where(TrainingRun.team_id == team_id, TrainingRun.month == month)
    if session.scalar(asked) is not None or reminder(session, team_id).new < policy.learning.fewest_new:
        return None
    run = request_training(session, team_id, by=None, why="the monthly training", now=now, month=month)
    return run if run.month == month else None

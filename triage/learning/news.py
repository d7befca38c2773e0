"""What the desk's channel is told about the models: rarely, and only where somebody should know or act."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from triage.outbox import Occasion, say
from triage.policy import Policy


class News(StrEnum):
    HELD_BACK = "held_back"  # the guard: a category is only recommended from now on
    PROMOTED = "promoted"  # the automatic mode: another version serves
    DAMAGED = "damaged"  # the serving model's file is no good, and another one took its place
    REMINDER = "reminder"  # labels wait, and a training is expected to help


def tell_the_desk(
    session: Session, team_id: str, news: News, *, policy: Policy, now: datetime, **params: Any
) -> None:
    """A desk without a channel reads it in the console."""
    if policy.desk_channel:
        say(
            session,
            Occasion.DESK_NEWS,
            team_id=team_id,
            address=policy.desk_channel,
            now=now,
            notice=news.value,
            **params,
        )

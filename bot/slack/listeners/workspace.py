"""What changes around the desk: people renamed, the app removed. Acted on quietly."""

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.slack.desk import Desk
from bot.slack.events import Arrived, on
from bot.slack.installations import take_off_and_rest
from triage.people.models import Person
from triage.people.profile import remember_profile

log = structlog.get_logger(__name__)


@on("user_change")
def on_user_change(session: Session, arrived: Arrived, desk: Desk, now: datetime) -> None:
    """Only people whom the desk has met are kept up to date."""
    user = arrived.event.get("user") or {}
    person = session.scalars(
        select(Person).where(Person.team_id == arrived.team_id, Person.slack_id == user.get("id"))
    ).first()
    if person is not None:
        remember_profile(person, user)


@on("tokens_revoked", "app_uninstalled")
def on_removed(session: Session, arrived: Arrived, desk: Desk, now: datetime) -> None:
    """Nothing can be said any more; what is stored stays as long as the retention says."""
    if arrived.event["type"] == "tokens_revoked" and not (arrived.event.get("tokens") or {}).get("bot"):
        return  # somebody's own token, of which we have none
    log.warning("slack.app_removed", team_id=arrived.team_id, type=arrived.event["type"])
    take_off_and_rest(session, arrived.team_id, at=arrived.at, now=now)

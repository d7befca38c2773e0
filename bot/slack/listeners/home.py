"""App Home: published when somebody opens it."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack.desk import Desk
from bot.slack.events import Arrived, on
from triage.outbox import Occasion, say_to
from triage.people.roster import meet


@on("app_home_opened")
def on_home_opened(session: Session, arrived: Arrived, desk: Desk, now: datetime) -> None:
    if arrived.event.get("tab") != "home":
        return
    person = meet(session, arrived.team_id, str(arrived.event["user"]), now=now)
    say_to(session, Occasion.HOME, person, now=now)

"""App Home: published when somebody opens it."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack.desk import Desk
from bot.slack.events import Arrived, on
from triage.outbox import Occasion, say
from triage.people.roster import meet


@on("app_home_opened")
def on_home_opened(session: Session, arrived: Arrived, desk: Desk, now: datetime) -> None:
    if arrived.event.get("tab") != "home":
        return
    person = meet(session, arrived.team_id, str(arrived.event["user"]), now=now)
    say(session, Occasion.HOME, team_id=arrived.team_id, address=person.slack_id, person=person, now=now)

"""What the demo begins with beside its articles: a rota, so that its screens and commands have something to show."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bot.slack.desk import Desk
from triage.oncall.plan import Member, Rotation, Schedule, Turn
from triage.oncall.schedules import save_schedule, schedules
from triage.people.roster import meet
from triage.vocabulary import DutyRole

# Ben's own zone: he takes the first turn.
ZONE = ZoneInfo("Europe/Stockholm")
IN_TURN = ("UBEN", "UCLEO")


def plan_desk_hours(desk: Desk) -> None:
    """Ben and Cleo by the week from today on, the other one second in line. What is there already stays as it is."""
    team_id, now = desk.identity().team_id, desk.clock()
    with desk.database.transaction() as session:
        if schedules(session, team_id):
            return
        first, second = (meet(session, team_id, slack_id, now=now).id for slack_id in IN_TURN)
        today = datetime.combine(now.astimezone(ZONE).date(), time())
        rotations = (
            Rotation(0, "Weeks", DutyRole.PRIMARY, 1, Turn.WEEK, 1, today, (Member(first), Member(second))),
            Rotation(
                0,
                "Second in line",
                DutyRole.SECONDARY,
                1,
                Turn.WEEK,
                1,
                today,
                (Member(second), Member(first)),
            ),
        )
        midnight = today.replace(tzinfo=ZONE).astimezone(UTC)
        save_schedule(
            session, team_id, Schedule(0, team_id, "Desk hours", ZONE, rotations), by=None, now=midnight
        )

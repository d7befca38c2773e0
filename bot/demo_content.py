"""What the demo begins with beside its articles: a rota, so that its screens and commands have something to show."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.slack.desk import Desk
from triage.oncall.plan import Member, Restriction, Rotation, Schedule, Turn
from triage.oncall.schedules import save_schedule, schedules
from triage.people.roster import meet
from triage.vocabulary import DutyRole

# Ben's own zone. Hands change when it is afternoon there, and morning where Cleo is.
ZONE = ZoneInfo("Europe/Stockholm")
CHANGE = time(14)
IN_TURN = ("UBEN", "UCLEO")
NAME = "IT desk"
# Two nights each, so that nobody has many running; second in line only while both are awake.
_DAYS = 2
_BOTH_AWAKE = Restriction(frozenset(range(7)), CHANGE, time(20))


def plan_desk_hours(desk: Desk) -> None:
    """Ben and Cleo take turns, Ben first, the other one second in line. What is there already stays as it is."""
    team_id, now = desk.own_team(), desk.clock()
    with desk.database.transaction() as session:
        if schedules(session, team_id):
            return
        first, second = (meet(session, team_id, slack_id, now=now).id for slack_id in IN_TURN)
        schedule = rota(team_id, first, second, now)
        began = schedule.rotations[0].starts.replace(tzinfo=ZONE).astimezone(UTC)
        save_schedule(session, team_id, schedule, by=None, now=began)


def rota(team_id: str, first: int, second: int, now: datetime) -> Schedule:
    """Its first turn began a while ago: somebody is on from the first minute."""
    today = datetime.combine(now.astimezone(ZONE).date(), CHANGE)
    began = today if today.replace(tzinfo=ZONE) <= now else today - timedelta(days=1)
    rotations = (
        _turns("Day and night", DutyRole.PRIMARY, began, (first, second)),
        _turns("Second in line", DutyRole.SECONDARY, began, (second, first), _BOTH_AWAKE),
    )
    return Schedule(0, team_id, NAME, ZONE, rotations)


def _turns(
    name: str, role: DutyRole, starts: datetime, people: tuple[int, ...], *only: Restriction
) -> Rotation:
    return Rotation(0, name, role, 1, Turn.DAY, _DAYS, starts, tuple(map(Member, people)), only)

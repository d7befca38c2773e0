"""What falls due by itself: handoffs, reminders, promises that run late. One transaction each."""

from bot.slack.desk import Desk
from triage.upkeep import look_after


def keep_up(desk: Desk) -> int:
    """Does whatever is due now, by the desk's clock; says how many things that were."""
    now = desk.clock()
    with desk.database.reading() as session:
        due = list(look_after(session, policy=desk.policy, now=now))
    done = 0
    for team_id, duty in due:
        with desk.database.transaction() as session:
            done += duty(session, team_id, desk.policy, now)
    return done

"""What falls due by itself: handoffs, reminders, promises that run late. One transaction each."""

import structlog

from bot import request_id
from bot.slack.desk import Desk
from bot.worker.background import Background
from triage.upkeep import look_after

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0


class Keeper(Background):
    """One a worker. Two that look at once do everything once: each duty sees to that."""

    def __init__(self, desk: Desk) -> None:
        # Not at the lowest priority: it may hold the write lock that an answer waits for.
        super().__init__("upkeep", every=LOOK_EVERY, first=1.0, humble=False)
        self._desk = desk

    def look(self) -> None:
        keep_up(self._desk)


def keep_up(desk: Desk) -> int:
    """Does whatever is due now, by the desk's clock; says how many things that were.

    A duty that fails does not keep the others from what they have to do; then all faults are raised together.
    """
    now = desk.clock()
    with desk.database.reading() as session:
        due = list(look_after(session))
    total, faults = 0, []
    for team_id, duty in due:
        name, began = f"{duty.__module__}.{duty.__name__}", request_id.made("duty")
        try:
            with request_id.bound(began), desk.database.transaction() as session:
                done = duty(session, team_id, desk.policy_for(session, team_id), now)
        except Exception as fault:  # noqa: BLE001  (raised together below)
            log.error("upkeep.failed", request_id=began, duty=name, team=team_id, error=type(fault).__name__)
            faults.append(fault)
            continue
        if done:
            log.info("upkeep.done", request_id=began, duty=name, team=team_id, count=done)
        total += done
    if faults:
        raise ExceptionGroup("some duties failed", faults)
    return total

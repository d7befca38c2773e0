"""Reads the user groups that give roles, and takes over what they say."""

from datetime import timedelta

import structlog

from bot.slack.desk import Desk
from bot.slack.gateway import SlackProblem, SlackRefused
from bot.slack.group_faults import AWAY
from triage.people.models import Team
from triage.people.role_groups import note_fault, read_since, take_over

log = structlog.get_logger(__name__)

# Whoever was let into the group just now and signs in at once finds the door open.
_FRESH = timedelta(seconds=30)


def read_role_groups(desk: Desk, team_id: str, *, unless_fresh: bool = False) -> int:
    """How many roles changed. What Slack refuses is noted for admins; so is that it is away, and raised."""
    asked_at = desk.clock()
    with desk.database.reading() as session:
        if session.get(Team, team_id) is None:
            return 0
        groups = desk.policy_for(session, team_id).role_groups
        fresh = unless_fresh and read_since(session, team_id, groups, since=asked_at - _FRESH)
    if fresh or not groups.by_role():
        return 0
    try:
        gateway = desk.gateway_for(team_id)
        members = {role: gateway.group_members(group) for role, group in groups.by_role().items()}
    except SlackProblem as problem:
        fault = problem.error if isinstance(problem, SlackRefused) else AWAY
        with desk.database.transaction() as session:
            note_fault(session, team_id, groups, fault, now=desk.clock())
        log.error("roles.not_read", team_id=team_id, fault=fault, groups=list(groups.by_role().values()))
        if isinstance(problem, SlackRefused):
            return 0
        raise
    with desk.database.transaction() as session:
        changed = take_over(session, team_id, groups, members, asked_at=asked_at, now=desk.clock())
    if changed:
        log.info("roles.changed", team_id=team_id, count=changed)
    return changed

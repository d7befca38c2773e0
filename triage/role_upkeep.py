"""Every few minutes Slack is asked who is in the user groups that give roles."""

from datetime import datetime

from sqlalchemy.orm import Session

from triage.people.role_groups import is_due
from triage.policy import Policy
from triage.work import ReadRoleGroups, enqueue


def ask_who_has_a_role(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    if not is_due(session, team_id, policy.role_groups, now=now):
        return 0
    enqueue(session, ReadRoleGroups(team_id, now))
    return 1

"""The first minute of a workspace: its desk is set up, somebody is its admin, and is told what to do next."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack.installations import Installed
from triage.audit import record
from triage.desk import ensure_desk
from triage.leaving import come_back
from triage.outbox import Occasion, say_to
from triage.people.roster import appoint, first_admin, meet
from triage.vocabulary import Role


def welcome(session: Session, told: Installed, *, now: datetime) -> None:
    """Of a workspace that has an admin already, whoever installs it again does not become one."""
    new = ensure_desk(session, told.team_id, now=now)
    come_back(session, told.team_id)
    by = meet(session, told.team_id, told.installed_by, now=now) if told.installed_by else None
    if by is not None and first_admin(session, told.team_id) is None:
        appoint(session, told.team_id, [by.slack_id], Role.ADMIN, now=now)
    record(session, "workspace.installed", by=by, team_id=told.team_id, now=now, again=not new)
    if by is not None and by.role is Role.ADMIN:
        say_to(session, Occasion.DIRECT, by, now=now, notice="installed", again=not new)

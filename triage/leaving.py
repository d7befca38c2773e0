"""A workspace takes the app off, and perhaps puts it on again. What is stored stays; nothing falls due meanwhile."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from triage.outbox import Say
from triage.people.models import Team
from triage.vocabulary import SayState

GIVEN_UP = "the app was taken off this workspace"


def leave(session: Session, team_id: str, *, now: datetime) -> int:
    """Timers stand still from now on, and what was to be said is given up; says how many messages those were."""
    session.execute(update(Team).where(Team.id == team_id, Team.left_at.is_(None)).values(left_at=now))
    waiting = (SayState.PENDING, SayState.SENDING)
    given_up = session.scalars(
        update(Say)
        .where(Say.team_id == team_id, Say.state.in_(waiting))
        .values(state=SayState.FAILED, error=GIVEN_UP)
        .returning(Say.id)
    ).all()
    return len(given_up)


def come_back(session: Session, team_id: str) -> None:
    """What is overdue by now falls due at the next look."""
    session.execute(update(Team).where(Team.id == team_id).values(left_at=None))


def present(session: Session) -> list[str]:
    """The workspaces that have the app, by id."""
    return list(session.scalars(select(Team.id).where(Team.left_at.is_(None)).order_by(Team.id)))


def has_left(session: Session, team_id: str) -> bool:
    team = session.get(Team, team_id)
    return team is not None and team.left_at is not None

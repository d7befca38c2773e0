"""A workspace's desk on its first day: categories and starter articles, once."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb.importers.markdown import import_folder
from kb.starter import starter_folder
from kb.starter.meaning import bring_meaning
from triage.classifier.examples import shipped_categories
from triage.effects import insert_once
from triage.people.models import Team
from triage.tickets.models import Category


def ensure_desk(session: Session, team_id: str, *, now: datetime) -> bool:
    """Writes the workspace down the first time it is seen, with its starter content. Says whether it was new."""
    if session.get(Team, team_id) is not None:
        return False
    if not insert_once(session, Team, id=team_id, created_at=now):
        return False  # another process did it in this moment
    for category in shipped_categories():
        session.add(
            Category(team_id=team_id, key=category.key, name=category.name, description=category.description)
        )
    session.flush()
    import_folder(session, team_id, starter_folder(), author="Evenhand", now=now)
    bring_meaning(session, team_id)
    return True

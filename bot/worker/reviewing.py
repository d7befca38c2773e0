"""Fills the label review in the background: once a day, and sooner where reviewers have nearly answered all.

It looks every ten minutes at the lowest priority. Stopped half-way it has changed nothing.
"""

import structlog

from bot.clock import Clock
from bot.database import Database
from bot.slack.desk import Desk
from bot.worker.background import Background
from triage.classifier.current import CurrentClassifier
from triage.learning.review_rounds import fill, is_due
from triage.leaving import present

log = structlog.get_logger(__name__)

FIRST_LOOK = 45.0
LOOK_EVERY = 600.0


class ReviewFiller(Background):
    """One a worker. Of two that fill at the same time, the later one's order stands."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("reviews", every=LOOK_EVERY, first=FIRST_LOOK)
        self._desk = desk

    def look(self) -> None:
        self.fill_where_due()

    def fill_where_due(self) -> int:
        """Says for how many workspaces the review was filled."""
        with self._desk.database.reading() as session:
            teams = present(session)
            due = [team for team in teams if is_due(session, team, now=self._desk.clock())]
        for team in due:
            fill_review(self._desk.database, self._desk.classifiers, self._desk.clock, team)
        return len(due)


def fill_review(database: Database, classifiers: CurrentClassifier, clock: Clock, team_id: str) -> int:
    """Now, whether due or not; says how many questions are new. The model looks without the database."""
    # It takes seconds to load, which a desk that starts has no time for.
    from triage.learning.review_filling import in_order, read

    with database.reading() as session:
        champion = classifiers.for_team(session, team_id, clock())
        material = read(session, team_id, now=clock())
    questions = in_order(material, champion)
    with database.transaction() as session:
        fresh = fill(session, team_id, questions, now=clock())
    log.info("review.filled", team=team_id, asked=len(questions.asked), fresh=fresh)
    return fresh

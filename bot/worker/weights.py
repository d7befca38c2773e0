"""Fits the search's weights again, in the background, when a desk has learned a quarter more than the last time.

It looks once an hour, at the lowest priority, one question at a time, and rests after each as long as it took: whoever
asks something meanwhile hardly waits. Stopped half-way it has changed nothing, and begins anew at a later look.
"""

import threading
import time

import structlog

from bot.slack.desk import Desk
from bot.worker.background import Background, Stopped
from triage.learning.weights import fit_to, is_due, keep, lessons
from triage.leaving import present

log = structlog.get_logger(__name__)

FIRST_LOOK = 60.0
LOOK_EVERY = 3600.0
_LONGEST_REST = 0.25


class WeightFitter(Background):
    """One a worker. Of two that fit at the same time, the first one's weights are kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("weights", every=LOOK_EVERY, first=FIRST_LOOK)
        self._desk = desk

    def look(self) -> None:
        self.fit_where_due()

    def fit_where_due(self) -> int:
        """Says for how many workspaces weights were fitted, adopted or not."""
        with self._desk.database.reading() as session:
            teams = present(session)
        return sum(self._fit(team_id) for team_id in teams)

    def _fit(self, team_id: str) -> bool:
        with self._desk.database.reading() as session:
            index = self._desk.indexes.for_team(session, team_id, self._desk.clock())
            by_meaning = index.meaning is not None
            if not is_due(session, team_id, by_meaning=by_meaning):
                return False
            learned = lessons(session, team_id, by_meaning=by_meaning)
        fitted = fit_to(index, learned, progress=Resting(self._stop_asked))
        now = self._desk.clock()
        with self._desk.database.transaction() as session:
            kept = keep(session, team_id, fitted, learned, by_meaning=by_meaning, by=None, now=now)
        log.info(
            "weights.fitted",
            team=team_id,
            outcomes=learned.outcomes,
            adopted=kept and fitted.adopted,
            why=fitted.why if kept else "somebody else was quicker",
            mrr_before=round(fitted.before.mrr, 4),
            mrr_after=round(fitted.after.mrr, 4),
        )
        return kept


class Resting:
    """Called after each step: rests as long as the step took, and ends the work when it is told to stop."""

    def __init__(self, stop_asked: threading.Event) -> None:
        self._stop_asked = stop_asked
        self._since = time.monotonic()

    def __call__(self, _done: int) -> None:
        took = time.monotonic() - self._since
        if self._stop_asked.wait(min(_LONGEST_REST, took)):
            raise Stopped
        self._since = time.monotonic()

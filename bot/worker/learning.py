"""The classifier's life in the worker: training as durable work, and what looks after the models in between.

In between, a challenger judges live tickets in shadow, a few at a time and at the lowest priority; once an hour it is
looked whether a category should be held back, whether the month asks for a training, and whether one may be promoted.
Nothing of it is queued: what is left to do is found by asking the database, so a crash loses nothing.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from bot.slack.desk import Desk
from bot.worker.background import Background
from triage.classifier.errors import ModelFileRefused, PromotedMeanwhile
from triage.classifier.models import ModelVersion
from triage.effects import first_time
from triage.learning import automatic, guard, monthly, reminder, runs, shadow
from triage.learning.news import News, tell_the_desk
from triage.learning.runs import TrainingRun
from triage.leaving import present
from triage.vocabulary import RunState

if TYPE_CHECKING:
    from triage.classifier.predict import Classifier

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0
_LONGEST_PAUSE = 60.0
_AT_ONCE = 8
_REST = 0.05
UPKEEP_EVERY = 3600.0
FIRST_UPKEEP = 30.0


def retrain(run_id: int, desk: Desk) -> None:
    """Called twice, the second call finds the run ended; after a crash it begins anew and comes to the same."""
    # It takes seconds to load, which a process that starts does not have.
    from bot.worker.training import Trainer

    with desk.database.reading() as session:
        run = session.get(TrainingRun, run_id)
        if run is None:
            return
        zone = desk.policy_for(session, run.team_id).opening.zone
    Trainer(desk.database, desk.classifiers, desk.clock, zone).train(run_id)


def end_crashed(run_id: int, desk: Desk) -> None:
    """The run brought its process down each time: it ends, so that another one can begin."""
    with desk.database.transaction() as session:
        runs.end(
            session,
            run_id,
            RunState.FAILED,
            now=desk.clock(),
            error="The process ended each time it trained; perhaps its memory is too small.",
        )


class Learner(Background):
    """One a worker. Two do nothing twice: each row is kept once, each step of the upkeep compares before it writes."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("learning", every=LOOK_EVERY, longest=_LONGEST_PAUSE)
        self._desk = desk
        self._upkeep_at = time.monotonic() + FIRST_UPKEEP
        self._challenger: tuple[int, Classifier] | None = None
        # Challengers whose file is no good: not tried again and again.
        self._refused: set[int] = set()
        self._told: set[tuple[str, str]] = set()

    def look(self) -> None:
        self.tell_trouble()
        while self.judge_some() and not self._stop_asked.wait(_REST):
            pass
        if time.monotonic() >= self._upkeep_at:
            self._upkeep_at = time.monotonic() + UPKEEP_EVERY
            self.look_after()

    def tell_trouble(self) -> None:
        """A model whose file is no good: the desk hears of it once, while another one serves."""
        for team_id, (case, sentence) in self._desk.classifiers.trouble().items():
            if (team_id, case) in self._told:
                continue
            now = self._desk.clock()
            with self._desk.database.transaction() as session:
                if first_time(session, f"model_trouble:{team_id}:{case}", now=now):
                    policy = self._desk.policy_for(session, team_id)
                    tell_the_desk(session, team_id, News.DAMAGED, policy=policy, now=now, sentence=sentence)
                    log.error("model.damaged", team=team_id, case=case)
            self._told.add((team_id, case))

    def judge_some(self) -> int:
        """A few tickets of each workspace in shadow; says how many."""
        return sum(self._judge_of(team_id) for team_id in self._teams())

    def look_after(self) -> None:
        """The hourly upkeep of each workspace, each step in a transaction of its own."""
        for team_id in self._teams():
            self._upkeep(team_id)

    def _teams(self) -> list[str]:
        with self._desk.database.reading() as session:
            return present(session)

    def _judge_of(self, team_id: str) -> int:
        with self._desk.database.reading() as session:
            version = shadow.newest_challenger(session, team_id)
            if version is None or version.id in self._refused:
                return 0
            waiting = shadow.unjudged(session, version, most=_AT_ONCE)
            if not waiting:
                return 0
            classifier = self._loaded(session, version)
        if classifier is None:
            return 0
        outlook = classifier.look([question for _, question in waiting])
        now = self._desk.clock()
        with self._desk.database.transaction() as session:
            shadow.keep(session, version, [ticket_id for ticket_id, _ in waiting], outlook, now=now)
        log.info("shadow.judged", team=team_id, model=version.name, tickets=len(waiting))
        return len(waiting)

    def _loaded(self, session: Session, version: ModelVersion) -> "Classifier | None":
        if self._challenger is None or self._challenger[0] != version.id:
            try:
                classifier = self._desk.classifiers.of_version(session, version.id)
            except ModelFileRefused as refusal:
                self._refused.add(version.id)
                log.error("shadow.refused", model=version.name, error=str(refusal))
                return None
            self._challenger = (version.id, classifier)
        return self._challenger[1]

    def _upkeep(self, team_id: str) -> None:
        desk, now = self._desk, self._desk.clock()
        with desk.database.reading() as session:
            version = desk.classifiers.for_team(session, team_id, now).version
            policy = desk.policy_for(session, team_id)
        steps: dict[str, Callable[[Session, datetime], object]] = {
            "held_back": lambda s, at: guard.watch(s, team_id, version=version, policy=policy, now=at),
            "promoted": lambda s, at: automatic.promote_if_due(s, team_id, policy=policy, now=at),
            "training": lambda s, at: _asked(monthly.request_if_due(s, team_id, policy=policy, now=at)),
            "reminded": lambda s, at: reminder.remind_once_a_month(s, team_id, policy=policy, now=at),
        }
        for name, step in steps.items():
            try:
                with desk.database.transaction() as session:
                    done = step(session, now)
            except PromotedMeanwhile:
                continue  # an admin was quicker; the next look sees what serves now
            if done:
                log.info("learning.upkeep", team=team_id, step=name, what=done)


def _asked(run: object) -> bool:
    return run is not None

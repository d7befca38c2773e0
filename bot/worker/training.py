"""One training run from its row to a challenger: reads, learns without the database, and keeps what came of it.

Killed half-way it has changed nothing but its row's progress, and begins anew: the same labels and seed give the same
challenger. Two that train the same run: the first one's challenger is kept.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy import select
from threadpoolctl import threadpool_limits

from bot.clock import Clock
from bot.database import Database
from bot.worker.background import step_back
from bot.worker.reviewing import fill_review
from triage.classifier import registry
from triage.classifier.current import CurrentClassifier
from triage.classifier.errors import CannotTrain
from triage.classifier.examples import Category
from triage.learning import runs
from triage.learning.dataset import Dataset, freeze, gather
from triage.learning.retrain import Progress, Retrained, keep, retrain
from triage.learning.runs import TrainingRun
from triage.tickets import models as tickets
from triage.vocabulary import RunState

log = structlog.get_logger(__name__)

# How often a run's row is brought up to date, in seconds: somebody watches it, and each time is a write.
TELL_EVERY = 0.5
T = TypeVar("T")


class Overtaken(Exception):
    """Somebody ended the run meanwhile: what is being trained will not be kept."""


@dataclass(frozen=True)
class Trainer:
    database: Database
    classifiers: CurrentClassifier
    clock: Clock
    zone: tzinfo = UTC  # the desk's own, for times of day

    def train(self, run_id: int, *, watch: Progress | None = None) -> None:
        """Safe to call again at any point. `watch` is told each step, also those too quick for the row."""
        with self.database.transaction() as session:
            run = runs.begin(session, run_id, now=self.clock())
        if run is None:
            return
        try:
            self._learned(run, self._telling(run_id, watch))
        except Overtaken:
            log.info("training.overtaken", run=run_id)
        except CannotTrain as no:
            self._end(run, RunState.REFUSED, str(no))
        except KeyboardInterrupt:
            self._end(run, RunState.FAILED, "Stopped by hand.")
            raise
        except sa.exc.OperationalError:
            raise  # the database is away: whoever called tries again
        except Exception as fault:
            # The outer edge of the job. Its row must end, or nobody could ever train again.
            log.error("training.failed", run=run_id, exc_info=fault)
            self._end(run, RunState.FAILED, f"A fault of the program: {type(fault).__name__}.")

    def _learned(self, run: TrainingRun, tell: Progress) -> None:
        team_id = run.team_id
        tell("Reading the labels", 0, 1)
        with self.database.reading() as session:
            data = gather(session, team_id, now=run.asked_at)
            rows = session.scalars(
                select(tickets.Category)
                .where(tickets.Category.team_id == team_id)
                .order_by(tickets.Category.key)
            )
            categories = [Category(row.key, row.name, row.description) for row in rows]
            champion = self.classifiers.for_team(session, team_id, self.clock())
            serving = registry.champion(session, team_id)
        since = serving.created_at if serving else None
        with self.database.transaction() as session:
            frozen = freeze(session, team_id, data, now=self.clock())
            labels = len(data.learn) + len(data.judge)
            runs.read(session, run.id, dataset_id=frozen, dataset_hash=data.hash, labels=labels)

        def learn() -> Retrained:
            return retrain(
                data,
                categories,
                champion=champion,
                encoder=self.classifiers.encoder,
                seed=run.seed,
                progress=tell,
                since=since,
                zone=self.zone,
            )

        self._keep(run, data, in_background(learn))

    def _keep(self, run: TrainingRun, data: Dataset, made: Retrained) -> None:
        now = self.clock()
        name = f"{run.asked_at:%Y-%m-%d}.{run.id}"
        with self.database.transaction() as session:
            if not runs.end(session, run.id, RunState.DONE, model=name, now=now):
                raise Overtaken
            keep(session, run.team_id, made, name=name, dataset_hash=data.hash, now=now)
        log.info("training.done", run=run.id, model=name, passed=made.gate.passed, doubts=len(made.doubts))
        # Its report speaks of doubtful labels: whoever looks for them now shall find them.
        fill_review(self.database, self.classifiers, self.clock, run.team_id)

    def _end(self, run: TrainingRun, state: RunState, why: str) -> None:
        with self.database.transaction() as session:
            runs.end(session, run.id, state, error=why, now=self.clock())
        log.info("training.ended", run=run.id, state=state.value)

    def _telling(self, run_id: int, watch: Progress | None) -> Progress:
        told_at, told = -TELL_EVERY, ""

        def tell(step: str, done: int, total: int) -> None:
            nonlocal told_at, told
            if watch is not None:
                watch(step, done, total)
            if step == told and time.monotonic() - told_at < TELL_EVERY:
                return
            told_at, told = time.monotonic(), step
            with self.database.transaction() as session:
                if not runs.progressed(session, run_id, step, done, total, now=self.clock()):
                    raise Overtaken

        return tell


def in_background(work: Callable[[], T]) -> T:
    """In a thread of its own at the lowest priority, which the thread that waits for it must not keep afterwards.

    On one core: the matrices are small, and threads that wait for each other do four times the work on a busy machine.

    Who is interrupted does not wait: the thread finds at its next step that the run was ended.
    """
    one = ThreadPoolExecutor(1, thread_name_prefix="training", initializer=step_back)
    try:
        with threadpool_limits(limits=1):
            return one.submit(work).result()
    finally:
        one.shutdown(wait=False)

"""When a run is over, and what came of it: nothing is on its way any more, and all is counted."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from dbos import DBOSClient
from sqlalchemy import func, select

from bot.database import Database, make_engine
from bot.playground.slack import LocalSlack
from bot.settings import load
from bot.worker.engine import make_client
from bot.worker.failed import AGAIN, FailedWork, failed_work
from bot.worker.pulse import Heartbeat
from triage.outbox import Occasion, Say

from .people import Asked
from .tally import Tally, open_work, reckon

# As long as the work of a process that died may lie until another takes it over.
_TAKEN_OVER_WITHIN = 10.0
_CHANGES = [occasion for occasion in Occasion if occasion.changes_another]


class Looking:
    """At the desk's database, from beside the desk."""

    def __init__(self, desk: Database, jobs: DBOSClient) -> None:
        self.desk, self.jobs = desk, jobs

    def given_up(self) -> list[FailedWork]:
        return failed_work(self.jobs)

    def workers(self) -> int:
        """How many have given a sign of life."""
        with self.desk.reading() as session:
            return session.scalar(select(func.count()).select_from(Heartbeat)) or 0

    def quiet(self) -> bool:
        """Nothing is left to do but what was given up, and shows as that."""
        try:
            with self.desk.reading() as session:
                left = open_work(session)
            if left and not left.keys() <= {_job(work) for work in self.given_up()}:
                return False
            # What was handled may have asked for more, such as to read a message again.
            return not self._running()
        except sa.exc.SQLAlchemyError:
            return False  # the database is still coming back

    def all_quiet(self, local: LocalSlack) -> bool:
        """Nothing is on its way from Slack either."""
        return not local.delivery.undelivered() and self.quiet()

    def all_seen(self) -> bool:
        """Whether Slack has shown us everything that it said it took."""
        with self.desk.reading() as session:
            return session.scalar(select(Say.id).where(Say.look_for_at.is_not(None)).limit(1)) is None

    def changes_said(self) -> list[float]:
        """When each change of a message was to be made that was made."""
        with self.desk.reading() as session:
            changes = select(Say.created_at).where(Say.occasion.in_(_CHANGES), Say.sent_ts.is_not(None))
            return [at.timestamp() for at in session.scalars(changes)]

    def reckon(self, local: LocalSlack, asked: list[Asked]) -> Tally:
        with self.desk.reading() as session:
            tally = reckon(session, local, asked)
        tally.given_up = [f"{work.workflow_id} was given up: {work.error}" for work in self.given_up()]
        running = self._running()
        # A timer may come due between the last quiet moment and this one; what is stuck stays where it is.
        wait_until(lambda: running.keys().isdisjoint(self._running()), _TAKEN_OVER_WITHIN)
        after = self._running()
        tally.stuck += [f"{job} is still {after[job]}" for job in running if job in after]
        return tally

    def _running(self) -> dict[str, str]:
        """How each job stands that was not handed in yet."""
        jobs = self.jobs.list_workflows(status=["PENDING", "ENQUEUED"], load_input=False, load_output=False)
        # Of many new people, Slack tells a hundred a minute.
        return {job.workflow_id: job.status for job in jobs if job.name != "learn_person"}


def _job(work: FailedWork) -> str:
    """The job's first id, whatever attempt this was."""
    return ":".join(work.workflow_id.partition(AGAIN)[0].split(":")[:2])


@contextmanager
def looking(url: str) -> Iterator[Looking]:
    engine = make_engine(load(database_url=url).url)
    jobs: DBOSClient = make_client(load(database_url=url).url)
    try:
        yield Looking(Database(engine, jobs), jobs)
    finally:
        jobs.destroy()
        engine.dispose()


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true; what never does is found by the reckoning."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.2)
    return False

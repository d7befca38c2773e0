"""The engine's own finished work is let go when it is old: a few hundred rows at a time, by one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from dbos import DBOSClient

from bot.clock import system_clock
from bot.database import Database
from bot.slack.budget import forget_full
from bot.worker.background import Background

log = structlog.get_logger(__name__)

FIRST_LOOK = 120.0
LOOK_EVERY = 600.0
_AT_ONCE = 200
_REST = 0.2
_DONE = ["SUCCESS", "CANCELLED"]
_FAILED = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
# What failed is shown to admins, who may be away for a while.
_FAILED_AT_LEAST = timedelta(days=90)
_LOCK = (0x7EA5E, 0x5EEB)


class Sweeper(Background):
    """One a worker; of several that look at once, one sweeps."""

    def __init__(self, database: Database, client: DBOSClient, *, keep: timedelta) -> None:
        super().__init__("sweeper", every=LOOK_EVERY, first=FIRST_LOOK)
        self._database, self._client, self._keep = database, client, keep

    def look(self) -> None:
        with _alone(self._database.engine) as alone:
            if not alone:
                return
            gone = 0
            # By the real clock, as the engine's own stamps are.
            while swept := sweep_some(self._client, keep=self._keep, now=system_clock()):
                gone += swept
                if self._stop_asked.wait(_REST):
                    break
            forget_full(self._database.engine)
        if gone:
            log.info("work.swept", count=gone)


def sweep_some(client: DBOSClient, *, keep: timedelta, now: datetime, most: int = _AT_ONCE) -> int:
    """One batch of what ended before so long; says how much."""
    for states, age in ((_DONE, keep), (_FAILED, max(keep, _FAILED_AT_LEAST))):
        old = client.list_workflows(
            status=states,
            completed_before=(now - age).isoformat(),
            limit=most,
            load_input=False,
            load_output=False,
        )
        if old:
            client.delete_workflows([row.workflow_id for row in old])
            return len(old)
    return 0


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[bool]:
    """Whether nobody else does it now. One process serves a SQLite file."""
    if engine.dialect.name != "postgresql":
        yield True
        return
    first, second = _LOCK
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        mine = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(first, second))))
        try:
            yield mine
        finally:
            if mine:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(first, second)))

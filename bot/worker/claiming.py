"""Taking jobs from a queue as the engine does, in statements that are written out once.

The engine builds its own anew at each look, which costs far more than the database's answer. These choose and change
the same rows; a test compares the two. A queue with limits that the desk does not use is left to the engine.
"""

import sys
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

# The rows of one queue that may be taken. Said twice, so that SQLite sees that its small index of what is under way
# will do. The engine asks for the newest version first: here there is one, see `APPLICATION_VERSION`.
_WAITING = """queue_name = :queue AND status = 'ENQUEUED' AND status IN ('ENQUEUED', 'PENDING')
AND (application_version = :version OR application_version IS NULL)
AND (application_name = :application OR application_name IS NULL)"""

_NEXT = f"""
SELECT workflow_uuid FROM {{table}} WHERE {_WAITING} ORDER BY priority, created_at LIMIT :places {{unlocked}}"""

# From lane to lane by the index, however long the lanes are; of each in which nothing runs, the first. Which lanes is
# left to chance, so that none is always passed over.
_FIRST_OF_LANES = f"""
WITH RECURSIVE lanes (lane) AS (
    SELECT min(queue_partition_key) FROM {{table}} WHERE queue_partition_key IS NOT NULL AND {_WAITING}
    UNION ALL
    SELECT (SELECT min(queue_partition_key) FROM {{table}} WHERE queue_partition_key > lanes.lane AND {_WAITING})
    FROM lanes WHERE lanes.lane IS NOT NULL
), chosen (lane) AS (
    SELECT lane FROM lanes WHERE lane IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM {{table}} WHERE queue_name = :queue AND queue_partition_key = lanes.lane
        AND status = 'PENDING' AND status IN ('ENQUEUED', 'PENDING')
    ) ORDER BY random() LIMIT :places
)
SELECT (
    SELECT workflow_uuid FROM {{table}} WHERE queue_partition_key = chosen.lane AND {_WAITING}
    ORDER BY priority, created_at, workflow_uuid LIMIT 1
) FROM chosen"""

# Looked at once more under the lock: somebody else may have been faster.
_TAKE = f"""
UPDATE {{table}} SET status = 'PENDING', owner_xid = :owner, executor_id = :executor,
    application_version = :version, application_name = :application, rate_limited = FALSE,
    recovery_attempts = recovery_attempts + 1, started_at_epoch_ms = {{now}}, updated_at = {{now}}
WHERE workflow_uuid IN (SELECT workflow_uuid FROM {{table}} WHERE workflow_uuid IN :found AND {_WAITING} {{unlocked}})
RETURNING workflow_uuid"""

_POSTGRESQL = {
    "table": "dbos.workflow_status",
    "now": "CAST(extract(epoch FROM now()) * 1000 AS BIGINT)",
    "unlocked": "FOR UPDATE SKIP LOCKED",
}
_SQLITE = {
    "table": "workflow_status",
    "now": "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    "unlocked": "",
}


class Claiming:
    """Stands in for two methods of the engine's own database, under their names and with their arguments.

    They are no public part of the engine: its minor version is pinned.
    """

    def __init__(self, database: Any) -> None:
        self._database = database
        self._engine: sa.Engine = database.engine
        words = _POSTGRESQL if self._engine.dialect.name == "postgresql" else _SQLITE
        self._next = sa.text(_NEXT.format(**words))
        self._first_of_lanes = sa.text(_FIRST_OF_LANES.format(**words))
        self._take = sa.text(_TAKE.format(**words)).bindparams(sa.bindparam("found", expanding=True))
        self._engines_own = database.start_queued_workflows

    def install(self) -> None:
        self._database.start_queued_workflows = self.start_queued_workflows
        self._database.start_queued_partitioned_workflows = self.start_queued_partitioned_workflows

    def start_queued_workflows(
        self,
        queue: Any,
        executor_id: str,
        app_version: str,
        queue_partition_key: str | None,
        local_running_count: int = 0,
        partition_local_running_count: int = 0,
        **named: Any,
    ) -> tuple[list[str], str | None]:
        """What may run beside what runs here already."""
        if queue._has_partition_limits() or queue._concurrency is not None or queue._limiter is not None:
            given = (queue_partition_key, local_running_count, partition_local_running_count)
            own: tuple[list[str], str | None] = self._engines_own(
                queue, executor_id, app_version, *given, **named
            )
            return own
        most = queue._worker_concurrency
        places = sys.maxsize if most is None else most - local_running_count
        if places <= 0:
            return [], "worker_concurrency"
        return self._taken(self._next, queue.name, executor_id, app_version, places, named["owner_xid"]), None

    def start_queued_partitioned_workflows(
        self, queue: Any, executor_id: str, app_version: str, max_tasks: int = sys.maxsize, **named: Any
    ) -> list[str]:
        """One of each lane in which nothing runs."""
        return self._taken(
            self._first_of_lanes, queue.name, executor_id, app_version, max_tasks, named["owner_xid"]
        )

    def _taken(
        self, find: sa.TextClause, queue: str, executor: str, version: str, places: int, owner: str
    ) -> list[str]:
        common = {"queue": queue, "version": version, "application": self._database.app_name}
        with self._engine.begin() as connection:
            found = [one for one in connection.scalars(find, common | {"places": places}) if one is not None]
            if not found:
                return []
            how = common | {"found": found, "owner": owner, "executor": executor}
            taken = set(connection.scalars(self._take, how))
        return _in_order(found, taken)


def _in_order(found: Sequence[str], taken: set[str]) -> list[str]:
    return [one for one in found if one in taken]

"""Taking jobs from a queue as the engine does, in statements that are written out once.

The engine builds its own anew at each look, and reads in a second transaction what it took in the first, which costs
far more than the database's answer. These choose and change the same rows, and bring them along; a test compares the
two. A queue with limits that the desk does not use is left to the engine.
"""

import sys
from typing import Any

import sqlalchemy as sa

from bot.worker.claiming_statements import statements

Job = dict[str, Any]


class Claiming:
    """Stands in for three methods of the engine's own database, under their names and with their arguments.

    They are no public part of the engine: its minor version is pinned.
    """

    def __init__(self, database: Any) -> None:
        self._database = database
        self._statements = statements(database)
        # One statement alone commits by itself.
        alone = self._statements.find_next is None
        engine: sa.Engine = database.engine
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT") if alone else engine
        self._engines_own = database.start_queued_workflows
        self._engines_reading = database.get_workflow_statuses
        # What was taken and is about to be begun, by the thread that took it.
        self._taken: dict[str, Job] = {}

    def install(self) -> None:
        self._database.start_queued_workflows = self.start_queued_workflows
        self._database.start_queued_partitioned_workflows = self.start_queued_partitioned_workflows
        self._database.get_workflow_statuses = self.get_workflow_statuses

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
        who = self._who(queue.name, executor_id, app_version, named["owner_xid"])
        return self._take(self._statements.find_next, self._statements.take_next, places, who), None

    def start_queued_partitioned_workflows(
        self, queue: Any, executor_id: str, app_version: str, max_tasks: int = sys.maxsize, **named: Any
    ) -> list[str]:
        """One of each lane in which nothing runs."""
        who = self._who(queue.name, executor_id, app_version, named["owner_xid"])
        return self._take(self._statements.find_firsts, self._statements.take_firsts, max_tasks, who)

    def get_workflow_statuses(self, workflow_ids: list[str]) -> list[Job]:
        """Those that were just taken, as they were taken; all others are read."""
        taken = {one: self._taken.pop(one) for one in workflow_ids if one in self._taken}
        if len(taken) == len(workflow_ids):
            return list(taken.values())
        read: list[Job] = self._engines_reading(workflow_ids)
        return read

    def _who(self, queue: str, executor: str, version: str, owner: str) -> Job:
        application = self._database.app_name
        return {
            "queue": queue,
            "version": version,
            "application": application,
            "owner": owner,
            "executor": executor,
        }

    def _take(self, find: sa.TextClause | None, take: sa.TextualSelect, places: int, who: Job) -> list[str]:
        given = who | {"places": places}
        with self._engine.begin() as connection:
            if find is not None:
                found = list(connection.scalars(find, given))
                if not found:
                    return []
                given["found"] = found
            jobs: list[Job] = list(connection.scalars(take, given))
        jobs.sort(key=lambda job: (job["priority"], job["created_at"]))
        for job in jobs:
            self._taken[job["workflow_uuid"]] = job | {
                "is_debounced": bool(job["is_debounced"]),
                "shard_key": None,
            }
        return [job["workflow_uuid"] for job in jobs]

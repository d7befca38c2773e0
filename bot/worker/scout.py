"""Finds work that no bell announced: a delay that ended, a message lost, a process that died."""

from collections.abc import Iterable

import sqlalchemy as sa

from bot.database import Database
from bot.worker.background import Background
from bot.worker.bells import Bells

_LONGEST_PAUSE = 5.0


class Scout(Background):
    """One a worker, before the engine's own looks: one statement for all queues."""

    def __init__(
        self, database: Database, bells: Bells, queues: Iterable[str], *, poll_seconds: float
    ) -> None:
        super().__init__("scout", every=poll_seconds, longest=_LONGEST_PAUSE, humble=False)
        self._database, self._bells, self._poll = database, bells, poll_seconds
        self._queues = tuple(queues)
        table = "dbos.workflow_status" if database.engine.dialect.name == "postgresql" else "workflow_status"
        # Said twice, so that SQLite sees that its small index of what is under way will do.
        of_one = "queue_name = :{} and status = 'ENQUEUED' and status in ('ENQUEUED', 'PENDING')"
        waiting = f"select 1 from {table} where {of_one}"
        self._asked = sa.text(
            "select " + ", ".join(f"exists ({waiting.format(f'q{n}')})" for n, _ in enumerate(self._queues))
        ).bindparams(**{f"q{n}": name for n, name in enumerate(self._queues)})

    def look(self) -> None:
        with self._database.reading() as session:
            found = session.connection().execute(self._asked).one()
        if waiting := [name for name, there in zip(self._queues, found, strict=True) if there]:
            self._bells.ring_here(waiting)
        self._every = self._poll * self._bells.pause_factor

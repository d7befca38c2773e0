"""What becomes of a job as it runs: the id it belongs to, and what is noted where it does not go well."""

from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient

from bot.clock import Clock, system_clock
from bot.database import Database
from bot.request_id import MOST_CHARACTERS
from triage.origin import Origin
from triage.work_notes import Happened, note_work

log = structlog.get_logger(__name__)

# The first part of a job's id, by the name of its workflow: the same through every retry.
PREFIX = {
    "handle_event": "event",
    "deliver": "say",
    "fire_timer": "timer",
    "learn_person": "person",
    "fetch_message": "fetch",
    "retrain": "train",
    "call_pager": "pager",
}
# Jobs without a row of their own, which would tell what started them: it stands in the engine's.
_ROWLESS = frozenset({"learn_person", "fetch_message", "retrain"})


def work_name(workflow: str, argument: Any) -> str:
    """How people and notes call it: `say:12`, `event:Ev…`."""
    return f"{PREFIX[workflow]}:{argument}"


def first_id(workflow: str, argument: Any) -> str:
    """What a job is logged under until its row tells better. An event is its own beginning."""
    if workflow == "handle_event":
        return str(argument)
    return f"{PREFIX[workflow]}-{argument}"[:MOST_CHARACTERS]


def origin_in_engine(client: DBOSClient, workflow: str) -> Origin | None:
    """What a running job without a row of its own was enqueued with."""
    if workflow not in _ROWLESS or DBOS.workflow_id is None:
        return None
    found = client.list_workflows(workflow_ids=[DBOS.workflow_id], load_input=False, load_output=False)
    kept = (found[0].attributes if found else None) or {}
    return Origin(request_id=kept.get("request_id"), trace=kept.get("trace"))


class History:
    """Notes of one process. Losing one is no reason to fail: the work itself goes on."""

    def __init__(self, database: Database, process: str, clock: Clock = system_clock) -> None:
        self._database, self._process, self._clock = database, process, clock

    def note(self, workflow: str, argument: Any, what: Happened, error: BaseException | None = None) -> None:
        name = error_name(error) if error is not None else None
        work = work_name(workflow, argument)
        try:
            with self._database.transaction() as session:
                note_work(session, work, what, now=self._clock(), error=name, process=self._process)
        except sa.exc.SQLAlchemyError as fault:
            log.warning("work.not_noted", work=work, what=what.value, error=type(fault).__name__)


def error_name(error: BaseException) -> str:
    """Slack's own word for a refusal, else the class. A message may quote what somebody wrote."""
    code = getattr(error, "error", None)
    return f"{type(error).__name__}: {code}" if isinstance(code, str) else type(error).__name__

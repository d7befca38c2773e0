"""Work that the engine has given up on: listed for admins, and started once more."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from dbos import DBOSClient, SetWorkflowID

from triage.work import APPLICATION_VERSION, EVENTS, LOOKUPS, PAGERS, TIMERS, TRAINING

_GAVE_UP = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_QUEUES = {
    "fire_timer": TIMERS,
    "fetch_message": LOOKUPS,
    "learn_person": LOOKUPS,
    "retrain": TRAINING,
    "call_pager": PAGERS,
}
_SHOWN_AT_MOST = 100
# Between the first run's id and the number of a later one.
AGAIN = "~"


@dataclass(frozen=True)
class FailedWork:
    """`error` is the error's name alone: a database's message may quote what a person wrote."""

    workflow_id: str
    kind: str
    error: str
    failed_at: datetime


def failed_work(client: DBOSClient) -> list[FailedWork]:
    """Newest first. What was started anew is left out: the newer run tells."""
    rows = client.list_workflows(
        status=_GAVE_UP, sort_desc=True, limit=_SHOWN_AT_MOST, load_input=False, was_forked_from=False
    )
    return [
        FailedWork(
            workflow_id=row.workflow_id,
            kind=row.name,
            error=_name_of(row.error, row.status),
            failed_at=datetime.fromtimestamp((row.updated_at or row.created_at or 0) / 1000, UTC),
        )
        for row in rows
    ]


def retry_work(client: DBOSClient, failed: FailedWork) -> None:
    """Starts it anew from its first step, under a number that tells whose it is. A second press does nothing."""
    name, _, number = failed.workflow_id.partition(AGAIN)
    again = f"{name}{AGAIN}{int(number or 0) + 1}"
    with SetWorkflowID(again), suppress(sa.exc.IntegrityError):
        client.fork_workflow(
            failed.workflow_id,
            1,
            application_version=APPLICATION_VERSION,
            queue_name=_QUEUES.get(failed.kind, EVENTS),
        )


def _name_of(error: Exception | None, status: str) -> str:
    if error is None:
        return "crashed too often" if status != "ERROR" else "unknown"
    return str(getattr(error, "name", None) or type(error).__name__)

"""The words in which jobs are taken from a queue, on SQLite and on PostgreSQL, and what they bring along."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

# The rows of one queue that may be taken. Said twice, so that SQLite sees that its small index of what is under way
# will do. The engine asks for the newest version first: here there is one, see `APPLICATION_VERSION`.
_WAITING = """queue_name = :queue AND status = 'ENQUEUED' AND status IN ('ENQUEUED', 'PENDING')
AND (application_version = :version OR application_version IS NULL)
AND (application_name = :application OR application_name IS NULL)"""

_NEXT = f"""
SELECT workflow_uuid FROM {{jobs}} WHERE {_WAITING} ORDER BY priority, created_at LIMIT :places"""

# From lane to lane by the index, however long the lanes are; of each in which nothing runs, the first. Which lanes is
# left to chance, so that none is always passed over.
_LANES = f"""
WITH RECURSIVE lanes (lane) AS (
    SELECT min(queue_partition_key) FROM {{jobs}} WHERE queue_partition_key IS NOT NULL AND {_WAITING}
    UNION ALL
    SELECT (SELECT min(queue_partition_key) FROM {{jobs}} WHERE queue_partition_key > lanes.lane AND {_WAITING})
    FROM lanes WHERE lanes.lane IS NOT NULL
), chosen (lane) AS (
    SELECT lane FROM lanes WHERE lane IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM {{jobs}} WHERE queue_name = :queue AND queue_partition_key = lanes.lane
        AND status = 'PENDING' AND status IN ('ENQUEUED', 'PENDING')
    ) ORDER BY random() LIMIT :places
), firsts (id) AS (
    SELECT (
        SELECT workflow_uuid FROM {{jobs}} WHERE queue_partition_key = chosen.lane AND {_WAITING}
        ORDER BY priority, created_at, workflow_uuid LIMIT 1
    ) FROM chosen
)"""

_TAKE = """
UPDATE {jobs} SET status = 'PENDING', owner_xid = :owner, executor_id = :executor,
    application_version = :version, application_name = :application, rate_limited = FALSE,
    recovery_attempts = recovery_attempts + 1, started_at_epoch_ms = {now}, updated_at = {now}"""

# SQLite: who finds nothing takes no turn at writing, so what was found is looked at once more when the turn has come.
_FIND_FIRSTS = f"{_LANES} SELECT id FROM firsts WHERE id IS NOT NULL"
_TAKE_FOUND = f"{_TAKE} WHERE workflow_uuid IN :found AND {_WAITING} RETURNING {{job}}"

# PostgreSQL: in one trip to the server. What somebody else is taking in this moment is passed over.
_TAKE_NEXT = f"""
WITH found (id) AS ({_NEXT} FOR UPDATE SKIP LOCKED)
{_TAKE} FROM found WHERE workflow_uuid = found.id RETURNING {{job}}"""
_TAKE_FIRSTS = f"""
{_LANES}, found (id) AS (
    SELECT workflow_uuid FROM {{jobs}} WHERE workflow_uuid IN (SELECT id FROM firsts) AND {_WAITING}
    FOR UPDATE SKIP LOCKED
)
{_TAKE} FROM found WHERE workflow_uuid = found.id RETURNING {{job}}"""

_NOW = {
    "postgresql": "CAST(extract(epoch FROM now()) * 1000 AS BIGINT)",
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
}

_OBJECT = {"postgresql": "json_build_object", "sqlite": "json_object"}

# What the engine asks of a job that it begins, by its own names, where the column has another one.
_OTHER_NAMES = {"application_version": "app_version", "application_id": "app_id"}
_ASKED = (
    ("workflow_uuid", "status", "name", "recovery_attempts", "config_name", "class_name"),
    ("authenticated_user", "authenticated_roles", "assumed_role", "queue_name", "executor_id"),
    ("created_at", "updated_at", "application_version", "application_id", "application_name"),
    ("workflow_deadline_epoch_ms", "workflow_timeout_ms", "deduplication_id", "priority"),
    ("queue_partition_key", "forked_from", "parent_workflow_id", "started_at_epoch_ms", "serialization"),
    ("delay_until_epoch_ms", "attributes", "schedule_name", "debounce_deadline_epoch_ms", "is_debounced"),
)
_COLUMNS = {name: _OTHER_NAMES.get(name, name) for names in _ASKED for name in names}


@dataclass(frozen=True)
class Statements:
    """`find_…` is None where to find and to take is one statement. Each row taken is one `job`, as the engine reads it:
    in one piece, because drivers and SQLAlchemy do a little for each column of each answer.
    """

    take_next: sa.TextualSelect
    take_firsts: sa.TextualSelect
    find_next: sa.TextClause | None = None
    find_firsts: sa.TextClause | None = None


def statements(database: Any) -> Statements:
    """For the engine's own database."""
    sqlite = database.engine.dialect.name == "sqlite"
    schema = "" if sqlite else "dbos."
    jobs, arguments = database.tables.workflow_status, database.tables.workflow_input
    values = {called: name for name, called in _COLUMNS.items()}
    # They stand aside; those of before that was so stand in the row.
    values["inputs"] = (
        f"coalesce((SELECT there.inputs FROM {schema}{arguments.name} AS there "
        f"WHERE there.workflow_uuid = {jobs.name}.workflow_uuid), inputs)"
    )
    if sqlite:
        values["attributes"] = "json(attributes)"  # not the text of it
    words = {
        "jobs": schema + jobs.name,
        "now": _NOW[database.engine.dialect.name],
        "job": f"{_OBJECT[database.engine.dialect.name]}("
        + ", ".join(f"'{called}', {value}" for called, value in values.items())
        + ") AS job",
    }

    def taking(text: str) -> sa.TextualSelect:
        return sa.text(text.format(**words)).columns(sa.column("job", sa.JSON))

    if not sqlite:
        return Statements(taking(_TAKE_NEXT), taking(_TAKE_FIRSTS))
    found: sa.BindParameter[list[str]] = sa.bindparam("found", expanding=True)
    take = sa.text(_TAKE_FOUND.format(**words)).bindparams(found).columns(sa.column("job", sa.JSON))
    return Statements(take, take, sa.text(_NEXT.format(**words)), sa.text(_FIND_FIRSTS.format(**words)))

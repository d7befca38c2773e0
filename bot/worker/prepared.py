"""The engine's own insertions, compiled once on SQLite too.

SQLAlchemy compiles an `INSERT … ON CONFLICT` anew each time. On PostgreSQL the engine keeps the text of those that a
job takes; on SQLite it does not, and each question hands in four jobs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from dbos._schemas import SCHEMA_PLACEHOLDER
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class _Text:
    sql: str
    places: tuple[str, ...]
    constants: dict[str, Any]
    processors: dict[str, Callable[[Any], Any]]

    def filled(self, values: dict[str, Any]) -> tuple[Any, ...]:
        known = self.constants | values
        processors = self.processors
        return tuple(processors[at](known[at]) if at in processors else known[at] for at in self.places)


class Prepared:
    """Stands in for one method of the engine's own database, under its name and with its arguments.

    It is no public part of the engine: its minor version is pinned, and a test compares what is written.
    """

    def __init__(self, database: Any) -> None:
        self._database = database
        self._texts: dict[tuple[str, tuple[str, ...]], _Text] = {}

    def install(self) -> None:
        self._database._execute_prepared = self._execute_prepared

    def _execute_prepared(
        self,
        conn: sa.Connection | Session,
        name: str,
        values: dict[str, Any],
        build: Callable[[], Any],
        *,
        insert_columns: bool = True,
    ) -> Any:
        key = (name, tuple(values))
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = self._compiled(build(), list(values) if insert_columns else None)
        connection = conn.connection() if isinstance(conn, Session) else conn
        return connection.exec_driver_sql(text.sql, text.filled(values))

    def _compiled(self, statement: Any, columns: list[str] | None) -> _Text:
        dialect = self._database.engine.dialect
        compiled = statement.compile(
            dialect=dialect,
            column_keys=columns,
            schema_translate_map={SCHEMA_PLACEHOLDER: None},
            render_schema_translate=True,
        )
        processors = {
            name: processor
            for name, bind in compiled.binds.items()
            if (processor := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        constants = {name: bind.value for name, bind in compiled.binds.items()}
        return _Text(str(compiled), tuple(compiled.positiontup), constants, processors)

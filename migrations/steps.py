"""Steps that a desk at work does not notice. Migrations may use these; they know no table."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op


def add_index(name: str, table: str, columns: Sequence[str], *, where: sa.TextClause | None = None) -> None:
    """On PostgreSQL beside everybody who writes: nobody waits for it, however large the table is.

    One that was left half built by a run that died is built anew.
    """
    if op.get_context().dialect.name != "postgresql":
        op.create_index(name, table, columns, sqlite_where=where)
        return
    options: dict[str, Any] = {"postgresql_concurrently": True}
    with op.get_context().autocommit_block():
        op.drop_index(name, table, if_exists=True, **options)
        op.create_index(name, table, columns, postgresql_where=where, **options)


def needs_program(revision: str) -> None:
    """Says that programs older than this revision cannot work with the schema any more.

    A migration that takes something away calls it, in a release after the one whose code stopped needing it.
    """
    op.execute(sa.text("UPDATE schema_floor SET revision = :revision").bindparams(revision=revision))

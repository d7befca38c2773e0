"""Tickets know when their words are harsh, so that nobody gets the third of them in a row."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# Not in a batch: SQLite would make the table anew, and rows of other tables refer to it.


def upgrade() -> None:
    op.add_column("ticket", sa.Column("hostile", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    # In place: to make the table anew, SQLite would have to drop it, and other tables point to its rows.
    op.drop_column("ticket", "hostile")

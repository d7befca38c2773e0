"""Closed tickets that still have their words are found by their age, however many have lost theirs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WORDS = sa.text("question <> ''")


def upgrade() -> None:
    op.create_index(
        "ix_ticket_words", "ticket", ["team_id", "closed_at"], sqlite_where=_WORDS, postgresql_where=_WORDS
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_words", "ticket")

"""Closed tickets that still have their words are found by their age, however many have lost theirs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.steps import add_index

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    add_index("ix_ticket_words", "ticket", ["team_id", "closed_at"], where=sa.text("question <> ''"))


def downgrade() -> None:
    op.drop_index("ix_ticket_words", "ticket")

"""What was posted is looked for in Slack unless it comes back by itself. What was sent before counts as there."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.steps import add_index

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Not in batches: SQLite would make the table anew.
    op.add_column("say", sa.Column("look_for_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("say", sa.Column("missed", sa.Integer(), nullable=False, server_default="0"))
    add_index(
        "ix_say_team_id_look_for_at",
        "say",
        ["team_id", "look_for_at"],
        where=sa.text("look_for_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_say_team_id_look_for_at", "say")
    op.drop_column("say", "missed")
    op.drop_column("say", "look_for_at")

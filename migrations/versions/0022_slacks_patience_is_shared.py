"""What is left of Slack's patience is counted by all processes together."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "slack_budget",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("full_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "method", "channel", name=op.f("pk_slack_budget")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Written at each call of Slack, and worth nothing after a minute: it need not survive a crash.
        op.execute("ALTER TABLE slack_budget SET UNLOGGED")


def downgrade() -> None:
    op.drop_table("slack_budget")

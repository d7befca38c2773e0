"""The desk serves several workspaces: where it is installed, and what their admins set."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Not in batches: SQLite would make the tables anew, and rows of other tables refer to them.


def upgrade() -> None:
    op.add_column("team", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "installation",
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("team_name", sa.String(200), nullable=False),
        sa.Column("enterprise_id", sa.String(32), nullable=True),
        sa.Column("app_id", sa.String(32), nullable=True),
        sa.Column("url", sa.String(200), nullable=False),
        sa.Column("bot_user_id", sa.String(32), nullable=False),
        sa.Column("bot_id", sa.String(32), nullable=False),
        sa.Column("sealed_bot_token", sa.Text(), nullable=True),
        sa.Column("sealed_refresh_token", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refreshing_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.String(32), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_installation_team_id_team"),
        sa.PrimaryKeyConstraint("team_id", name="pk_installation"),
    )
    op.create_table(
        "workspace_rules",
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("desk_channel", sa.String(32), nullable=True),
        sa.Column("help_channels", sa.JSON(), nullable=True),
        sa.Column("opening_hours", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.String(64), nullable=True),
        sa.Column("holidays", sa.Text(), nullable=True),
        sa.Column("closed_days", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_workspace_rules_team_id_team"),
        sa.PrimaryKeyConstraint("team_id", name="pk_workspace_rules"),
    )


def downgrade() -> None:
    for table in ("workspace_rules", "installation"):
        op.drop_table(table)
    # In place: to make it anew, SQLite would have to drop it, and other tables point to its rows.
    op.drop_column("team", "left_at")

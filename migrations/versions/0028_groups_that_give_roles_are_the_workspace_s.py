"""Which user groups give roles is the workspace's own: each has groups of its own, with ids of their own."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for name in ("admin_group", "agent_group"):
        op.add_column("workspace_rules", sa.Column(name, sa.String(32), nullable=True))


def downgrade() -> None:
    for name in ("agent_group", "admin_group"):
        op.drop_column("workspace_rules", name)

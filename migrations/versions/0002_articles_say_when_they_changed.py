"""Articles say in which version of the knowledge base they changed last."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("article") as batch_op:
        batch_op.add_column(sa.Column("changed_in", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_article_team_id_changed_in"), ["team_id", "changed_in"])


def downgrade() -> None:
    with op.batch_alter_table("article") as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_team_id_changed_in"))
        batch_op.drop_column("changed_in")

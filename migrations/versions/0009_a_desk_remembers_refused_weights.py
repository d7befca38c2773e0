"""A desk also remembers weights that were fitted and not taken, and why."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("own_weights") as batch_op:
        batch_op.add_column(sa.Column("adopted", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("why", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    # What was refused would serve, as far as the older program knows.
    op.execute(sa.text("DELETE FROM own_weights WHERE NOT adopted"))
    with op.batch_alter_table("own_weights") as batch_op:
        batch_op.drop_column("why")
        batch_op.drop_column("adopted")

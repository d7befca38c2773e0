"""Messages of age are let go by the day on which they were written, however many there are."""

from collections.abc import Sequence

from alembic import op

from migrations.steps import add_index

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    add_index("ix_say_created_at", "say", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_say_created_at", "say")

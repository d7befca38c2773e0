"""The usual wait is measured on the tickets of two weeks, however many there were before."""

from collections.abc import Sequence

from alembic import op

from migrations.steps import add_index

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    add_index("ix_ticket_team_id_escalated_at", "ticket", ["team_id", "escalated_at"])


def downgrade() -> None:
    op.drop_index("ix_ticket_team_id_escalated_at", "ticket")

"""Requesters say by a tap who it hits, whether they can work, and which of two categories it is."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "told_impact",
        sa.Column("ticket_id", Id, autoincrement=False, nullable=False),
        sa.Column("impact", sa.String(length=16), nullable=True),
        sa.Column("stuck", sa.Boolean(), nullable=True),
        sa.Column("heard", sa.String(length=16), nullable=False),
        sa.Column("by_rules", sa.String(length=16), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_told_impact_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_told_impact")),
    )
    op.create_table(
        "category_choice",
        sa.Column("ticket_id", Id, autoincrement=False, nullable=False),
        sa.Column("first", sa.String(length=64), nullable=False),
        sa.Column("second", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen", sa.String(length=64), nullable=True),
        sa.Column("chosen_by_id", Id, nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["person.id"], name=op.f("fk_category_choice_chosen_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_category_choice_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_category_choice")),
    )


def downgrade() -> None:
    op.drop_table("category_choice")
    op.drop_table("told_impact")

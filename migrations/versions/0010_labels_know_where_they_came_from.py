"""Labels know where they came from, and may be of tickets from before the desk; datasets are frozen."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "past_ticket",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("urgency", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_past_ticket_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_ticket")),
        sa.UniqueConstraint("team_id", "key", name=op.f("uq_past_ticket_team_id_key")),
    )
    op.create_table(
        "frozen_dataset",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("learn", sa.Integer(), nullable=False),
        sa.Column("judge", sa.Integer(), nullable=False),
        sa.Column("audited", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_frozen_dataset_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_dataset")),
        sa.UniqueConstraint("team_id", "hash", name=op.f("uq_frozen_dataset_team_id_hash")),
    )
    with op.batch_alter_table("label") as batch_op:
        batch_op.add_column(sa.Column("past_id", Id, nullable=True))
        # Until now the form that resolves a ticket was the only place where labels came from.
        batch_op.add_column(
            sa.Column("source", sa.String(length=16), nullable=False, server_default="resolved")
        )
        batch_op.alter_column("ticket_id", existing_type=Id, nullable=True)
        batch_op.alter_column("by_id", existing_type=Id, nullable=True)
        batch_op.create_foreign_key(op.f("fk_label_past_id_past_ticket"), "past_ticket", ["past_id"], ["id"])
        batch_op.create_check_constraint(
            op.f("ck_label_of_one_message"), "(ticket_id IS NULL) <> (past_id IS NULL)"
        )
        batch_op.create_check_constraint(
            op.f("ck_label_by_somebody"), "by_id IS NOT NULL OR source = 'imported'"
        )
        batch_op.create_index("ix_label_past_id", ["past_id"])


def downgrade() -> None:
    # What was said of imported tickets has no place in the older program.
    op.execute(sa.text("DELETE FROM label WHERE past_id IS NOT NULL"))
    with op.batch_alter_table("label") as batch_op:
        batch_op.drop_index("ix_label_past_id")
        batch_op.drop_constraint(op.f("ck_label_by_somebody"), type_="check")
        batch_op.drop_constraint(op.f("ck_label_of_one_message"), type_="check")
        batch_op.drop_constraint(op.f("fk_label_past_id_past_ticket"), type_="foreignkey")
        batch_op.alter_column("by_id", existing_type=Id, nullable=False)
        batch_op.alter_column("ticket_id", existing_type=Id, nullable=False)
        batch_op.drop_column("source")
        batch_op.drop_column("past_id")
    op.drop_table("frozen_dataset")
    op.drop_table("past_ticket")

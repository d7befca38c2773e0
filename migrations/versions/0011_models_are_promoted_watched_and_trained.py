"""Models are trained in runs, judge in shadow, are promoted and rolled back, and each field has its mode."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GOES_ON = sa.text("state in ('waiting', 'running')")


def upgrade() -> None:
    with op.batch_alter_table("model_version") as batch_op:
        batch_op.add_column(sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True))
    _promotion()
    _model_mode()
    _training_run()
    _shadow_prediction()


def _promotion() -> None:
    op.create_table(
        "promotion",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("model_id", Id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", Id, nullable=True),
        sa.Column("despite", sa.Text(), nullable=False),
        sa.Column("rolled_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rolled_back_by_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_promotion_team_id_team")),
        sa.ForeignKeyConstraint(
            ["model_id"], ["model_version.id"], name=op.f("fk_promotion_model_id_model_version")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_promotion_by_id_person")),
        sa.ForeignKeyConstraint(
            ["rolled_back_by_id"], ["person.id"], name=op.f("fk_promotion_rolled_back_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
    )
    with op.batch_alter_table("promotion") as batch_op:
        batch_op.create_index("ix_promotion_team_id_id", ["team_id", "id"])


def _model_mode() -> None:
    op.create_table(
        "model_mode",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("by_id", Id, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("guarded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_model_mode_team_id_team")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_model_mode_by_id_person")),
        sa.PrimaryKeyConstraint("team_id", "field", "category", name=op.f("pk_model_mode")),
    )


def _training_run() -> None:
    op.create_table(
        "training_run",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("by_id", Id, nullable=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=80), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dataset_id", sa.Integer(), nullable=True),
        sa.Column("dataset_hash", sa.String(length=64), nullable=True),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_training_run_team_id_team")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_training_run_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_run")),
        sa.UniqueConstraint("team_id", "month", name=op.f("uq_training_run_team_id_month")),
    )
    with op.batch_alter_table("training_run") as batch_op:
        batch_op.create_index(
            "uq_training_run_going_on",
            ["team_id"],
            unique=True,
            sqlite_where=_GOES_ON,
            postgresql_where=_GOES_ON,
        )


def _shadow_prediction() -> None:
    op.create_table(
        "shadow_prediction",
        sa.Column("id", Id, nullable=False),
        sa.Column("model_id", Id, nullable=False),
        sa.Column("ticket_id", Id, nullable=False),
        sa.Column("category", sa.String(length=64), nullable=True),
        sa.Column("sure", sa.Double(), nullable=False),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["model_version.id"], name=op.f("fk_shadow_prediction_model_id_model_version")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_shadow_prediction_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow_prediction")),
        sa.UniqueConstraint("model_id", "ticket_id", name=op.f("uq_shadow_prediction_model_id_ticket_id")),
    )
    with op.batch_alter_table("shadow_prediction") as batch_op:
        batch_op.create_index("ix_shadow_prediction_ticket_id", ["ticket_id"])


def downgrade() -> None:
    for table in ("shadow_prediction", "training_run", "model_mode", "promotion"):
        op.drop_table(table)
    with op.batch_alter_table("model_version") as batch_op:
        batch_op.drop_column("cleared_at")

"""Schedules with rotations, overrides and time off, and the record of who was on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _schedules() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=8), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("recorded_until", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("archived_at", Moment, nullable=True),
        _refers("schedule", "team_id", "team"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("team_id", "name", name=op.f("uq_schedule_team_id_name")),
    )
    op.create_table(
        "rotation",
        sa.Column("id", Id, nullable=False),
        sa.Column("schedule_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("layer", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(length=16), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("starts", sa.String(length=32), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("restrictions", sa.JSON(), nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        _refers("rotation", "schedule_id", "schedule"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotation")),
    )
    op.create_index("ix_rotation_schedule_id_position", "rotation", ["schedule_id", "position"])
    op.create_table(
        "rotation_member",
        sa.Column("rotation_id", Id, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        _refers("rotation_member", "rotation_id", "rotation"),
        _refers("rotation_member", "person_id", "person"),
        sa.PrimaryKeyConstraint("rotation_id", "position", name=op.f("pk_rotation_member")),
    )


def _exceptions() -> None:
    op.create_table(
        "oncall_override",
        sa.Column("id", Id, nullable=False),
        sa.Column("schedule_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("start", Moment, nullable=False),
        sa.Column("end", Moment, nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("instead_of_id", Id, nullable=True),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("created_by_id", Id, nullable=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("removed_at", Moment, nullable=True),
        _refers("oncall_override", "schedule_id", "schedule"),
        _refers("oncall_override", "person_id", "person"),
        _refers("oncall_override", "instead_of_id", "person"),
        _refers("oncall_override", "created_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_override")),
    )
    op.create_index("ix_oncall_override_schedule_id_end", "oncall_override", ["schedule_id", "end"])
    op.create_table(
        "absence",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("start", Moment, nullable=False),
        sa.Column("end", Moment, nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        _refers("absence", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_person_id_end", "absence", ["person_id", "end"])


def upgrade() -> None:
    _schedules()
    _exceptions()
    op.create_table(
        "shift_record",
        sa.Column("id", Id, nullable=False),
        sa.Column("schedule_id", Id, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("start", Moment, nullable=False),
        sa.Column("end", Moment, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("rotation_id", Id, nullable=True),
        sa.Column("occurrence", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _refers("shift_record", "schedule_id", "schedule"),
        _refers("shift_record", "person_id", "person"),
        _refers("shift_record", "rotation_id", "rotation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_record")),
    )
    op.create_index("ix_shift_record_schedule_id_end", "shift_record", ["schedule_id", "end"])


def downgrade() -> None:
    for table in (
        "shift_record",
        "absence",
        "oncall_override",
        "rotation_member",
        "rotation",
        "schedule",
    ):
        op.drop_table(table)

"""What is said tells what started it, and work keeps what happened to it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Not in batches: SQLite would make the tables anew, and rows of other tables refer to them.


def upgrade() -> None:
    for table in ("say", "pager_call"):
        op.add_column(table, sa.Column("request_id", sa.String(64), nullable=True))
        op.add_column(table, sa.Column("trace", sa.String(64), nullable=True))
    op.add_column("inbox_event", sa.Column("trace", sa.String(64), nullable=True))
    op.add_column("heartbeat", sa.Column("slack_answered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("heartbeat", sa.Column("slack_failed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "work_note",
        sa.Column("id", _ID, nullable=False),
        sa.Column("work", sa.String(160), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("error", sa.String(80), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(120), nullable=True),
        sa.Column("request_id", sa.String(64), nullable=True),
        sa.Column("by_id", _ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_work_note_by_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_work_note"),
    )
    op.create_index("ix_work_note_work_id", "work_note", ["work", "id"])
    op.create_index("ix_work_note_last_at", "work_note", ["last_at"])
    op.create_table(
        "buried_work",
        sa.Column("work", sa.String(160), nullable=False),
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("was", sa.String(16), nullable=True),
        sa.Column("error", sa.String(80), nullable=True),
        sa.Column("by_id", _ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_buried_work_by_id_person"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_buried_work_team_id_team"),
        sa.PrimaryKeyConstraint("work", name="pk_buried_work"),
    )
    op.create_index("ix_buried_work_team_id_at", "buried_work", ["team_id", "at"])


def downgrade() -> None:
    op.drop_table("buried_work")
    op.drop_table("work_note")
    # In place: to make these anew, SQLite would have to drop them, and other tables point to their rows.
    op.drop_column("heartbeat", "slack_failed_at")
    op.drop_column("heartbeat", "slack_answered_at")
    op.drop_column("inbox_event", "trace")
    for table in ("pager_call", "say"):
        op.drop_column(table, "trace")
        op.drop_column(table, "request_id")

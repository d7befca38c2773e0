"""Visits to the console are rows that can be ended, wrong tries are counted by all, and roles know where they came from."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Not in batches: SQLite would make the tables anew, and rows of other tables refer to them.


def upgrade() -> None:
    op.add_column("person", sa.Column("role_from", sa.String(16), nullable=True))
    op.add_column("audit", sa.Column("request_id", sa.String(64), nullable=True))
    op.add_column("audit", sa.Column("account", sa.String(64), nullable=True))
    op.create_table(
        "console_visit",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(16), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_console_visit_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_console_visit"),
    )
    op.create_index("ix_console_visit_person_id", "console_visit", ["person_id"])
    op.create_table(
        "sign_in_state",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_state"),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("id", _ID, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_try"),
    )
    op.create_index("ix_sign_in_try_at", "sign_in_try", ["at"])
    op.create_table(
        "role_group",
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("group_id", sa.String(32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(200), nullable=True),
        sa.Column("fault_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_role_group_team_id_team"),
        sa.PrimaryKeyConstraint("team_id", "role", name="pk_role_group"),
    )


def downgrade() -> None:
    for table in ("role_group", "sign_in_try", "sign_in_state", "console_visit"):
        op.drop_table(table)
    # In place: to make these anew, SQLite would have to drop them, and other tables point to their rows.
    op.drop_column("audit", "account")
    op.drop_column("audit", "request_id")
    op.drop_column("person", "role_from")

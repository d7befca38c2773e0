"""Agents have hours, skills and pauses, carry a burden, and rest after work at night."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "agent_profile",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("working_hours", sa.String(length=300), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("work_cap", sa.Integer(), nullable=True),
        sa.Column("credit_choice", sa.String(length=16), nullable=False),
        sa.Column("opted_in_nights", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agent_profile_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_agent_profile")),
    )
    op.create_table(
        "agent_skill",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agent_skill_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "category", name=op.f("pk_agent_skill")),
    )
    op.create_table(
        "pause",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pause_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index("ix_pause_person_id_until", "pause", ["person_id", "until"])
    _burden()
    op.create_table(
        "rest_credit",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Double(), nullable=False),
        sa.Column("taken", sa.Double(), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("rest_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rest_credit_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rest_credit")),
        sa.UniqueConstraint("person_id", "night", name=op.f("uq_rest_credit_person_id_night")),
    )


def _burden() -> None:
    op.create_table(
        "burden_entry",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("ticket_id", Id, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Double(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("after_hours", sa.Boolean(), nullable=False),
        sa.Column("hostile", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_burden_entry_person_id_person")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_burden_entry_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_burden_entry")),
    )
    op.create_index("ix_burden_entry_person_id_at", "burden_entry", ["person_id", "at"])
    op.create_index("ix_burden_entry_ticket_id_person_id", "burden_entry", ["ticket_id", "person_id"])
    op.create_index("ix_burden_entry_at", "burden_entry", ["at"])


def downgrade() -> None:
    for table in ("rest_credit", "burden_entry", "pause", "agent_skill", "agent_profile"):
        op.drop_table(table)

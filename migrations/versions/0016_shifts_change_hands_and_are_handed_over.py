"""Shifts are swapped and covered, and handed over when they end."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "handoff",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("schedule_id", Id, nullable=True),
        sa.Column("leaver_id", Id, nullable=False),
        sa.Column("incomer_id", Id, nullable=True),
        sa.Column("shift_began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returns_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leaver_said_id", Id, nullable=True),
        sa.Column("incomer_said_id", Id, nullable=True),
        sa.Column("watch", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incomer_id"], ["person.id"], name=op.f("fk_handoff_incomer_id_person")),
        sa.ForeignKeyConstraint(["leaver_id"], ["person.id"], name=op.f("fk_handoff_leaver_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_handoff_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff")),
        sa.UniqueConstraint("team_id", "key", name=op.f("uq_handoff_team_id_key")),
    )
    op.create_index("ix_handoff_team_id_settled_at", "handoff", ["team_id", "settled_at"], unique=False)
    op.create_table(
        "signed_off",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signed_off_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_signed_off")),
    )
    op.create_table(
        "swap",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("owner_id", Id, nullable=False),
        sa.Column("taker_id", Id, nullable=True),
        sa.Column("by_id", Id, nullable=True),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("anybody", sa.Boolean(), nullable=False),
        sa.Column("schedule_id", Id, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("occurrence", sa.String(length=120), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counter_schedule_id", Id, nullable=True),
        sa.Column("counter_role", sa.String(length=16), nullable=True),
        sa.Column("counter_occurrence", sa.String(length=120), nullable=True),
        sa.Column("counter_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counter_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_swap_by_id_person")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_swap_owner_id_person")),
        sa.ForeignKeyConstraint(["taker_id"], ["person.id"], name=op.f("fk_swap_taker_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_swap_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    op.create_index("ix_swap_owner_id_state", "swap", ["owner_id", "state"], unique=False)
    op.create_index("ix_swap_taker_id_state", "swap", ["taker_id", "state"], unique=False)
    op.create_index("ix_swap_team_id_state", "swap", ["team_id", "state"], unique=False)
    op.create_table(
        "handoff_note",
        sa.Column("handoff_id", Id, autoincrement=False, nullable=False),
        sa.Column("ticket_id", Id, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoff.id"], name=op.f("fk_handoff_note_handoff_id_handoff")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_handoff_note_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("handoff_id", "ticket_id", name=op.f("pk_handoff_note")),
    )
    op.create_table(
        "swap_ask",
        sa.Column("swap_id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_id", Id, nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_swap_ask_person_id_person")),
        sa.ForeignKeyConstraint(["swap_id"], ["swap.id"], name=op.f("fk_swap_ask_swap_id_swap")),
        sa.PrimaryKeyConstraint("swap_id", "person_id", name=op.f("pk_swap_ask")),
    )
    op.create_index("ix_swap_ask_person_id", "swap_ask", ["person_id"], unique=False)
    op.create_table(
        "thanks",
        sa.Column("handoff_id", Id, autoincrement=False, nullable=False),
        sa.Column("from_id", Id, autoincrement=False, nullable=False),
        sa.Column("to_id", Id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_thanks_from_id_person")),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoff.id"], name=op.f("fk_thanks_handoff_id_handoff")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_thanks_to_id_person")),
        sa.PrimaryKeyConstraint("handoff_id", "from_id", name=op.f("pk_thanks")),
    )
    op.create_index("ix_thanks_told_at", "thanks", ["told_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_thanks_told_at", table_name="thanks")
    op.drop_table("thanks")
    op.drop_index("ix_swap_ask_person_id", table_name="swap_ask")
    op.drop_table("swap_ask")
    op.drop_table("handoff_note")
    op.drop_index("ix_swap_team_id_state", table_name="swap")
    op.drop_index("ix_swap_taker_id_state", table_name="swap")
    op.drop_index("ix_swap_owner_id_state", table_name="swap")
    op.drop_table("swap")
    op.drop_table("signed_off")
    op.drop_index("ix_handoff_team_id_settled_at", table_name="handoff")
    op.drop_table("handoff")

"""People are asked about labels that look doubtful and messages that would teach most."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "label_review",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", Id, nullable=True),
        sa.Column("past_id", Id, nullable=True),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(length=64), nullable=True),
        sa.Column("thought", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_by_id", Id, nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", Id, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(ticket_id IS NULL) <> (past_id IS NULL)", name=op.f("ck_label_review_of_one_message")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_label_review_team_id_team")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_label_review_ticket_id_ticket")),
        sa.ForeignKeyConstraint(
            ["past_id"], ["past_ticket.id"], name=op.f("fk_label_review_past_id_past_ticket")
        ),
        sa.ForeignKeyConstraint(
            ["held_by_id"], ["person.id"], name=op.f("fk_label_review_held_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_label_review_answered_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_review")),
    )
    for column, name in (("ticket_id", "uq_label_review_ticket"), ("past_id", "uq_label_review_past")):
        op.create_index(
            name, "label_review", [column], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        )
    op.create_index("ix_label_review_team_id_state_place", "label_review", ["team_id", "state", "place"])
    op.create_table(
        "label_review_skip",
        sa.Column("review_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["label_review.id"], name=op.f("fk_label_review_skip_review_id_label_review")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_label_review_skip_person_id_person")
        ),
        sa.PrimaryKeyConstraint("review_id", "person_id", name=op.f("pk_label_review_skip")),
    )

    op.create_table(
        "label_review_round",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("astray", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_label_review_round_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_review_round")),
    )
    op.create_index("ix_label_review_round_team_id_at", "label_review_round", ["team_id", "at"])


def downgrade() -> None:
    op.drop_table("label_review_round")
    op.drop_table("label_review_skip")
    op.drop_table("label_review")

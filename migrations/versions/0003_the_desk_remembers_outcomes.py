"""The knowledge base remembers which article solved which question."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "memory_version",
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_memory_version")),
    )
    op.create_table(
        "remembered_question",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", Id, nullable=True),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("said_by", sa.String(length=16), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_in", sa.Integer(), nullable=False),
        sa.Column("meaning", sa.LargeBinary(), nullable=True),
        sa.Column("meaning_model", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_remembered_question_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_question")),
        sa.UniqueConstraint(
            "ticket_id", "article_id", name=op.f("uq_remembered_question_ticket_id_article_id")
        ),
    )
    with op.batch_alter_table("remembered_question") as batch_op:
        batch_op.create_index("ix_remembered_question_team_id_changed_in", ["team_id", "changed_in"])
        batch_op.create_index("ix_remembered_question_article_id", ["article_id"])


def downgrade() -> None:
    op.drop_table("remembered_question")
    op.drop_table("memory_version")

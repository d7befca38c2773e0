"""People say whether an article helped, and what somebody should look at is flagged."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "article_vote",
        sa.Column("article_id", Id, nullable=False),
        sa.Column("voter", sa.String(length=32), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_vote_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", "voter", name=op.f("pk_article_vote")),
    )
    op.create_table(
        "article_flag",
        sa.Column("id", Id, nullable=False),
        sa.Column("article_id", Id, nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_flag_article_id_article"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_flag")),
    )
    still_open = sa.text("settled_at IS NULL")
    with op.batch_alter_table("article_flag") as batch_op:
        batch_op.create_index("ix_article_flag_article_id", ["article_id"])
        batch_op.create_index(
            "ux_article_flag_open",
            ["article_id", "reason", "about"],
            unique=True,
            sqlite_where=still_open,
            postgresql_where=still_open,
        )


def downgrade() -> None:
    op.drop_table("article_flag")
    op.drop_table("article_vote")

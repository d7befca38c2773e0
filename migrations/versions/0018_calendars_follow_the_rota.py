"""People subscribe to their shifts with their calendars."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "calendar_subscription",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("schedule_id", Id, nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("last_used_at", Moment, nullable=True),
        sa.Column("revoked_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_subscription_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_calendar_subscription_schedule_id_schedule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_subscription")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_subscription_token_hash")),
    )
    op.create_index("ix_calendar_subscription_person_id", "calendar_subscription", ["person_id"])
    op.create_table(
        "calendar_event",
        sa.Column("id", Id, nullable=False),
        sa.Column("feed", sa.String(length=32), nullable=False),
        sa.Column("occurrence", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("start", Moment, nullable=False),
        sa.Column("end", Moment, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("schedule_id", Id, nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("cancelled_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_event_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_calendar_event_schedule_id_schedule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_event")),
        sa.UniqueConstraint(
            "feed", "occurrence", "role", "piece", name=op.f("uq_calendar_event_feed_occurrence_role_piece")
        ),
    )
    op.create_index("ix_calendar_event_feed_end", "calendar_event", ["feed", "end"])


def downgrade() -> None:
    op.drop_table("calendar_event")
    op.drop_table("calendar_subscription")

"""The table of trained models. The file itself is kept in the row, so every process finds it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime
from triage.vocabulary import ModelState

_SERVES = text("state = 'champion'")


class ModelVersion(Base):
    __tablename__ = "model_version"
    __table_args__ = (
        UniqueConstraint("team_id", "name"),
        # Two admins at once cannot both win: the database itself allows one champion.
        Index(
            "uq_model_version_champion",
            "team_id",
            unique=True,
            sqlite_where=_SERVES,
            postgresql_where=_SERVES,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str] = mapped_column(String(64))
    state: Mapped[ModelState] = mapped_column(String(16), default=ModelState.CHALLENGER)
    weights: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    description: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    metrics: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    promoted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The weights of old models are cleared away one day; their figures stay.
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Promotion(Base):
    """One version's reign. Those that were not rolled back are a pile: the newest of them serves, and a roll-back
    takes it off. Beneath the lowest stands the starter model.
    """

    __tablename__ = "promotion"
    __table_args__ = (Index("ix_promotion_team_id_id", "team_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    model_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # None where the command line or the automatic mode did it.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Why it serves although a check had failed, in the admin's words.
    despite: Mapped[str] = mapped_column(Text, default="")
    rolled_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rolled_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

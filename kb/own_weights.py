"""Weights that a desk fitted to its own outcomes: kept, served, and taken back."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime
from kb.memory import count_write
from kb.ranker import Ranker


class OwnWeights(Base):
    """One fitting that was adopted. The newest one that is not retired serves."""

    __tablename__ = "own_weights"
    __table_args__ = (Index("ix_own_weights_team_id_by_meaning", "team_id", "by_meaning"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32))
    by_meaning: Mapped[bool]
    weights: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcomes: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    fitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Judgement:
    """How some weights do on the latest outcomes, which none of the fitted ones were fitted on."""

    mrr: float
    log_loss: float
    false_show: float  # of the questions that no article solved; 0 if there were none


@dataclass(frozen=True)
class Fitting:
    """A fitting as people may see it."""

    outcomes: int
    before: Judgement
    after: Judgement
    fitted_at: datetime
    retired_at: datetime | None


def adopt(
    session: Session,
    team_id: str,
    ranker: Ranker,
    *,
    by_meaning: bool,
    outcomes: int,
    before: Judgement,
    after: Judgement,
    now: datetime,
) -> None:
    """From now on every process ranks with these weights; whoever calls has seen that they are not worse."""
    session.add(
        OwnWeights(
            team_id=team_id,
            by_meaning=by_meaning,
            weights=ranker.as_object(by_meaning=by_meaning),
            outcomes=outcomes,
            figures={"before": asdict(before), "after": asdict(after)},
            fitted_at=now,
        )
    )
    count_write(session, team_id)


def serving(session: Session, team_id: str, *, by_meaning: bool) -> Ranker | None:
    """The desk's own weights; None where the shipped ones serve.

    Weights for features that this version does not compute are passed over: they are fitted again.
    """
    newest = session.scalars(
        select(OwnWeights)
        .where(
            OwnWeights.team_id == team_id,
            OwnWeights.by_meaning.is_(by_meaning),
            OwnWeights.retired_at.is_(None),
        )
        .order_by(OwnWeights.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        return None
    try:
        return Ranker.of(newest.weights, by_meaning=by_meaning)
    except ValueError:
        return None


def retire(session: Session, team_id: str, *, by_meaning: bool, now: datetime) -> bool:
    """Back to the weights before the newest fitting; False if the shipped ones serve already."""
    newest = (
        select(OwnWeights.id)
        .where(
            OwnWeights.team_id == team_id,
            OwnWeights.by_meaning.is_(by_meaning),
            OwnWeights.retired_at.is_(None),
        )
        .order_by(OwnWeights.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    retired = session.execute(
        update(OwnWeights)
        .where(OwnWeights.id == newest, OwnWeights.retired_at.is_(None))
        .values(retired_at=now)
        .returning(OwnWeights.id)
    ).first()
    if retired is not None:
        count_write(session, team_id)
    return retired is not None


def fittings(session: Session, team_id: str, *, by_meaning: bool, limit: int = 20) -> list[Fitting]:
    """What was adopted so far, newest first."""
    rows = session.scalars(
        select(OwnWeights)
        .where(OwnWeights.team_id == team_id, OwnWeights.by_meaning.is_(by_meaning))
        .order_by(OwnWeights.id.desc())
        .limit(limit)
    )
    return [
        Fitting(
            row.outcomes,
            Judgement(**row.figures["before"]),
            Judgement(**row.figures["after"]),
            row.fitted_at,
            row.retired_at,
        )
        for row in rows
    ]

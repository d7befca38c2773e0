"""Weights that a desk fitted to its own outcomes: kept, served, and taken back."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Select, String, Text, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime
from kb.memory import count_write
from kb.ranker import Ranker


class OwnWeights(Base):
    """One fitting. Of those that were adopted and are not retired, the newest serves."""

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
    adopted: Mapped[bool] = mapped_column(default=True)
    why: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True)
class Judgement:
    """How some weights do on the latest outcomes, which none of the fitted ones were fitted on."""

    mrr: float
    log_loss: float
    false_show: float  # of the questions that no article solved; 0 if there were none


@dataclass(frozen=True)
class Fitting:
    """A fitting as people may see it. `why` it was adopted or not."""

    id: int
    outcomes: int
    before: Judgement
    after: Judgement
    adopted: bool
    why: str
    fitted_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """Which fitting is the newest, and which one serves; None for none. Changes with each fitting and roll-back."""

    newest: int | None
    serving: int | None

    @classmethod
    def read(cls, session: Session, team_id: str, *, by_meaning: bool) -> "Standing":
        own = OwnWeights.team_id == team_id, OwnWeights.by_meaning.is_(by_meaning)
        newest = session.scalar(select(func.max(OwnWeights.id)).where(*own))
        return cls(newest, session.scalar(_serving(team_id, by_meaning).with_only_columns(OwnWeights.id)))


def keep(
    session: Session,
    team_id: str,
    ranker: Ranker,
    *,
    by_meaning: bool,
    outcomes: int,
    before: Judgement,
    after: Judgement,
    adopted: bool,
    why: str,
    since: Standing,
    now: datetime,
) -> bool:
    """Remembers a fitting. If it was adopted, every process ranks with these weights from now on.

    False, and nothing is kept, if somebody else fitted weights or rolled them back `since` this fitting was begun.
    """
    # Takes the lock on the version's row: of two that arrive at once, the second sees what the first has kept.
    count_write(session, team_id)
    if Standing.read(session, team_id, by_meaning=by_meaning) != since:
        return False
    session.add(
        OwnWeights(
            team_id=team_id,
            by_meaning=by_meaning,
            weights=ranker.as_object(by_meaning=by_meaning),
            outcomes=outcomes,
            figures={"before": asdict(before), "after": asdict(after)},
            fitted_at=now,
            adopted=adopted,
            why=why,
        )
    )
    session.flush()
    return True


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
    keep(
        session,
        team_id,
        ranker,
        by_meaning=by_meaning,
        outcomes=outcomes,
        before=before,
        after=after,
        adopted=True,
        why="",
        since=Standing.read(session, team_id, by_meaning=by_meaning),
        now=now,
    )


def serving(session: Session, team_id: str, *, by_meaning: bool) -> Ranker | None:
    """The desk's own weights; None where the shipped ones serve."""
    own = in_service(session, team_id, by_meaning=by_meaning)
    return own[0] if own else None


def in_service(session: Session, team_id: str, *, by_meaning: bool) -> tuple[Ranker, Fitting] | None:
    """The desk's own weights and where they are from; None where the shipped ones serve.

    Weights for features that this version does not compute are passed over: they are fitted again.
    """
    newest = session.scalars(_serving(team_id, by_meaning)).first()
    if newest is None:
        return None
    try:
        return Ranker.of(newest.weights, by_meaning=by_meaning), _as_fitting(newest)
    except ValueError:
        return None


def retire(
    session: Session, team_id: str, *, by_meaning: bool, now: datetime, fitting_id: int | None = None
) -> bool:
    """Back to the weights before those that serve; False if the shipped ones serve already.

    `fitting_id` says which ones somebody saw serving: if others do by now, nothing changes either.
    """
    count_write(session, team_id)  # takes its turn with whoever keeps a fitting
    newest = _serving(team_id, by_meaning).with_only_columns(OwnWeights.id).scalar_subquery()
    named = [OwnWeights.id == fitting_id] if fitting_id is not None else []
    retired = session.execute(
        update(OwnWeights)
        .where(OwnWeights.id == newest, OwnWeights.retired_at.is_(None), *named)
        .values(retired_at=now)
        .returning(OwnWeights.id)
    ).first()
    return retired is not None


def fittings(session: Session, team_id: str, *, by_meaning: bool, limit: int = 20) -> list[Fitting]:
    """What was fitted so far, adopted or not, newest first."""
    rows = session.scalars(
        select(OwnWeights)
        .where(OwnWeights.team_id == team_id, OwnWeights.by_meaning.is_(by_meaning))
        .order_by(OwnWeights.id.desc())
        .limit(limit)
    )
    return [_as_fitting(row) for row in rows]


def _serving(team_id: str, by_meaning: bool) -> Select[OwnWeights]:
    return (
        select(OwnWeights)
        .where(
            OwnWeights.team_id == team_id,
            OwnWeights.by_meaning.is_(by_meaning),
            OwnWeights.adopted.is_(True),
            OwnWeights.retired_at.is_(None),
        )
        .order_by(OwnWeights.id.desc())
        .limit(1)
    )


def _as_fitting(row: OwnWeights) -> Fitting:
    return Fitting(
        row.id,
        row.outcomes,
        Judgement(**row.figures["before"]),
        Judgement(**row.figures["after"]),
        row.adopted,
        row.why,
        row.fitted_at,
        row.retired_at,
    )

"""Trainings: asked for by a person or by the month, done as durable work, one at a time for each team."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, ForeignKey, Index, String, Text, UniqueConstraint, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.audit import record
from triage.effects import insert_once
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.vocabulary import RunState
from triage.work import Retrain, enqueue

_GOES_ON = text("state in ('waiting', 'running')")
ACTIVE = (RunState.WAITING, RunState.RUNNING)
# A run that has said nothing for so long was killed with nobody left to begin it again.
SILENT_AFTER = timedelta(minutes=30)
# It took the process down each time: something is wrong with it, and the next one should not be tried for ever.
MOST_ATTEMPTS = 3


class TrainingRun(Base):
    """One training and how far it has come."""

    __tablename__ = "training_run"
    __table_args__ = (
        UniqueConstraint("team_id", "month"),
        # Two who ask at once get one run: the database itself allows one that goes on.
        Index(
            "uq_training_run_going_on",
            "team_id",
            unique=True,
            sqlite_where=_GOES_ON,
            postgresql_where=_GOES_ON,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    state: Mapped[RunState] = mapped_column(one_of(RunState), default=RunState.WAITING)
    why: Mapped[str] = mapped_column(String(200), default="")
    # Set where the month asked for it: never twice the same.
    month: Mapped[str | None] = mapped_column(String(7))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seed: Mapped[int] = mapped_column(default=7)
    step: Mapped[str] = mapped_column(String(80), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The last sign of life.
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dataset_id: Mapped[int | None]
    dataset_hash: Mapped[str | None] = mapped_column(String(64))
    labels: Mapped[int] = mapped_column(default=0)
    model: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str] = mapped_column(Text, default="")

    @property
    def goes_on(self) -> bool:
        return self.state in ACTIVE


def request_training(
    session: Session,
    team_id: str,
    *,
    by: Person | None,
    why: str,
    now: datetime,
    seed: int = 7,
    month: str | None = None,
    as_work: bool = True,
) -> TrainingRun:
    """The new run, or the one that goes on already. `as_work` is off where the caller trains by itself at once."""
    if by is not None:
        require(by.role, Permission.CHANGE_MODELS)
    give_up_silent(session, team_id, now=now)
    new = insert_once(
        session,
        TrainingRun,
        team_id=team_id,
        state=RunState.WAITING,
        why=why,
        month=month,
        by_id=by.id if by else None,
        seed=seed,
        asked_at=now,
        seen_at=now,
    )
    run = going_on(session, team_id) or latest(session, team_id)
    if run is None:
        raise LookupError("a run was asked for, and there is none")
    if new:
        record(session, "training.asked", by=by, team_id=team_id, now=now, run=run.id, why=why)
        if as_work:
            enqueue(session, Retrain(run.id))
    return run


def going_on(session: Session, team_id: str) -> TrainingRun | None:
    return session.scalar(
        select(TrainingRun).where(TrainingRun.team_id == team_id, TrainingRun.state.in_(ACTIVE))
    )


def latest(session: Session, team_id: str) -> TrainingRun | None:
    return next(iter(runs(session, team_id, limit=1)), None)


def runs(session: Session, team_id: str, *, limit: int = 50) -> Sequence[TrainingRun]:
    """Newest first."""
    return session.scalars(
        select(TrainingRun).where(TrainingRun.team_id == team_id).order_by(TrainingRun.id.desc()).limit(limit)
    ).all()


def last_learned(session: Session, team_id: str) -> TrainingRun | None:
    """The newest run that read the labels to the end, whether a challenger came of it or not."""
    return session.scalars(
        select(TrainingRun)
        .where(TrainingRun.team_id == team_id, TrainingRun.state.in_((RunState.DONE, RunState.REFUSED)))
        .order_by(TrainingRun.id.desc())
        .limit(1)
    ).first()


def begin(session: Session, run_id: int, *, now: datetime) -> TrainingRun | None:
    """The run, marked as running; None where it is over. Begun too often, it is given up."""
    run = session.get(TrainingRun, run_id, with_for_update=True)
    if run is None or not run.goes_on:
        return None
    if run.attempts >= MOST_ATTEMPTS:
        end(session, run_id, RunState.FAILED, error="The process ended each time it was tried.", now=now)
        return None
    run.state, run.attempts, run.seen_at = RunState.RUNNING, run.attempts + 1, now
    run.started_at = run.started_at or now
    run.step, run.done, run.total = "", 0, 0
    session.flush()
    return run


def progressed(session: Session, run_id: int, step: str, done: int, total: int, *, now: datetime) -> bool:
    """A sign of life. False where the run was ended meanwhile: whoever trains may stop."""
    return _change(session, run_id, step=step, done=done, total=total, seen_at=now)


def read(session: Session, run_id: int, *, dataset_id: int | None, dataset_hash: str, labels: int) -> bool:
    """What it learns from."""
    return _change(session, run_id, dataset_id=dataset_id, dataset_hash=dataset_hash, labels=labels)


def end(
    session: Session,
    run_id: int,
    state: RunState,
    *,
    now: datetime,
    model: str | None = None,
    error: str = "",
) -> bool:
    """False where somebody ended it before: then this outcome does not count."""
    return _change(session, run_id, state=state, model=model, error=error, finished_at=now, seen_at=now)


def _change(session: Session, run_id: int, **values: Any) -> bool:
    changed = session.execute(
        update(TrainingRun)
        .where(TrainingRun.id == run_id, TrainingRun.state.in_(ACTIVE))
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    return cast("CursorResult[Any]", changed).rowcount > 0


def give_up_silent(session: Session, team_id: str, *, now: datetime) -> None:
    """Ends a run whose process is gone, so that another can begin."""
    session.execute(
        update(TrainingRun)
        .where(
            TrainingRun.team_id == team_id,
            TrainingRun.state == RunState.RUNNING,
            TrainingRun.seen_at < now - SILENT_AFTER,
        )
        .values(
            state=RunState.FAILED, error="It stopped half-way and nobody began it again.", finished_at=now
        )
        .execution_options(synchronize_session="fetch")
    )

"""How each promise of each ticket stands. Reckoned from the ticket's story; kept so that what falls due is found."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.vocabulary import Promise, PromiseCourse, PromiseState, Urgency


class SlaTimer(Base):
    """One promise of one ticket. Seconds are time that counted, as `triage.sla.clock` counts it."""

    __tablename__ = "sla_timer"
    __table_args__ = (
        UniqueConstraint("ticket_id", "promise"),
        Index("ix_sla_timer_team_id_course_due_at", "team_id", "course", "due_at"),
        Index("ix_sla_timer_team_id_tell_at", "team_id", "tell_at"),
        Index("ix_sla_timer_team_id_over_at", "team_id", "over_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    promise: Mapped[Promise] = mapped_column(one_of(Promise))
    policy_version: Mapped[int]
    urgency: Mapped[Urgency] = mapped_column(one_of(Urgency))
    course: Mapped[PromiseCourse] = mapped_column(one_of(PromiseCourse))
    # Grows with each reopening: then both may be said once more.
    round: Mapped[int] = mapped_column(default=0)
    # The opening hours that it was reckoned with: other ones, and it is reckoned again.
    hours: Mapped[str] = mapped_column(String(16))
    spent_seconds: Mapped[float] = mapped_column(default=0.0)
    allowed_seconds: Mapped[float]
    warn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When the time is or was used up. None on hold, and where it was kept.
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    breached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Somebody is to be told, at their next working hour at the soonest.
    tell_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def kept(self) -> bool | None:
        """Whether the promise was kept; None while it is open, and where there was nothing left to keep."""
        if self.course is not PromiseCourse.MET:
            return None
        return self.spent_seconds <= self.allowed_seconds

    @property
    def open(self) -> bool:
        return self.course in (PromiseCourse.RUNNING, PromiseCourse.PAUSED)

    @property
    def allowed(self) -> timedelta:
        return timedelta(seconds=self.allowed_seconds)


@dataclass(frozen=True)
class Standing:
    """How a promise stands now; `due_at` is None while its clock is paused."""

    promise: Promise
    state: PromiseState
    due_at: datetime | None
    paused: bool


def standing(timer: SlaTimer, now: datetime) -> Standing:
    """Of a promise that is still open."""
    if timer.due_at is not None and timer.due_at <= now:
        state = PromiseState.LATE
    elif timer.warn_at is not None and timer.warn_at <= now:
        state = PromiseState.SOON
    else:
        state = PromiseState.FINE
    return Standing(timer.promise, state, timer.due_at, timer.course is PromiseCourse.PAUSED)


def timers_of(session: Session, ticket_id: int) -> list[SlaTimer]:
    """First response, then resolution."""
    rows = session.scalars(select(SlaTimer).where(SlaTimer.ticket_id == ticket_id).order_by(SlaTimer.id))
    return list(rows)


def standings(session: Session, ticket_ids: Collection[int], *, now: datetime) -> dict[int, Standing]:
    """For each ticket with an open promise, the one that is due next."""
    rows = session.scalars(
        select(SlaTimer).where(
            SlaTimer.ticket_id.in_(list(ticket_ids)),
            SlaTimer.course.in_((PromiseCourse.RUNNING, PromiseCourse.PAUSED)),
        )
    )
    found: dict[int, list[Standing]] = {}
    for row in rows:
        found.setdefault(row.ticket_id, []).append(standing(row, now))
    return {ticket_id: next_due(ones) for ticket_id, ones in found.items()}


def next_due(ones: Collection[Standing]) -> Standing:
    """Of a ticket's open promises; those on hold come last."""
    return min(ones, key=lambda one: (one.due_at is None, one.due_at.timestamp() if one.due_at else 0.0))

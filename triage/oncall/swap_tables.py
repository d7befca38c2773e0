"""Shifts that change hands: who offered what, who was asked, who took it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.vocabulary import DutyRole, SwapState


class Swap(Base):
    """A shift, or a part of it, that one agent offers to others. Bound to the occurrence: the turn it was cut from.

    With a counter shift it is an exchange: who takes the one gives the other. The schedule is named by its number
    alone, for the story stays when the schedule goes.
    """

    __tablename__ = "swap"
    __table_args__ = (
        Index("ix_swap_team_id_state", "team_id", "state"),
        Index("ix_swap_owner_id_state", "owner_id", "state"),
        Index("ix_swap_taker_id_state", "taker_id", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    state: Mapped[SwapState] = mapped_column(one_of(SwapState), default=SwapState.OFFERED)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Who wrote it down: the owner; for emergency cover whoever arranged it; None where the command line did.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Arranged without the owner's click, because the owner can't click.
    emergency: Mapped[bool] = mapped_column(default=False)
    # Nobody was named: whoever may answer may take it.
    anybody: Mapped[bool] = mapped_column(default=False)
    schedule_id: Mapped[int] = mapped_column(Id)
    role: Mapped[DutyRole] = mapped_column(one_of(DutyRole))
    occurrence: Mapped[str] = mapped_column(String(120))
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    counter_schedule_id: Mapped[int | None] = mapped_column(Id)
    counter_role: Mapped[DutyRole | None] = mapped_column(one_of(DutyRole))
    counter_occurrence: Mapped[str | None] = mapped_column(String(120))
    counter_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counter_end: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The message to whoever can still take it back, by its number in the outbox: it changes with the swap.
    said_id: Mapped[int | None] = mapped_column(Id)

    @property
    def origin(self) -> str:
        """What its overrides say they come from."""
        return f"{'cover' if self.emergency else 'swap'}:{self.id}"


class SwapAsk(Base):
    """One colleague who is asked. Told when they may be: nobody is woken for a favour."""

    __tablename__ = "swap_ask"
    __table_args__ = (Index("ix_swap_ask_person_id", "person_id"),)

    swap_id: Mapped[int] = mapped_column(ForeignKey("swap.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    said_id: Mapped[int | None] = mapped_column(Id)
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

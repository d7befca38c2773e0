"""What the desk keeps about one agent: hours, skills, pauses, burden and time to make up for.

No other agent, lead or screen reads these rows; they decide who is asked, are shown to their owner, and expire.
"""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.vocabulary import BurdenKind, CreditChoice, PauseKind


class AgentProfile(Base):
    """How somebody wants to work. Whatever is empty follows the desk's rules."""

    __tablename__ = "agent_profile"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    # As opening hours are written, in the person's own zone; empty: they never said.
    working_hours: Mapped[str] = mapped_column(String(300), default="")
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    work_cap: Mapped[int | None]
    credit_choice: Mapped[CreditChoice] = mapped_column(one_of(CreditChoice), default=CreditChoice.REST)
    # Works nights: while on shift, the quiet hours do not hold.
    opted_in_nights: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AgentSkill(Base):
    """A category that somebody knows well."""

    __tablename__ = "agent_skill"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    category: Mapped[str] = mapped_column(String(64), primary_key=True)


class Pause(Base):
    """Focus time or a break, `[start, until)`, unless it ended sooner."""

    __tablename__ = "pause"
    __table_args__ = (Index("ix_pause_person_id_until", "person_id", "until"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[PauseKind] = mapped_column(one_of(PauseKind))
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BurdenEntry(Base):
    """Something that one agent carried. A ticket in hand has an open entry, weighed again when it is put down."""

    __tablename__ = "burden_entry"
    __table_args__ = (
        Index("ix_burden_entry_person_id_at", "person_id", "at"),
        Index("ix_burden_entry_ticket_id_person_id", "ticket_id", "person_id"),
        Index("ix_burden_entry_at", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[BurdenKind] = mapped_column(one_of(BurdenKind))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # None while the ticket is in hand.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes: Mapped[float]
    weight: Mapped[float]
    after_hours: Mapped[bool]
    hostile: Mapped[bool]


class RestCredit(Base):
    """Time that somebody worked in one night, to be made up for. One row a night, without a word on what it was."""

    __tablename__ = "rest_credit"
    __table_args__ = (UniqueConstraint("person_id", "night"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # The local date of the evening on which the night began.
    night: Mapped[date]
    minutes: Mapped[float]
    # Of these, how many were rested or taken as time off already.
    taken: Mapped[float] = mapped_column(default=0.0)
    choice: Mapped[CreditChoice] = mapped_column(one_of(CreditChoice))
    # The rest that the night opened, and whether it was kept: nothing was done in it.
    rest_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

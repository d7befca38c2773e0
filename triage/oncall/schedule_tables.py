"""What schedules are stored as. A rotation or an override that is taken away keeps its row: history refers to it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.oncall.plan import Turn, Why
from triage.vocabulary import AbsenceKind, DutyRole, OverrideKind


class ScheduleRow(Base):
    __tablename__ = "schedule"
    __table_args__ = (UniqueConstraint("team_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str] = mapped_column(String(100))
    zone: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(8), default="")
    region: Mapped[str] = mapped_column(String(64), default="")
    # Who was on before this moment stands in `shift_record`; the rules decide from it on.
    recorded_until: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RotationRow(Base):
    __tablename__ = "rotation"
    __table_args__ = (Index("ix_rotation_schedule_id_position", "schedule_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    # Where it stands in the schedule, as it was written down.
    position: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[DutyRole] = mapped_column(one_of(DutyRole))
    layer: Mapped[int] = mapped_column()
    turn: Mapped[Turn] = mapped_column(one_of(Turn))
    every: Mapped[int] = mapped_column()
    # Local wall time, ISO without an offset: no moment until a zone makes it one.
    starts: Mapped[str] = mapped_column(String(32))
    zone: Mapped[str | None] = mapped_column(String(64))
    restrictions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # No longer among the rules.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RotationMember(Base):
    __tablename__ = "rotation_member"

    rotation_id: Mapped[int] = mapped_column(ForeignKey("rotation.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)


class OverrideRow(Base):
    __tablename__ = "oncall_override"
    __table_args__ = (Index("ix_oncall_override_schedule_id_end", "schedule_id", "end"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    kind: Mapped[OverrideKind] = mapped_column(one_of(OverrideKind))
    role: Mapped[DutyRole] = mapped_column(one_of(DutyRole))
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    instead_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    origin: Mapped[str] = mapped_column(String(64), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AbsenceRow(Base):
    """Somebody's time off. The kind is shown to its owner alone, and the row goes some weeks after its end."""

    __tablename__ = "absence"
    __table_args__ = (Index("ix_absence_person_id_end", "person_id", "end"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[AbsenceKind] = mapped_column(one_of(AbsenceKind))
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    # Where it came from: "calendar:3:<uid>", or "" where somebody entered it.
    origin: Mapped[str] = mapped_column(String(255), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ShiftRecord(Base):
    """Who really was on. Written when the time had come; no later edit changes it."""

    __tablename__ = "shift_record"
    __table_args__ = (Index("ix_shift_record_schedule_id_end", "schedule_id", "end"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    role: Mapped[DutyRole] = mapped_column(one_of(DutyRole))
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rotation_id: Mapped[int | None] = mapped_column(ForeignKey("rotation.id"))
    occurrence: Mapped[str] = mapped_column(String(64))
    why: Mapped[Why] = mapped_column(one_of(Why))
    reason: Mapped[str] = mapped_column(Text)

"""What one agent hands to the next when a shift ends."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime


class Handoff(Base):
    """One agent goes off and another comes on. It is open until what nobody took over went back to the queue."""

    __tablename__ = "handoff"
    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index("ix_handoff_team_id_settled_at", "team_id", "settled_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    # Names the end of the shift, so that two workers who see it hand over once.
    key: Mapped[str] = mapped_column(String(120))
    # None where it was done by hand.
    schedule_id: Mapped[int | None] = mapped_column(Id)
    leaver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # None: nobody comes on, and all goes to the queue.
    incomer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    shift_began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When what was left goes back to the queue, and when that was done.
    returns_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The two messages about it, by their numbers in the outbox: they change when notes are added or tickets taken.
    leaver_said_id: Mapped[int | None] = mapped_column(Id)
    incomer_said_id: Mapped[int | None] = mapped_column(Id)
    # What to watch, in the leaver's words.
    watch: Mapped[str] = mapped_column(Text, default="")


class HandoffNote(Base):
    """What the leaver says about one ticket."""

    __tablename__ = "handoff_note"

    handoff_id: Mapped[int] = mapped_column(ForeignKey("handoff.id"), primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Thanks(Base):
    """One colleague thanks the other for a handoff, in private. Told when they may be spoken to again."""

    __tablename__ = "thanks"
    __table_args__ = (Index("ix_thanks_told_at", "told_at"),)

    handoff_id: Mapped[int] = mapped_column(ForeignKey("handoff.id"), primary_key=True, autoincrement=False)
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

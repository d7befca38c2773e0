"""What happened to a piece of work: each kind of trouble, each retry, whoever put it away. Names and ids, never texts.

A note is about work by its name (`say:12`, `event:Ev…`), the same through every retry, so its history survives them.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.errors import TriageError
from triage.people.models import Person

_NAME = 160
_ERROR = 80


class NothingToRetry(TriageError):
    """It is not there, was done meanwhile, is not needed any more, or somebody else pressed first."""

    def __init__(self, what: str) -> None:
        super().__init__(f"nothing to retry: {what}")
        self.what = what


class Happened(StrEnum):
    """What a note tells of."""

    WAITED = "waited"  # Slack, a pager or the database was away
    FAULT = "fault"  # an error of our own; it was tried again
    REFUSED = "refused"  # Slack or a pager said no
    CRASHED = "crashed"  # the process ended while it ran
    GIVEN_UP = "given_up"  # not tried again by itself
    RETRIED = "retried"
    BURIED = "buried"
    DUG_UP = "dug_up"


class WorkNote(Base):
    """The same trouble again in the same process is counted in its note: a day of Slack being away is one line."""

    __tablename__ = "work_note"
    __table_args__ = (Index("ix_work_note_work_id", "work", "id"), Index("ix_work_note_last_at", "last_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    work: Mapped[str] = mapped_column(String(_NAME))
    what: Mapped[Happened] = mapped_column(one_of(Happened))
    error: Mapped[str | None] = mapped_column(String(_ERROR))
    times: Mapped[int]
    # The worker it happened in; None where a person did it.
    process: Mapped[str | None] = mapped_column(String(120))
    request_id: Mapped[str | None] = mapped_column(String(64))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BuriedWork(Base):
    """Put away for good by an admin. `was` is the state it had, for whoever digs it up again."""

    __tablename__ = "buried_work"
    __table_args__ = (Index("ix_buried_work_team_id_at", "team_id", "at"),)

    work: Mapped[str] = mapped_column(String(_NAME), primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    was: Mapped[str | None] = mapped_column(String(16))
    error: Mapped[str | None] = mapped_column(String(_ERROR))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def note_work(
    session: Session,
    work: str,
    what: Happened,
    *,
    now: datetime,
    error: str | None = None,
    process: str | None = None,
    by: Person | None = None,
) -> None:
    """`error` is a name, never a message: those may quote what people wrote."""
    error = error[:_ERROR] if error else None
    newest = select(WorkNote).where(WorkNote.work == work).order_by(WorkNote.id.desc()).limit(1)
    last = session.scalars(newest).first()
    if last is not None and process and (last.what, last.error, last.process) == (what, error, process):
        session.execute(
            update(WorkNote).where(WorkNote.id == last.id).values(times=WorkNote.times + 1, last_at=now)
        )
        return
    session.add(
        WorkNote(
            work=work[:_NAME],
            what=what,
            error=error,
            times=1,
            process=process,
            request_id=session.info.get("request_id"),
            by_id=by.id if by else None,
            at=now,
            last_at=now,
        )
    )


def take_back(session: Session, work: str, what: Happened) -> None:
    """The newest note of that kind did not come true, or one time of several."""
    newest = (
        select(WorkNote)
        .where(WorkNote.work == work, WorkNote.what == what)
        .order_by(WorkNote.id.desc())
        .limit(1)
    )
    note = session.scalars(newest).first()
    if note is not None and note.times > 1:
        note.times -= 1
    elif note is not None:
        session.delete(note)


def notes_of(session: Session, work: str, *, limit: int = 200) -> list[WorkNote]:
    """Oldest first."""
    rows = select(WorkNote).where(WorkNote.work == work).order_by(WorkNote.id.desc()).limit(limit)
    return list(reversed(session.scalars(rows).all()))


def buried(session: Session, team_id: str, *, limit: int = 100) -> Sequence[BuriedWork]:
    """Newest first."""
    rows = select(BuriedWork).where(BuriedWork.team_id == team_id).order_by(BuriedWork.at.desc()).limit(limit)
    return session.scalars(rows).all()


def forget_notes(session: Session, *, before: datetime) -> int:
    """Drops notes on what nobody has touched since; what is buried keeps its own."""
    about_buried = WorkNote.work.in_(select(BuriedWork.work))
    gone = session.execute(
        delete(WorkNote).where(WorkNote.last_at < before, ~about_buried).returning(WorkNote.id)
    )
    return len(gone.all())

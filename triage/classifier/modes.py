"""What the desk does with the model's word, for each field and each category: decide, recommend, monitor only, off.

Of what is said about a field and about one of its categories, the more careful holds: switching a field off switches
it off. The rules about safety, security and matters for a person alone always work: they are no model. The mode of
urgency is about the alarms that were trained.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, UtcDateTime, one_of
from triage.audit import record
from triage.effects import insert_once
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.vocabulary import LabelField, Mode

# In place of a category: what holds for the whole field.
WHOLE_FIELD = ""


class ModelMode(Base):
    """One setting. Where there is none, the model decides."""

    __tablename__ = "model_mode"

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"), primary_key=True)
    field: Mapped[LabelField] = mapped_column(one_of(LabelField), primary_key=True)
    category: Mapped[str] = mapped_column(String(64), primary_key=True, default=WHOLE_FIELD)
    mode: Mapped[Mode] = mapped_column(one_of(Mode))
    # None where the guard did it, or the command line.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(Text, default="")
    # Lowered by the guard: it ends with the version whose labels said so.
    guarded: Mapped[bool] = mapped_column(default=False)


@dataclass(frozen=True)
class Modes:
    """A desk's modes as they stand, read once for a decision."""

    settings: Mapping[tuple[LabelField, str], Mode]

    def of(self, field: LabelField, category: str | None = None) -> Mode:
        whole = self.settings.get((field, WHOLE_FIELD), Mode.DECIDE)
        own = self.settings.get((field, category or WHOLE_FIELD), Mode.DECIDE)
        return max(whole, own, key=lambda mode: mode.care)


def modes_of(session: Session, team_id: str) -> Modes:
    return Modes({(row.field, row.category): row.mode for row in modes(session, team_id)})


def mode_of(session: Session, team_id: str, field: LabelField, category: str | None = None) -> Mode:
    """What holds for a field, or for one category of it."""
    return modes_of(session, team_id).of(field, category)


def modes(session: Session, team_id: str) -> list[ModelMode]:
    """All settings that were ever made: whole fields first."""
    return list(session.scalars(_MODES, {"team_id": team_id}))


_MODES = (
    select(ModelMode)
    .where(ModelMode.team_id == bindparam("team_id"))
    .order_by(ModelMode.field, ModelMode.category)
)


def set_mode(
    session: Session,
    team_id: str,
    field: LabelField,
    mode: Mode,
    *,
    by: Person | None,
    now: datetime,
    category: str | None = None,
    why: str = "",
    guarded: bool = False,
) -> bool:
    """Says whether anything changed; pressed twice, it is noted once. Raises `NotAllowed`."""
    if by is not None:
        require(by.role, Permission.CHANGE_MODELS)
    key = {"team_id": team_id, "field": field, "category": category or WHOLE_FIELD}
    if mode is Mode.DECIDE and session.get(ModelMode, tuple(key.values())) is None:
        # As it is anyway. A row would say since when, and labels from before that would not count any more.
        return False
    said = {"by_id": by.id if by else None, "at": now, "why": why, "guarded": guarded}
    new = insert_once(session, ModelMode, **key, **said, mode=mode)
    row = session.get_one(ModelMode, tuple(key.values()), with_for_update=True, populate_existing=True)
    before = Mode.DECIDE if new else row.mode
    if before is mode and (new or row.guarded is guarded):
        return False
    row.mode, row.by_id, row.at, row.why, row.guarded = mode, by.id if by else None, now, why, guarded
    session.flush()
    details = {"field": field.value, "category": category, "before": before.value, "mode": mode.value}
    what = "mode.guarded" if guarded else "mode.set"
    record(session, what, by=by, team_id=team_id, now=now, why=why, **details)
    return True


def lift_guards(session: Session, team_id: str, *, now: datetime) -> list[str]:
    """Another version serves: what the guard had lowered comes back. Says which categories."""
    lifted = list(
        session.scalars(
            delete(ModelMode)
            .where(ModelMode.team_id == team_id, ModelMode.guarded.is_(True))
            .returning(ModelMode.category)
        )
    )
    if lifted:
        record(session, "mode.lifted", by=None, team_id=team_id, now=now, categories=sorted(lifted))
    return sorted(lifted)

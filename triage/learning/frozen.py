"""A dataset kept as it was: which messages with which labels, but not their texts; so that it can be proved later."""

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime
from triage.effects import insert_once

# Enough of a text's digest to notice that it was changed.
_TELLING = 24
# Stands where a digest was, once the person who wrote the text was erased.
WITHHELD = "withheld"


class FrozenDataset(Base):
    """What a model was trained on and judged by. The same content is kept once."""

    __tablename__ = "frozen_dataset"
    __table_args__ = (UniqueConstraint("team_id", "hash"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    hash: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    learn: Mapped[int]
    judge: Mapped[int]
    audited: Mapped[int]
    left_out: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The lines below, packed.
    rows: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, order=True)
class Line:
    """One message of a dataset, without its text: a digest tells whether that is still the same."""

    side: str
    ref: str
    category: str | None
    urgency: str | None
    text: str

    @classmethod
    def of(cls, side: str, ref: str, category: str | None, urgency: str | None, text: str) -> "Line":
        return cls(side, ref, category, urgency, text_digest(text))

    def written(self) -> str:
        told = [self.side, self.ref, self.category, self.urgency, self.text]
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_TELLING]


def content_hash(lines: Iterable[Line]) -> str:
    """SHA-256 over the lines, in whatever order they come."""
    return hashlib.sha256("\n".join(sorted(line.written() for line in lines)).encode()).hexdigest()


def keep(
    session: Session,
    team_id: str,
    lines: Iterable[Line],
    *,
    counts: tuple[int, int, int],
    left_out: dict[str, int],
    now: datetime,
) -> int:
    """The id of these lines' row; of the row that is there already where they were kept before."""
    written = sorted(line.written() for line in lines)
    digest = hashlib.sha256("\n".join(written).encode()).hexdigest()
    learn, judge, audited = counts
    insert_once(
        session,
        FrozenDataset,
        team_id=team_id,
        hash=digest,
        frozen_at=now,
        learn=learn,
        judge=judge,
        audited=audited,
        left_out=left_out,
        rows=zlib.compress("\n".join(written).encode()),
    )
    return session.scalars(
        select(FrozenDataset.id).where(FrozenDataset.team_id == team_id, FrozenDataset.hash == digest)
    ).one()


def lines_of(frozen: FrozenDataset) -> tuple[Line, ...]:
    plain = zlib.decompress(frozen.rows).decode()
    return tuple(Line(*json.loads(line)) for line in plain.split("\n") if line)

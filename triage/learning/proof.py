"""Whether a dataset of earlier can still be shown as it was: its lines, and the messages that they point to."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from triage.learning.frozen import FrozenDataset, content_hash, lines_of, text_digest
from triage.learning.labelled import text_of


@dataclass(frozen=True)
class Proof:
    """`whole`: the lines are those that were frozen. Messages that are gone or read differently now are named."""

    whole: bool
    messages: int
    gone: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.whole and not self.gone and not self.changed


def prove(session: Session, team_id: str, frozen_id: int) -> Proof | None:
    """None where this workspace never froze such a dataset."""
    frozen = session.get(FrozenDataset, frozen_id)
    if frozen is None or frozen.team_id != team_id:
        return None
    lines = lines_of(frozen)
    texts = {line.ref: text_of(session, team_id, line.ref) for line in lines}
    gone = [line.ref for line in lines if texts[line.ref] is None]
    changed = [
        line.ref for line in lines if (text := texts[line.ref]) is not None and text_digest(text) != line.text
    ]
    return Proof(content_hash(lines) == frozen.hash, len(lines), tuple(gone), tuple(changed))

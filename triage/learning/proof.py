"""Whether a dataset of earlier can still be shown as it was: its lines, and the messages that they point to."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from triage.learning.frozen import WITHHELD, FrozenDataset, content_hash, lines_of, text_digest
from triage.learning.labelled import text_of


@dataclass(frozen=True)
class Proof:
    """`whole`: the lines are those that were frozen. Messages that are gone or read differently now are named.

    Of `withheld` ones nothing can be shown any more: who wrote them was erased.
    """

    whole: bool
    messages: int
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    withheld: int = 0

    @property
    def holds(self) -> bool:
        return self.whole and not self.gone and not self.changed


def prove(session: Session, team_id: str, frozen_id: int) -> Proof | None:
    """None where this workspace never froze such a dataset."""
    frozen = session.get(FrozenDataset, frozen_id)
    if frozen is None or frozen.team_id != team_id:
        return None
    lines = lines_of(frozen)
    open_ones = [line for line in lines if not line.text.startswith(WITHHELD)]
    texts = {line.ref: text_of(session, team_id, line.ref) for line in open_ones}
    gone = [line.ref for line in open_ones if not texts[line.ref]]
    changed = [line.ref for line in open_ones if (text := texts[line.ref]) and text_digest(text) != line.text]
    withheld = len(lines) - len(open_ones)
    return Proof(content_hash(lines) == frozen.hash, len(lines), tuple(gone), tuple(changed), withheld)

"""What was learned from a person's words: forgotten in memory, withheld in datasets, named where it is in a model."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.memory import RememberedQuestion, count_write
from triage.classifier.models import ModelVersion
from triage.learning.frozen import WITHHELD, FrozenDataset, content_hash, lines_of
from triage.learning.runs import TrainingRun
from triage.privacy.subject import Subject
from triage.tickets.models import Ticket


@dataclass(frozen=True)
class Learned:
    """`models` were trained with their words, which cannot be taken out of them: only training anew leaves them out."""

    questions: int
    datasets: int
    models: tuple[str, ...]


def unlearn(session: Session, subject: Subject, *, now: datetime) -> Learned:
    questions = _forget(session, subject, now=now)
    tickets = select(Ticket.id).where(Ticket.requester_id == subject.person_id)
    refs = {f"ticket:{number}" for number in session.scalars(tickets)}
    withheld = [
        frozen.id
        for frozen in session.scalars(select(FrozenDataset).where(FrozenDataset.team_id == subject.team_id))
        if refs and _withhold(session, frozen, refs)
    ]
    return Learned(questions, len(withheld), _trained_with(session, subject.team_id, withheld))


def _forget(session: Session, subject: Subject, *, now: datetime) -> int:
    """Stamped with a new version, so that every running process lets go of it too."""
    mine = select(Ticket.id).where(Ticket.requester_id == subject.person_id)
    theirs = RememberedQuestion.ticket_id.in_(mine)
    found = session.scalars(select(RememberedQuestion.id).where(theirs)).all()
    if found:
        session.execute(
            update(RememberedQuestion)
            .where(theirs)
            .values(forgotten_at=now, changed_in=count_write(session, subject.team_id))
            .execution_options(synchronize_session=False)
        )
    return len(found)


def _withhold(session: Session, frozen: FrozenDataset, refs: Iterable[str]) -> bool:
    """The digests of their words go; which tickets there were stays, and a new hash says what is left."""
    before = lines_of(frozen)
    wanted = set(refs)
    # Its own number keeps two datasets apart that differed in nothing else.
    after = tuple(
        replace(line, text=f"{WITHHELD}:{frozen.id}") if line.ref in wanted else line for line in before
    )
    if after == before:
        return False
    old, new = frozen.hash, content_hash(after)
    frozen.rows = zlib.compress("\n".join(sorted(line.written() for line in after)).encode())
    frozen.hash = new
    session.execute(
        update(TrainingRun)
        .where(TrainingRun.team_id == frozen.team_id, TrainingRun.dataset_hash == old)
        .values(dataset_hash=new)
    )
    for model in session.scalars(select(ModelVersion).where(ModelVersion.team_id == frozen.team_id)):
        if model.metrics.get("dataset") == old:
            model.metrics = {**model.metrics, "dataset": new}
    session.flush()
    return True


def _trained_with(session: Session, team_id: str, datasets: list[int]) -> tuple[str, ...]:
    names = session.scalars(
        select(TrainingRun.model)
        .where(
            TrainingRun.team_id == team_id,
            TrainingRun.dataset_id.in_(datasets),
            TrainingRun.model.is_not(None),
        )
        .distinct()
    )
    return tuple(sorted(name for name in names if name))

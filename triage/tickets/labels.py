"""Labels: what people said a message is about, and which word stands where they differ.

Resolving, the requester's one tap, the review queue and the import of history all write here. Nothing is ever
overwritten: everybody's newest word counts, and of several people's the one that most of them say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.people.models import Person
from triage.tickets.models import Label, Prediction, Ticket
from triage.vocabulary import LabelField, LabelSource

# A person looked, and it belongs to none of the categories. No key of a category is empty.
NO_CATEGORY = ""


@dataclass(frozen=True)
class Said:
    """One label, as far as it matters which of them stands. `by` is None for an imported one."""

    value: str
    by: int | None
    at: datetime
    number: int = 0  # the order of two labels of the same moment
    chosen: bool = False  # in the requester's own thread, so that naming who said it could name who asked


@dataclass(frozen=True)
class Standing:
    """What a message's labels come to: the value, and who stands behind it."""

    value: str
    by: tuple[int, ...]  # agents, by id; never who asked
    people: int  # how many different people, who asked and whoever labelled it before this desk included


def add_label(
    session: Session,
    *,
    ticket_id: int | None = None,
    past_id: int | None = None,
    field: LabelField,
    value: str,
    predicted: str | None,
    by: Person,
    source: LabelSource,
    now: datetime,
) -> None:
    """What `by` says, of a ticket or of one from before this desk. A second word of theirs replaces the first."""
    session.add(
        Label(
            ticket_id=ticket_id,
            past_id=past_id,
            field=field,
            value=value,
            predicted=predicted,
            source=source,
            by_id=by.id,
            at=now,
        )
    )
    session.flush()


def latest_prediction(session: Session, ticket_id: int) -> Prediction | None:
    """What the desk thought last of a ticket."""
    return session.scalars(
        select(Prediction).where(Prediction.ticket_id == ticket_id).order_by(Prediction.id.desc()).limit(1)
    ).first()


def looks_like(session: Session, ticket: Ticket) -> str | None:
    """The category that the model may only recommend; None once a person chose, or where it decides by itself."""
    prediction = None if ticket.category else latest_prediction(session, ticket.id)
    return prediction.verdict.get("looks_like") if prediction else None


def newest_of_each(said: Iterable[Said]) -> Sequence[Said]:
    """Everybody's newest word, oldest first. All that was imported is one unknown hand's."""
    newest: dict[int | None, Said] = {}
    for one in sorted(said, key=lambda one: (one.at, one.number)):
        newest.pop(one.by, None)
        newest[one.by] = one
    return tuple(newest.values())


def standing(said: Iterable[Said]) -> Standing | None:
    """The value that most people stand behind; where as many say another, the newer word. None without a label."""
    words = newest_of_each(said)
    if not words:
        return None
    behind: dict[str, list[Said]] = {}
    for one in words:
        behind.setdefault(one.value, []).append(one)
    order = {one: position for position, one in enumerate(words)}
    value, those = max(behind.items(), key=lambda pair: (len(pair[1]), order[pair[1][-1]]))
    agents = sorted(one.by for one in those if one.by is not None and not one.chosen)
    return Standing(value, tuple(agents), len(those))
